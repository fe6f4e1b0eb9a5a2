import Foundation

/// The program under test, used the way a person would: by its verbs.
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

  func investigate(_ files: [URL], options: [String] = []) throws -> Findings {
    try Shell.inScratch { folder in
      let out = folder.appending(path: "out")
      let paths = files.map { $0.path(percentEncoded: false) }
      _ = try run(["investigate"] + options + paths + ["--out", out.path(percentEncoded: false)])
      return try Findings(folder: out)
    }
  }

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

/// What `weir investigate` wrote into its folder.
struct Findings {
  let alerts: [[String: Any]]
  let incidents: [[String: Any]]

  init(folder: URL) throws {
    alerts = Weir.objects((try? Data(contentsOf: folder.appending(path: "alerts.ndjson"))) ?? Data())
    let text = try Data(contentsOf: folder.appending(path: "incidents.json"))
    let value = try JSONSerialization.jsonObject(with: text)
    incidents = value as? [[String: Any]] ?? (value as? [String: Any])?["incidents"] as? [[String: Any]] ?? []
  }

  /// Every address that an alert names as a source, by its list of sources or in its evidence.
  var sources: Set<String> {
    var sources: Set<String> = []
    for alert in alerts {
      let listed = ((alert["unmapped"] as? [String: Any])?["weir.sources"] as? [String: Any])?["top"]
      for part in listed as? [[String: Any]] ?? [] { if let ip = part["ip"] as? String { sources.insert(ip) } }
      for evidence in alert["evidences"] as? [[String: Any]] ?? [] {
        if let ip = (evidence["src_endpoint"] as? [String: Any])?["ip"] as? String { sources.insert(ip) }
      }
    }
    return sources
  }

  /// Titles of the alerts, for the list of misses.
  var titles: Set<String> { Set(alerts.compactMap { $0["message"] as? String }) }
}
