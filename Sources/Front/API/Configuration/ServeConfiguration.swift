import Content
import Foundation
import Model
import Net
import Receive
import Records
import Watch

/// What `weir serve` is told by its configuration: one YAML file, or all those of a folder as if they were one.
package struct ServeConfiguration: Sendable {
  /// One customer and what brings in its telemetry.
  package struct Customer: Sendable, Equatable {
    package var name: String
    package var udp: [Endpoint] = []
    package var tcp: [Endpoint] = []
    package var tls: [SyslogTLS] = []
    package var flows: [Endpoint] = []
    /// Interfaces whose packets are watched.
    package var captures: [String] = []
    package var files: [String] = []
    package var kafka: [KafkaSettings] = []
    package var objects: [ObjectStoreSettings] = []
    /// By whose clocks its week runs; nil: UTC.
    package var zone: TimeZone?

    package init(name: String) { self.name = name }

    /// Whether nothing brings telemetry in but pushes.
    package var isPushedOnly: Bool { self == Customer(name: name) }
  }

  /// Where syslog over TLS comes in, and as whom the floor shows itself there.
  package struct SyslogTLS: Sendable, Equatable {
    package var endpoint: Endpoint
    package var files: TLSFiles
  }

  package var listen = Endpoint("127.0.0.1:8410")!
  package var folder: String?
  package var keepSeconds = 7 * 86_400
  /// How events are archived; nil: they are not.
  package var archive: ArchivePlan? = ArchivePlan()
  package var customers: [Customer] = []
  package var tokens: [AccessToken] = []
  package var fastlyServices: [String] = []
  /// How often a token may ask a second.
  package var requestsPerSecond = 50
  /// Paths of the PEM files; nil: plain HTTP.
  package var certificate: String?
  package var key: String?
  /// What somebody expects: suppressions, allow-lists, maintenance windows.
  package var exemptions: [Exemption] = []
  /// What is not wrong and should be known: exemptions that are over.
  package var remarks: [String] = []
  /// Detections that exemptions name, and where.
  var namedDetections: [ContentNode] = []

  package init() {}

  /// Reads a file, or all files `*.yaml` and `*.yml` of a folder. Errors: `ContentError` with all problems of all files.
  package init(path: String) throws(ContentError) {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let files = isFolder.boolValue ? ContentFolder(roots: [path]).files(in: ".").map(\.path) : [path]
    var texts: [(file: String, text: String)] = []
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw ContentError(ContentProblem(file: file, line: 0, column: 0, message: "the configuration cannot be read"))
      }
      texts.append((file, String(decoding: data, as: UTF8.self)))
    }
    if texts.isEmpty {
      throw ContentError(ContentProblem(file: path, line: 0, column: 0, message: "no YAML file is in this folder"))
    }
    try self.init(texts)
  }

  init(text: String, file: String) throws(ContentError) { try self.init([(file, text)]) }

  private init(_ texts: [(file: String, text: String)]) throws(ContentError) {
    var reader = ConfigurationReader()
    for (file, text) in texts { reader.add(text, file: file) }
    self = try reader.configuration()
  }

  /// Detections that exemptions name and that are not among `ids`.
  package func unknownDetections(_ ids: [String]) -> [ContentProblem] {
    namedDetections.compactMap { node in
      guard let name = node.text, !ids.contains(name) else { return nil }
      return node.problem("there is no detection '\(name)'", suggestion: nearestWord(to: name, in: ids))
    }
  }
}

extension SHA256 {
  /// From 64 hexadecimal digits; nil where it is something else.
  init?(hexadecimal text: String) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    self.init(stored: stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
  }
}
