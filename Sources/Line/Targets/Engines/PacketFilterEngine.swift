import Foundation
import Model

extension Engine {
  static let nftables = Engine(name: "nftables", target: .nftables, tool: "nft") { artifacts throws(EngineError) in
    try PacketFilterSession("nftables", artifacts.map { [("nft", ["-f"], $0.text)] })
  }

  static let iptables = Engine(name: "iptables", target: .iptables, tool: "iptables-restore") {
    artifacts throws(EngineError) in
    try PacketFilterSession(
      "iptables",
      artifacts.map { artifact in
        ["iptables-restore", "ip6tables-restore"].map { ($0, ["--noflush"], artifact.text) }
      })
  }
}

/// The kernel's packet filter in a network namespace of its own: the machine's traffic never meets the rules.
///
/// Each packet goes over the loopback device with its number as its mark. A chain before the artifact's notes which marks
/// arrived, a chain behind it which passed; what arrived and did not pass was stopped.
final class PacketFilterSession: EngineSession {
  private let name: String
  private let artifacts: [[(tool: String, arguments: [String], text: String)]]

  init(_ name: String, _ artifacts: [[(String, [String], String)]]) throws(EngineError) {
    self.name = name
    self.artifacts = artifacts.map { $0.map { (tool: $0.0, arguments: $0.1, text: $0.2) } }
    guard Executable.path(of: "nft") != nil else { throw EngineError(engine: name, words: "nft is not installed") }
  }

  private var captured: [Int: [UInt8]] = [:]

  func stop() {}
  func show(_ packets: [Int: [UInt8]]) { captured = packets }

  func ask(_ artifact: Int, _ batch: EventBatch, rows: [Int], asked: Set<EventField>) throws(EngineError)
    -> [EngineVerdict]
  {
    var frames: [(mark: UInt32, bytes: [UInt8])] = []
    var verdicts = [EngineVerdict](repeating: .refused(status: 0), count: rows.count)
    for (place, row) in rows.enumerated() {
      do throws(RecordedRequest.Unplayable) {
        frames.append((UInt32(place + 1), try RecordedPacket(captured[row], batch, row).frame))
      } catch { verdicts[place] = .unplayable(error.why) }
    }
    let (arrived, passed) = try replay(artifacts[artifact], frames)
    for (mark, _) in frames where arrived.contains(mark) {
      verdicts[Int(mark) - 1] = passed.contains(mark) ? .passed : .stopped
    }
    return verdicts
  }

  private func replay(
    _ steps: [(tool: String, arguments: [String], text: String)], _ frames: [(mark: UInt32, bytes: [UInt8])]
  ) throws(EngineError) -> (Set<UInt32>, Set<UInt32>) {
    let name = name
    let answer: Result<(Set<UInt32>, Set<UInt32>), EngineError> =
      NetworkNamespace.run {
        () throws(EngineError) in
        guard let loopback = NetworkNamespace.Loopback() else {
          throw EngineError(engine: name, words: "the loopback device of the namespace cannot be used")
        }
        defer { loopback.close() }
        try Self.load(name, "nft", ["-f"], Self.frame)
        for step in steps { try Self.load(name, step.tool, step.arguments, step.text) }
        for (mark, bytes) in frames { loopback.send(bytes, mark: mark) }
        var arrived: Set<UInt32> = []
        for _ in 0..<50 {
          arrived = try Self.marks(name, "arrived")
          if arrived.count >= frames.count { break }
          usleep(20_000)
        }
        return (arrived, try Self.marks(name, "passed"))
      } ?? .failure(EngineError(engine: name, words: "no network namespace can be made here; it needs root"))
    return try answer.get()
  }

  private static func load(_ name: String, _ tool: String, _ arguments: [String], _ text: String) throws(EngineError) {
    let file = "/tmp/weir-\(UUID().uuidString).rules"
    defer { try? FileManager.default.removeItem(atPath: file) }
    do {
      try text.write(toFile: file, atomically: false, encoding: .utf8)
      let (status, words) = try Executable.run(Executable.path(of: tool) ?? tool, arguments + [file])
      guard status == 0 else { throw EngineError(engine: name, words: words) }
    } catch { throw error as? EngineError ?? EngineError(engine: name, words: "\(error)") }
  }

  private static let frame = """
    table inet weir_probe {
      set arrived {
        type mark
        size 65535
        flags dynamic
      }
      set passed {
        type mark
        size 65535
        flags dynamic
      }
      chain before {
        type filter hook prerouting priority -400; policy accept;
        add @arrived { meta mark }
      }
      chain behind {
        type filter hook prerouting priority -100; policy accept;
        add @passed { meta mark }
      }
    }

    """

  private static func marks(_ name: String, _ set: String) throws(EngineError) -> Set<UInt32> {
    let output: (Int32, String)
    do {
      output = try Executable.run(
        Executable.path(of: "nft") ?? "nft", ["-j", "list", "set", "inet", "weir_probe", set])
    } catch { throw EngineError(engine: name, words: "\(error)") }
    guard output.0 == 0, let root = try? JSONSerialization.jsonObject(with: Data(output.1.utf8)) as? [String: Any],
      let objects = root["nftables"] as? [[String: Any]]
    else { throw EngineError(engine: name, words: output.1) }
    let elements = objects.compactMap { ($0["set"] as? [String: Any])?["elem"] as? [Any] }.first ?? []
    return Set(elements.compactMap { ($0 as? Int).map(UInt32.init) })
  }
}
