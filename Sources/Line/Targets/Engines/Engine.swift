import Model

/// A real engine on this machine that can be asked what an artifact does to recorded traffic.
package struct Engine: Sendable {
  package let name: String
  /// The target whose artifacts it loads.
  package let target: Target
  /// The program it needs; nil where the engine is a library of this process.
  package let tool: String?
  let open: @Sendable ([Artifact]) throws(EngineError) -> any EngineSession

  package static let all: [Engine] = [
    .nginx, .haproxy, .varnish, .modsecurity, .nftables, .iptables, .tcpdump, .wireshark,
  ]

  package static func named(_ name: String) -> Engine? { all.first { $0.name == name } }

  package var isInstalled: Bool { tool.map { Executable.path(of: $0) != nil } ?? true }

  /// Starts the engine with the artifacts, in a folder of its own; it serves nothing but this process.
  /// Errors: `EngineError` with the engine's own words.
  package func start(_ artifacts: [Artifact]) throws(EngineError) -> any EngineSession {
    guard isInstalled else { throw EngineError(engine: name, words: "\(tool ?? name) is not installed") }
    return try open(artifacts)
  }
}

/// What the engine did with one recorded request or packet.
package enum EngineVerdict: Sendable, Hashable {
  case stopped, passed
  /// The engine answered by itself, before any rule: with this status.
  case refused(status: Int)
  /// The event cannot be sent: why, in words.
  case unplayable(String)
}

/// A running engine; ends with `stop`, or when nobody holds it any more.
package protocol EngineSession: AnyObject {
  /// One verdict for each row asked. `asked` are the fields that the rule looks at: what else a row lacks is made up.
  func ask(_ artifact: Int, _ batch: EventBatch, rows: [Int], asked: Set<EventField>) throws(EngineError)
    -> [EngineVerdict]
  /// The IP packets that rows of the next batch were captured as; rows that are not here are made up from their fields.
  func show(_ packets: [Int: [UInt8]])
  func stop()
}

extension EngineSession {
  func show(_ packets: [Int: [UInt8]]) {}
}

extension Engine {
  /// Whether it is asked about packets.
  package var seesPackets: Bool { ["nftables", "iptables", "tcpdump", "wireshark"].contains(name) }
}

/// The engine could not be started or did not answer; the same again may work where time ran out.
package struct EngineError: Error, Sendable, CustomStringConvertible {
  package var engine: String
  package var words: String

  package var description: String { "\(engine): \(Escape.terminal(words, limit: 2000))" }
}
