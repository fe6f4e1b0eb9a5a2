import Conditions
import Foundation
import Model
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
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let text = arguments.operands.first else { throw UsageError("say what to look for: a condition") }
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
