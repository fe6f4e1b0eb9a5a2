import Archive
import Model
import Watch

/// `weir sweep`: which of many indicators are met in logs or in the archive.
struct SweepCommand: Command {
  let name = "sweep"
  let sentence =
    "look for indicators (addresses, networks, hosts, paths, user agents, fingerprints) in files or the archive"
  let operands = "[OPTION…] INDICATORS PATH… | INDICATORS --archive DIR"
  let options =
    [
      Option(name: "output", value: "FORM", sentence: "table, csv, ndjson or chart (default table)"),
      Option(name: "json", sentence: "as --output ndjson"),
      Option(name: "fail-on-hit", sentence: "exit 1 when something was met"),
      Option(name: "memory", value: "MIB", sentence: "memory of the database (default 1024)"),
    ] + ArchiveOptions.time + ArchiveOptions.place + InputOptions.reading

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let file = arguments.operands.first else {
      throw UsageError("name a file with indicators: one a line, a feed as CSV, or a STIX 2.1 bundle")
    }
    let folder = try ArchiveOptions.folder(arguments)
    let paths = folder == nil ? try InputOptions.paths(arguments, after: 1) : []
    let list = try IndicatorList(path: file)
    for oddity in list.oddities.prefix(10) { Terminal.complain("\(Escape.terminal(file)): \(Escape.terminal(oddity))") }
    if list.oddities.count > 10 {
      Terminal.complain("and \(Words.count(list.oddities.count - 10, "more line")) not used")
    }
    guard !list.indicators.isEmpty else { throw UsageError("\(file) holds no indicator") }
    var hunt = SavedHunt()
    (hunt.since, hunt.until) = (arguments["since"], arguments["until"])
    let assembly = try Assembly(InputOptions.configuration(arguments))
    let sweep = Sweep(list.indicators, during: try hunt.span(), in: assembly)
    var limits = QuestionLimits()
    limits.threads = assembly.configuration.threads
    limits.memory = try arguments.int("memory", in: 64...1_048_576) ?? limits.memory
    let answer = try folder.map { try sweep.run(archive: $0, limits: limits) } ?? sweep.run(paths)
    try table(answer).print(as: HuntQuestion.form(arguments))
    Terminal.complain(
      "\(Words.number(answer.hits.count)) of \(Words.count(list.indicators.count, "indicator")) met")
    let code = InputWords.complain(about: answer.intake)
    return arguments.has("fail-on-hit") && !answer.hits.isEmpty ? .found : code
  }

  private func table(_ answer: Sweep.Answer) -> AnswerTable {
    let rows = answer.hits.map { hit -> [String?] in
      [
        hit.indicator.kind.rawValue, hit.indicator.text, hit.indicator.label.isEmpty ? nil : hit.indicator.label,
        hit.first.map(UTCTime.rfc3339), hit.last.map(UTCTime.rfc3339), hit.hosts.joined(separator: " "),
        String(hit.events),
      ]
    }
    return AnswerTable(
      columns: ["kind", "indicator", "label", "first", "last", "hosts", "events"], rows: rows,
      numeric: [false, false, false, false, false, false, true])
  }
}
