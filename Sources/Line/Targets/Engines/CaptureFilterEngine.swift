import Foundation
import Model

extension Engine {
  static let tcpdump = Engine(name: "tcpdump", target: .tcpdump, tool: "tcpdump") { artifacts throws(EngineError) in
    // As root it would give its rights up, and could then not write into the session's folder.
    CaptureFilterSession("tcpdump", (getuid() == 0 ? ["-Z", "root"] : []) + ["-n"], artifacts.map(\.text))
  }

  static let wireshark = Engine(name: "wireshark", target: .wireshark, tool: "tshark") {
    artifacts throws(EngineError) in
    CaptureFilterSession("tshark", ["-n", "-F", "pcap", "-Y"], artifacts.map(\.text))
  }
}

/// libpcap itself, by way of tcpdump, or Wireshark's dissectors, by way of tshark: packets go into a capture file, and
/// those that the filter takes come out of it.
///
/// A packet's number is its time in seconds, by which it is known again.
final class CaptureFilterSession: EngineSession {
  private let tool: String
  /// Its options; the filter follows them.
  private let options: [String]
  private let filters: [String]
  private var captured: [Int: [UInt8]] = [:]

  init(_ tool: String, _ options: [String], _ artifacts: [String]) {
    (self.tool, self.options) = (tool, options)
    filters = artifacts.map { text in
      text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: " ")
    }
  }

  func stop() {}
  func show(_ packets: [Int: [UInt8]]) { captured = packets }

  func ask(_ artifact: Int, _ batch: EventBatch, rows: [Int], asked: Set<EventField>) throws(EngineError)
    -> [EngineVerdict]
  {
    var verdicts = [EngineVerdict](repeating: .passed, count: rows.count)
    var capture = Self.words([0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, 1])
    for (place, row) in rows.enumerated() {
      do throws(RecordedRequest.Unplayable) {
        let frame = try RecordedPacket(captured[row], batch, row).frame
        capture += Self.words([UInt32(place), 0, UInt32(frame.count), UInt32(frame.count)]) + frame
      } catch { verdicts[place] = .unplayable(error.why) }
    }
    for place in try taken(capture, filters[artifact]) where verdicts.indices.contains(place) {
      verdicts[place] = .stopped
    }
    return verdicts
  }

  /// Numbers of the packets that the filter takes.
  private func taken(_ capture: [UInt8], _ filter: String) throws(EngineError) -> [Int] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-bpf-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let (input, output) = (folder.appending(path: "in.pcap"), folder.appending(path: "out.pcap"))
      try Data(capture).write(to: input)
      let (status, words) = try Executable.run(
        Executable.path(of: tool) ?? tool, ["-r", input.path, "-w", output.path] + options + [filter])
      guard status == 0 else { throw EngineError(engine: tool, words: words) }
      return Self.numbers([UInt8](try Data(contentsOf: output)))
    } catch { throw error as? EngineError ?? EngineError(engine: tool, words: "\(error)") }
  }

  /// The seconds of each record of a capture in this machine's order of bytes.
  private static func numbers(_ capture: [UInt8]) -> [Int] {
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(capture[at + $1]) << ($1 * 8) } }
    var numbers: [Int] = []
    var at = 24
    while at + 16 <= capture.count {
      numbers.append(word(at))
      at += 16 + word(at + 8)
    }
    return numbers
  }

  private static func words(_ numbers: [UInt32]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }
}
