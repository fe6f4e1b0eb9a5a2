import Foundation
import Receive
import Synchronization

/// What passes an interface for a while, kept in a file of its own that is gone afterwards.
final class LiveRecording {
  let path: String
  let interface: String
  private let output: FileHandle
  private let stop = StopSignal()
  /// What was taken and lost, in words.
  private(set) var words = ""

  static let options = [
    Option(
      name: "interface", value: "NAME",
      sentence: "capture this interface instead of reading files (root, or CAP_NET_RAW, which is given up at once)"),
    seconds,
  ]
  static let seconds = Option(
    name: "seconds", value: "N", sentence: "how long to capture (default: until Ctrl-C)")

  /// What `--interface` and `--seconds` ask for; nil where files are read.
  convenience init?(_ arguments: Arguments) throws {
    guard let interface = arguments["interface"] else { return nil }
    guard arguments.operands.isEmpty else { throw UsageError("--interface goes without files") }
    try self.init(interface, seconds: try arguments.int("seconds", in: 1...1_000_000))
    Terminal.complain("interface \(interface): \(words)")
  }

  /// Records until the time is over or somebody interrupts. Errors: no such interface, no right, no room.
  init(_ interface: String, seconds: Int?) throws {
    self.interface = interface
    let capture = LiveRecording.Sink()
    path = NSTemporaryDirectory() + "weir-live-\(UUID().uuidString).pcap"
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let output = FileHandle(forWritingAtPath: path)
    else { throw UsageError("--interface: \(path) cannot be written") }
    self.output = output
    capture.output.withLock { $0 = output }
    let live = LiveCapture(interface) { piece, _ in try capture.write(piece.bytes) }
    try live.open()
    Terminal.complain("\(live.place): \(LiveCapture.giveUpRights())")
    try live.start()
    stop.wait(seconds: seconds)
    live.stop()
    words = live.counts.words ?? "nothing came"
    try output.close()
  }

  deinit { unlink(path) }

  private final class Sink: Sendable {
    let output = Mutex<FileHandle?>(nil)
    func write(_ bytes: [UInt8]) throws { try output.withLock { try $0?.write(contentsOf: Data(bytes)) } }
  }
}
