import Foundation
import Model
import Watch

/// The program under test, used the way a person would: by its verbs where a run is cheap.
struct Weir {
  let program: String

  /// Found beside this program, or by `WEIR`.
  init?() {
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "weir")
    program = ProcessInfo.processInfo.environment["WEIR"] ?? beside.path(percentEncoded: false)
    guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
  }

  /// A verb that ended in a way no input may cause: by a signal, or never.
  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  func run(_ arguments: [String], seconds: Double = 300) throws -> Shell.Ended {
    let ended = try Shell.run(program, arguments, seconds: seconds)
    guard let status = ended.status else {
      throw Broken(description: "weir \(arguments.first ?? "") crashed or hung: \(ended.errors.suffix(300))")
    }
    guard status < 2 || status == 3 else {
      throw Broken(description: "weir \(arguments.first ?? "") refused: \(ended.errors.prefix(300))")
    }
    return ended
  }

  /// Payload verdicts by request id.
  func inspect(_ requests: [WebRequest], options: [String] = []) throws -> [String: PayloadVerdict] {
    try Shell.inScratch { folder in
      let file = folder.appending(path: "requests.ndjson")
      var lines = Data()
      for request in requests { lines += try request.line }
      try lines.write(to: file)
      let ended = try run(["inspect"] + options + [file.path(percentEncoded: false)], seconds: 1_200)
      var verdicts: [String: PayloadVerdict] = [:]
      for object in Self.objects(ended.output) {
        guard let verdict = PayloadVerdict(object) else { continue }
        verdicts[verdict.id] = verdict
      }
      guard !verdicts.isEmpty || requests.isEmpty else {
        throw Broken(description: "weir inspect answered nothing: \(ended.errors.prefix(300))")
      }
      return verdicts
    }
  }

  /// Canonical events of files, in order.
  func decode(_ files: [URL], options: [String] = []) throws -> [[String: Any]] {
    Self.objects(try run(["decode"] + options + files.map { $0.path(percentEncoded: false) }).output)
  }

  /// The main job, by the function behind the verb: its rules are made ready once for hundreds of small logs.
  func investigate(_ files: [URL]) throws -> Findings {
    let outcome = try Investigation(Self.assembly.get()).run(
      files.map { $0.path(percentEncoded: false) }, progress: { _ in })
    return Findings(alerts: outcome.alerts, incidents: outcome.incidents)
  }

  private static let assembly = Result { try Assembly(Configuration()) }

  /// The objects of NDJSON.
  static func objects(_ data: Data) -> [[String: Any]] {
    data.split(separator: 10).compactMap { (try? JSONSerialization.jsonObject(with: Data($0))) as? [String: Any] }
  }
}

/// One line that `weir inspect` printed.
struct PayloadVerdict {
  let id: String
  let isAttack: Bool
  let classes: [String]
  let rules: [Int]
  let crsScore: Int?

  init?(_ object: [String: Any]) {
    guard let id = object["id"] as? String, let verdict = object["verdict"] as? String else { return nil }
    self.id = id
    isAttack = verdict == "attack"
    classes = object["classes"] as? [String] ?? []
    rules = (object["rules"] as? [Any] ?? []).compactMap { Int("\($0)") }
    crsScore = (object["crs"] as? [String: Any])?["score"] as? Int
  }
}

/// What an investigation found.
struct Findings {
  let alerts: [Alert]
  let incidents: [Incident]

  /// Every address that an alert names as a source, by its list of sources or in its evidence.
  var sources: Set<String> {
    Set(alerts.flatMap { alert in alert.sources.top.map(\.ip) + alert.evidence.map(\.source) }).subtracting([""])
  }

  /// Titles of the alerts, for the list of misses.
  var titles: Set<String> { Set(alerts.map(\.title)) }
}
