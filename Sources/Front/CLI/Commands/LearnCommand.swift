import Foundation
import Model
import Records
import Watch

/// `weir learn`: what is usual in each hour of the week, out of recorded logs, for a floor that starts warm.
struct LearnCommand: Command {
  let name = "learn"
  let sentence = "learn from recorded logs what each hour of the week usually brings, for `weir serve`"
  let operands = "--data DIR [--customer NAME] PATH…"
  let options =
    [
      Option(name: "data", value: "DIR", sentence: "the data folder of the floor, which must not be running"),
      Option(name: "customer", value: "NAME", sentence: "whose logs these are (default demo)"),
      Option(name: "week", value: "ZONE", sentence: "by whose clocks the week runs: `timezone` of the configuration"),
      Option(name: "json", sentence: "one JSON object a line"),
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let folder = arguments["data"] else { throw UsageError("say with --data where the floor keeps everything") }
    let customer = arguments["customer"] ?? "demo"
    guard Spool.isName(customer) else { throw UsageError("--customer must be letters, digits, -, _ and .") }
    let paths = try InputOptions.paths(arguments)
    let learning = Learning(try Assembly(InputOptions.configuration(arguments)))
    let outcome = try learning.run(paths, folder: folder, customer: customer, zone: Self.zone(arguments["week"]))
    for remark in outcome.remarks { Terminal.complain(Escape.terminal(remark)) }
    let isReadable = InputWords.complain(about: outcome.intake)
    if arguments.has("json") {
      for measure in outcome.measures { Terminal.print(json(measure)) }
    } else {
      tell(outcome, customer)
    }
    return isReadable
  }

  private static func zone(_ name: String?) throws(UsageError) -> TimeZone {
    guard let name else { return .gmt }
    if let zone = TimeZone(identifier: name) { return zone }
    let hint = nearestWord(to: name, in: TimeZone.knownTimeZoneIdentifiers).map { "; did you mean \($0)?" } ?? ""
    throw UsageError("--week must be a name of the IANA time zone database, not '\(name)'\(hint)")
  }

  private func tell(_ outcome: Learning.Outcome, _ customer: String) {
    let span = outcome.span.map { span in
      " from \(UTCTime.rfc3339(span.lowerBound / 1_000_000_000 * 1_000_000_000)) to "
        + UTCTime.rfc3339(span.upperBound / 1_000_000_000 * 1_000_000_000)
    }
    Terminal.print("Learned from \(Words.count(outcome.events, "event"))\(span ?? "") for customer \(customer).")
    for (detection, measures) in Dictionary(grouping: outcome.measures, by: \.detection).sorted(by: { $0.key < $1.key })
    {
      Terminal.print("\n\(detection): \(Words.count(measures.count, "key"))")
      for measure in measures.prefix(10) {
        let troubled = measure.troubled > 0 ? ", \(measure.troubled) of them with an alert" : ""
        Terminal.print(
          "  \(Escape.terminal(measure.key, limit: 60)): \(Words.count(measure.hours, "hour")) known\(troubled)")
        if let words = measure.busiest { Terminal.print("    the busiest: \(words)") }
      }
    }
  }

  private func json(_ measure: Learning.Measure) -> String {
    let object: [String: Any] = [
      "detection": measure.detection, "key": measure.key, "hours": measure.hours, "troubled": measure.troubled,
      "events": measure.events, "busiest": measure.busiest ?? NSNull(),
    ]
    let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
