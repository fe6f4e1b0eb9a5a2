import API
import Foundation
import Model
import Net
import Records
import Watch

/// What is served, out of the configuration file and the command line.
struct ServePlan: Sendable {
  var configuration: ServeConfiguration
  var settings: FloorSettings
  /// The word of the token that was made here; nil where the file names tokens.
  var word: String?
  var replay: [String]
  /// Times real time; nil: as fast as it goes.
  var speed: Double?
  /// Whether there is nothing to watch but a generated day.
  var isDemo: Bool
  /// Whether the folder goes with the process.
  var isPassing: Bool
  /// Whether the port may be another one when it is taken.
  var mayMove: Bool

  /// `old` is the plan that is replaced while it runs: its folder and its owner's token stay.
  init(_ arguments: Arguments, replacing old: ServePlan? = nil) throws {
    configuration =
      try arguments["config"].map { path throws(ContentError) in try ServeConfiguration(path: path) }
      ?? ServeConfiguration()
    if let word = arguments["listen"] { configuration.listen = try Self.endpoint(word, "listen") }
    mayMove = arguments["listen"] == nil && arguments["config"] == nil
    try Self.addReceivers(arguments, to: &configuration)
    replay = arguments.all("replay")
    speed = try Self.speed(arguments)
    let given = arguments["data"] ?? configuration.folder
    isPassing = given == nil
    let folder = old?.settings.folder ?? given ?? NSTemporaryDirectory() + "weir-\(UUID().uuidString.prefix(8))"
    settings = FloorSettings(folder: folder, customers: configuration.customers.map(\.name))
    settings.keepSeconds = configuration.keepSeconds
    settings.archive = configuration.archive
    settings.exemptions = configuration.exemptions
    for customer in configuration.customers { settings.zones[customer.name] = customer.zone }
    isDemo =
      arguments["config"] == nil && replay.isEmpty
      && configuration.customers.allSatisfy(\.isPushedOnly)
      && arguments["data"] == nil
    if configuration.tokens.isEmpty {
      let word = try old?.word ?? Self.word(in: isPassing ? nil : folder)
      self.word = word
      configuration.tokens = [AccessToken(name: "owner", role: .lead, digest: SHA256(of: Array(word.utf8)))]
    }
  }

  /// Errors: an exemption names a detection that is not there.
  func checkDetections(_ assembly: Assembly) throws {
    let problems = configuration.unknownDetections(try assembly.detector().detections.map(\.id))
    if !problems.isEmpty { throw ContentError(problems) }
  }

  /// What this plan wants otherwise than the running one and only a restart can give.
  func needsRestart(after old: ServePlan) -> [String] {
    var words: [String] = []
    func compare<Value: Equatable>(_ name: String, _ path: KeyPath<ServeConfiguration, Value>) {
      if configuration[keyPath: path] != old.configuration[keyPath: path] {
        words.append("'\(name)' takes effect after a restart")
      }
    }
    compare("listen", \.listen)
    compare("requests_per_second", \.requestsPerSecond)
    compare("data", \.folder)
    compare("certificate", \.certificate)
    compare("key", \.key)
    for customer in configuration.customers {
      if let before = old.configuration.customers.first(where: { $0.name == customer.name }),
        before.zone != customer.zone
      {
        words.append("'timezone' of \(customer.name) takes effect after a restart")
      }
    }
    return words
  }

  /// Takes away a folder that was only for this run.
  func cleanUp() { if isPassing { try? FileManager.default.removeItem(atPath: settings.folder) } }

  private static func addReceivers(_ arguments: Arguments, to configuration: inout ServeConfiguration) throws {
    let udp = try arguments.all("syslog-udp").map { word throws(UsageError) in try endpoint(word, "syslog-udp") }
    let tcp = try arguments.all("syslog-tcp").map { word throws(UsageError) in try endpoint(word, "syslog-tcp") }
    let flows = try arguments.all("flows").map { word throws(UsageError) in try endpoint(word, "flows") }
    let files = arguments.all("tail")
    let captures = arguments.all("capture")
    if let name = captures.first(where: { !Spool.isName($0) }) {
      throw UsageError("--capture must be the name of an interface, not '\(name)'")
    }
    if configuration.customers.isEmpty {
      let name = arguments["customer"] ?? "demo"
      guard Spool.isName(name) else { throw UsageError("--customer must be letters, digits, -, _ and .") }
      configuration.customers = [.init(name: name)]
    } else if !udp.isEmpty || !tcp.isEmpty || !flows.isEmpty || !files.isEmpty || !captures.isEmpty
      || arguments["customer"] != nil
    {
      guard let name = arguments["customer"] else {
        throw UsageError("say with --customer whose telemetry the receivers on the command line bring")
      }
      guard configuration.customers.contains(where: { $0.name == name }) else {
        let hint = nearestWord(to: name, in: configuration.customers.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("--customer: the configuration names no '\(name)'\(hint)")
      }
    }
    let place = configuration.customers.firstIndex { $0.name == arguments["customer"] } ?? 0
    configuration.customers[place].udp += udp
    configuration.customers[place].tcp += tcp
    configuration.customers[place].flows += flows
    configuration.customers[place].files += files
    configuration.customers[place].captures += captures
  }

  private static func endpoint(_ word: String, _ option: String) throws(UsageError) -> Endpoint {
    if let endpoint = Endpoint(word) { return endpoint }
    throw UsageError("--\(option) must be an address and a port such as 127.0.0.1:8410, not '\(word)'")
  }

  private static func speed(_ arguments: Arguments) throws(UsageError) -> Double? {
    guard let word = arguments["speed"] else { return 1 }
    if word == "full" { return nil }
    guard let speed = Double(word), speed > 0, speed <= 1_000_000 else {
      throw UsageError("--speed must be a number above 0, or full, not '\(word)'")
    }
    return speed
  }

  /// The owner's token: made once for a folder and kept in it, for its owner's eyes.
  private static func word(in folder: String?) throws -> String {
    guard let folder else { return Secret.word() }
    let path = folder + "/token"
    if let kept = FileManager.default.contents(atPath: path) {
      return String(decoding: kept, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let word = Secret.word()
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data((word + "\n").utf8), attributes: [.posixPermissions: 0o600])
    else { throw UsageError("--data: \(path) cannot be written") }
    return word
  }
}
