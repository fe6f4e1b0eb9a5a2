import Foundation
import Samples

/// Measures `weir investigate` beside DuckDB on inputs made from a seed, all in one interleaved run.
///
/// Usage: `bench PATH-OF-WEIR`, `bench --packets PATH-OF-WEIR` for captures and flows alone, `bench --collect
/// PATH-OF-WEIR` for collectors, `bench --latency PATH-OF-WEIR` for a live floor's alerts, `bench --conditions` for the condition language by itself. Settings: `BENCH_LINES`
/// (nginx lines, 2,000,000), `BENCH_COPIES` (of the records in the archive, 10), `BENCH_RECORDS` (Cloudflare records, 1,000,000), `BENCH_RUNS` (3), `BENCH_LONG=1` (ten times
/// the lines, for memory), `BENCH_FOLDER` (out/bench).
@main struct Bench {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 4, arguments[1] == "--duckdb" {
      say("\(try DuckDB(library: arguments[2]).countByClient(of: arguments[3])) clients")
      return
    }
    if arguments.count == 5, arguments[1] == "--table" {
      return try ArchiveBench.makeTable(arguments[2], arguments[3], arguments[4])
    }
    if arguments.count > 4, arguments[1] == "--question" {
      let times = arguments.count > 5 ? Int(arguments[5]) ?? 1 : 1
      return try ArchiveBench.ask(arguments[2], arguments[3], arguments[4], times: times)
    }
    if arguments.count == 3, arguments[1] == "--archive" {
      return try Bench(weir: arguments[2], settings: Settings()).runArchive()
    }
    if arguments.count == 2, arguments[1] == "--conditions" {
      let (microseconds, conditions) = try ConditionsBench.run()
      say("\(conditions) conditions: \((microseconds * 1000).rounded() / 1000) µs of CPU an event")
      return
    }
    if arguments.count == 3, arguments[1] == "--collect" { return try CollectBench(weir: arguments[2]).run() }
    if arguments.count == 3, arguments[1] == "--packets" {
      return try Bench(weir: arguments[2], settings: Settings()).runPackets()
    }
    if arguments.count == 3, arguments[1] == "--latency" {
      return try Bench(weir: arguments[2], settings: Settings()).runLatency()
    }
    guard arguments.count == 2 else { throw BenchError("usage: bench PATH-OF-WEIR") }
    try Bench(weir: arguments[1], settings: Settings()).run()
  }

  private let weir: String
  private let settings: Settings

  private init(weir: String, settings: Settings) {
    self.weir = weir
    self.settings = settings
  }

  private func run() throws {
    try FileManager.default.createDirectory(atPath: settings.folder, withIntermediateDirectories: true)
    let inputs = [
      try Input.make(.combined, events: settings.lines, name: "nginx", in: settings.folder),
      try Input.make(.cloudflare, events: settings.records, name: "cloudflare", in: settings.folder),
    ]
    say(Machine.description)
    for input in inputs { say("\(input.path): \(input.truth.events) events, \(input.bytes / 1_000_000) MB") }

    let measured = try measure(inputs)
    say("\n" + measured.table)
    say("\nTwo threads and one give the same alerts and incidents: \(try sameForOneThread(inputs[0]) ? "yes" : "NO")")
    for input in inputs {
      say("\n\(input.name): what was found\n")
      let findings = try Findings(folder: reportFolder(input))
      say(Accuracy(truth: input.truth, findings: findings).text)
      say("\n\(input.name): what the recommended mitigations do\n")
      let defence = Defence(input: input, findings: findings, reportFolder: reportFolder(input), weir: weir)
      for line in try defence.lines() { say(line) }
    }
    if settings.isLong { try measureLong() }
    say("\nThe archive\n")
    try runArchive()
    say("\nAlerts of a live floor\n")
    try runLatency()
    say("\nPackets and flows\n")
    try runPackets()
  }

  private func runArchive() throws {
    try FileManager.default.createDirectory(atPath: settings.folder, withIntermediateDirectories: true)
    let input = try Input.make(.cloudflare, events: settings.records, name: "cloudflare", in: settings.folder)
    try ArchiveBench(weir: weir, folder: settings.folder, input: input, copies: settings.copies).run()
  }

  private func runLatency() throws {
    try FileManager.default.createDirectory(atPath: settings.folder, withIntermediateDirectories: true)
    try LatencyBench(weir: weir, folder: settings.folder, lines: settings.lines).run()
  }

  private func runPackets() throws {
    try FileManager.default.createDirectory(atPath: settings.folder, withIntermediateDirectories: true)
    try PacketsBench(weir: weir, folder: settings.folder, runs: settings.runs).run()
  }

  /// Every program once a round, so that a slow spell of the machine meets all of them.
  private func measure(_ inputs: [Input]) throws -> Figures {
    var figures = Figures()
    for round in 1...settings.runs {
      for input in inputs {
        figures.add("weir, \(input.name)", try investigate(input, threads: 2), events: input.truth.events)
      }
      if let library = DuckDB.library, let records = inputs.last {
        let run = try Child.run(CommandLine.arguments[0], ["--duckdb", library, records.path])
        figures.add("DuckDB, GROUP BY client, \(records.name)", run, events: records.truth.events)
      }
      say("round \(round) of \(settings.runs) done")
    }
    return figures
  }

  private func investigate(_ input: Input, threads: Int, out: String? = nil) throws -> Child {
    try Child.run(
      weir, ["investigate", "--quiet", "--threads", "\(threads)", input.path, "--out", out ?? reportFolder(input)])
  }

  private func reportFolder(_ input: Input) -> String { "\(settings.folder)/report-\(input.name)" }

  private func sameForOneThread(_ input: Input) throws -> Bool {
    let single = settings.folder + "/report-one-thread"
    _ = try investigate(input, threads: 1, out: single)
    return ["alerts.ndjson", "incidents.json"].allSatisfy { name in
      let one = FileManager.default.contents(atPath: "\(single)/\(name)")
      return one != nil && one == FileManager.default.contents(atPath: "\(reportFolder(input))/\(name)")
    }
  }

  /// Ten times the lines over ten times the days: what stays resident must not grow with the input.
  private func measureLong() throws {
    let long = try Input.make(.combined, events: settings.lines * 10, name: "nginx-long", in: settings.folder, days: 10)
    var figures = Figures()
    figures.add("weir, ten times the lines", try investigate(long, threads: 2), events: long.truth.events)
    say("\n" + figures.table)
  }
}

/// What can be set from outside.
struct Settings {
  let lines = number("BENCH_LINES", 2_000_000)
  let records = number("BENCH_RECORDS", 1_000_000)
  let copies = number("BENCH_COPIES", 10)
  let runs = max(1, number("BENCH_RUNS", 3))
  let isLong = number("BENCH_LONG", 0) > 0
  let folder = ProcessInfo.processInfo.environment["BENCH_FOLDER"] ?? "out/bench"

  static func number(_ name: String, _ standard: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? standard
  }
}

struct BenchError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Prints a line at once: `print` holds lines back where output is no terminal.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
