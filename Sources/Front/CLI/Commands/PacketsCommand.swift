import Conditions
import Foundation
import Model
import Receive
import Watch

/// `weir packets`: packets and flows that meet a condition, in tcpdump's words.
struct PacketsCommand: Command {
  let name = "packets"
  let sentence = "packets and flows that meet a condition, in tcpdump's words, or as a capture"
  let operands = "[OPTION…] CONDITION PATH…"
  let options =
    [
      Option(name: "write", value: "FILE", sentence: "also write the matching packets to FILE (pcapng)"),
      Option(name: "limit", value: "N", sentence: "at most N packets"),
      Option(name: "count", sentence: "print only how many"),
      Option(name: "live", value: "INTERFACE", sentence: "packets of an interface as they pass, instead of files"),
      LiveRecording.seconds,
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let text = arguments.operands.first else { throw UsageError("say what to look for: a condition") }
    if let interface = arguments["live"] { return try watch(interface, Condition(parsing: text), arguments) }
    let paths = try InputOptions.paths(arguments, after: 1)
    let condition = try Condition(parsing: text)
    let limit = try arguments.int("limit", in: 1...Int(Int32.max)) ?? .max
    let output = try arguments["write"].map { path in try CaptureOutput(path) }
    let search = PacketSearch(condition, limit: limit, in: try Assembly(InputOptions.configuration(arguments)))
    let isCount = arguments.has("count")
    let answer = try search.run(
      paths, print: { if !isCount { Terminal.print($0) } }, write: output.map { output in { output.write($0) } })
    if isCount { Terminal.print(String(answer.printed)) }
    try output?.close()
    return InputWords.complain(about: answer.intake)
  }

  /// Prints what passes an interface until the time is over, enough was seen, or somebody interrupts.
  private func watch(_ interface: String, _ condition: Condition, _ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 1, !arguments.has("write") else {
      throw UsageError("--live takes a condition only; keep packets with `weir serve --capture`")
    }
    let limit = try arguments.int("limit", in: 1...Int(Int32.max)) ?? .max
    let stop = StopSignal()
    let printer = LivePrinter(
      try LivePackets(condition, in: Assembly(InputOptions.configuration(arguments))), limit: limit,
      isCount: arguments.has("count"), whenDone: { stop.give() })
    let capture = LiveCapture(interface) { piece, _ in printer.take(piece) }
    try capture.open()
    Terminal.complain("\(capture.place): \(LiveCapture.giveUpRights())")
    try capture.start()
    stop.wait(seconds: try arguments.int("seconds", in: 1...1_000_000))
    capture.stop()
    if arguments.has("count") { Terminal.print(String(printer.count)) }
    Terminal.complain("\(capture.place): \(capture.counts.words ?? "nothing came")")
    return .fine
  }
}

/// Prints live packets, one piece at a time.
private final class LivePrinter: @unchecked Sendable {
  // Used by the capture's one thread, and read when that is gone.
  private let packets: LivePackets
  private let limit: Int
  private let isCount: Bool
  private let whenDone: () -> Void
  private(set) var count = 0

  init(_ packets: LivePackets, limit: Int, isCount: Bool, whenDone: @escaping () -> Void) {
    self.packets = packets
    self.limit = limit
    self.isCount = isCount
    self.whenDone = whenDone
  }

  func take(_ piece: RecordPiece) {
    packets.take(piece.bytes, count: piece.count) { line in
      guard count < limit else { return false }
      count += 1
      if !isCount { Terminal.print(line) }
      return count < limit
    }
    Terminal.flush()
    if count >= limit { whenDone() }
  }
}

/// The file that matching packets go to.
private final class CaptureOutput {
  /// Why the packets could not be written.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let path: String
  private let handle: FileHandle
  private var problem: (any Error)?

  init(_ path: String) throws(Failure) {
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw Failure(description: "\(path) cannot be written") }
    self.path = path
    self.handle = handle
  }

  func write(_ bytes: [UInt8]) {
    guard problem == nil else { return }
    do { try handle.write(contentsOf: Data(bytes)) } catch { problem = error }
  }

  func close() throws(Failure) {
    do { try handle.close() } catch { problem = problem ?? error }
    if let problem { throw Failure(description: "\(path) could not be written whole: \(problem.localizedDescription)") }
  }
}
