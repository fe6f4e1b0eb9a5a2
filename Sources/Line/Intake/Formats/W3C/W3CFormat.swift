import CBytes
import Model

/// W3C Extended Log Format, whose header names its columns: IIS, CloudFront and their kin.
///
/// Source: W3C working draft WD-logfile-960323; Microsoft "W3C Logging"; Amazon "Standard logging reference".
struct W3CFormat: LogFormat {
  let name = "w3c-extended"
  let fields: [EventField] = W3CLayout.fields
  private let place = DecodeScratch.MemoryPlace()

  var framing: Framing {
    .headed { line, _ in line.starts(with: "#Fields:".utf8) }
  }

  /// The layout of the header met last.
  private final class Memory {
    var header: [UInt8] = []
    var layout: W3CLayout?
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let line = batch.bytes(record.slice)
    if line[0] == 0x23 { return isDirective(line) ? nil : .unknownShape }
    guard let layout = layout(for: line, batch, scratch) else { return .noHeader }
    let writer = RowWriter(batch: batch, scratch: scratch, escaping: .none)
    if let refusal = layout.write(line, writer) {
      batch.abandonRow()
      return refusal
    }
    batch.commitRow(record)
    return nil
  }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    // The columns `date` and `time` stand next to each other and nearly always first.
    guard record.count >= 19 else { return nil }
    let stamp = UnsafeBufferPointer(rebasing: record[..<19])
    return W3CLayout.time(
      date: UnsafeBufferPointer(rebasing: stamp[..<10]), clock: UnsafeBufferPointer(rebasing: stamp[11...]))
  }

  private func isDirective(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    let known = ["#Version:", "#Date:", "#Software:", "#Start-Date:", "#End-Date:", "#Remark:", "#Fields:"]
    return known.contains { line.starts(with: $0.utf8) }
  }

  private func layout(
    for line: UnsafeBufferPointer<UInt8>, _ batch: EventBatch, _ scratch: DecodeScratch
  ) -> W3CLayout? {
    let header = batch.bytes(scratch.header)
    guard header.starts(with: "#Fields:".utf8) else {
      return W3CLayout.cloudFront.fits(line) ? W3CLayout.cloudFront : nil
    }
    let memory = scratch.memory(at: place) { Memory() }
    if memory.layout == nil || !memory.header.elementsEqual(header) {
      memory.header = Array(header)
      memory.layout = W3CLayout(header: String(decoding: header.dropFirst(8), as: UTF8.self))
    }
    return memory.layout
  }
}
