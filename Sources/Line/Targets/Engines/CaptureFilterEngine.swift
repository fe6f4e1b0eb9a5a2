import Foundation
import Model

extension Engine {
  static let tcpdump = Engine(name: "tcpdump", target: .tcpdump, tool: "tcpdump") { artifacts throws(EngineError) in
    CaptureFilterSession(artifacts.map(\.text))
  }
}

/// libpcap itself, by way of tcpdump: packets go into a capture file, and those that the filter takes come out of it.
///
/// A packet's number is its time in seconds, by which it is known again.
final class CaptureFilterSession: EngineSession {
  private let filters: [String]
  private var captured: [Int: [UInt8]] = [:]

  init(_ artifacts: [String]) {
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
      let path = Executable.path(of: "tcpdump") ?? "tcpdump"
      // As root it would give its rights up, and could then not write into this folder.
      let user = getuid() == 0 ? ["-Z", "root"] : []
      let (status, words) = try Executable.run(path, user + ["-n", "-r", input.path, "-w", output.path, filter])
      guard status == 0 else { throw EngineError(engine: "tcpdump", words: words) }
      return Self.numbers([UInt8](try Data(contentsOf: output)))
    } catch { throw error as? EngineError ?? EngineError(engine: "tcpdump", words: "\(error)") }
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
