import Content
import Intake
import Model

/// libFuzzer's way into every decoder of lines, JSON, CSV and free text, and into the recognition before them.
///
/// The first byte names the format that is told to decode the bytes, as a whole run and record by record; 0 stands for
/// two deliveries of a stream whose format is to be found out. Run with `make fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLogs(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 2 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
  if data[0] == 0 {
    deliver(bytes, cutAt: Int(bytes[0]) * 4)
  } else {
    decode(bytes, formats[Int(data[0]) % formats.count])
  }
  return 0
}

private let formats: [any LogFormat] = {
  guard let content = try? ContentFolder(), let all = try? LogFormats.all(content) else { return [] }
  return all
}()

/// One for all inputs, as a worker keeps it: what a line leaves behind may be what another trips over.
nonisolated(unsafe) private let scratch = DecodeScratch()
nonisolated(unsafe) private let batch = EventBatch(capacity: 256, arenaBytes: 256 << 10)

private func deliver(_ bytes: [UInt8], cutAt place: Int) {
  let inputs = LiveInputs(formats: formats, options: IntakeOptions())
  let cut = min(place, bytes.count)
  for piece in [bytes[..<cut], bytes[cut...]] where !piece.isEmpty {
    let lines = piece.last == 0x0A ? Array(piece) : piece + [0x0A]
    inputs.decode(lines, stream: "s", path: "p", firstLine: 1, arrival: 1_764_000_000_000_000_000, in: batch, read)
  }
}

private func decode(_ bytes: [UInt8], _ format: any LogFormat) {
  batch.reset()
  guard batch.arena.reserve(bytes.count * 4 + 8_192) else { return }
  let lines = bytes.last == 0x0A ? bytes : bytes + [0x0A]
  let slice = batch.arena.append(lines)
  scratch.beginBatch()
  scratch.header = .absent
  // The first line stands for the one that names the columns.
  if case .headed = format.framing, let end = lines.firstIndex(of: 0x0A) {
    scratch.header = TextSlice(offset: Int(slice.offset), length: end)
  }
  for field in format.fields { batch.touch(field) }
  var cursor = RunCursor(LineRun(slice: slice, source: 0, firstLine: 1))
  while format.decode(&cursor, batch, scratch) != nil {
    _ = format.time(of: batch.bytes(cursor.current.slice), scratch)
  }
  for row in 0..<batch.count { _ = format.extras(of: row, batch, scratch) }
  read(batch)
}

/// Every text of every row must lie in the arena, and what is written of it be JSON: reading it is the test.
private func read(_ batch: EventBatch) {
  for row in 0..<batch.count {
    for field in EventField.allCases where batch.isPresent(field, row) {
      switch field.spec.type {
      case .text, .list, .map: _ = batch.bytes(field, row).reduce(0) { $0 &+ Int($1) }
      default: _ = batch.number(field, row)
      }
    }
    var text: [UInt8] = []
    batch.appendJSON(row, to: &text)
    precondition(text.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a row would act on a terminal")
  }
}
