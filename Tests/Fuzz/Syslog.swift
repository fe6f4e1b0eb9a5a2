import Content
import Intake
import Model
import Receive

/// libFuzzer's way into the framing of syslog streams and the decoding of what comes out of it.
///
/// The first two bytes say where the stream is cut into what the socket gives: any cut must give the same lines, and no
/// line more than a message holds. Run with `make fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSyslog(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 3 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data + 2, count: count - 2))
  let first = min(Int(data[0]), bytes.count)
  let step = Int(data[1]) + 1
  let whole = framed([bytes[...]])
  var pieces = [bytes[..<first]]
  for start in stride(from: first, to: bytes.count, by: step) {
    pieces.append(bytes[start..<min(start + step, bytes.count)])
  }
  precondition(framed(pieces) == whole, "another cut gives other lines")
  precondition(whole.isEmpty || whole.last == 0x0A, "a line has no end")
  precondition(!whole.contains(0x0D), "a message is more than one line")
  if !whole.isEmpty { decode(whole) }
  return 0
}

private func framed(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
  var framing = SyslogFraming()
  var lines: [UInt8] = []
  for piece in pieces { framing.take(piece, into: &lines) }
  framing.finish(into: &lines)
  precondition(lines.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) } == framing.messages, "lines and messages differ")
  return lines
}

private let formats: [any LogFormat] = {
  guard let content = try? ContentFolder(), let all = try? LogFormats.all(content) else { return [] }
  // Those that live behind a syslog header, and the header's own.
  let names = ["syslog", "haproxy", "nginx", "combined", "text", "json"]
  return all.filter { format in names.contains { format.name.contains($0) } }
}()

nonisolated(unsafe) private let batch = EventBatch(capacity: 256, arenaBytes: 256 << 10)

private func decode(_ lines: [UInt8]) {
  let inputs = LiveInputs(formats: formats, options: IntakeOptions())
  inputs.decode(lines, stream: "s", path: "p", firstLine: 1, arrival: 1_764_000_000_000_000_000, in: batch) { batch in
    for row in 0..<batch.count {
      for field in EventField.allCases where batch.isPresent(field, row) {
        if case .text = field.spec.type { _ = batch.bytes(field, row).reduce(0) { $0 &+ Int($1) } }
      }
    }
  }
}
