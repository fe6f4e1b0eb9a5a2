import Flows
import Model
import Packets

/// Exports of flows behind each other as they came over the wire: IPFIX files (RFC 5655) and saved NetFlow datagrams.
struct FlowStreamFormat: LogFormat {
  let name: String
  let fields = FlowWriter.usualFields
  private let place = DecodeScratch.MemoryPlace()

  /// Longest export: the length field of IPFIX.
  private static let exportLimit = 65_535

  init?(firstBytes bytes: UnsafeBufferPointer<UInt8>) {
    let bytes = Wire(bytes)
    guard bytes.count >= 16, Self.isExport(bytes) else { return nil }
    switch bytes.u16(0) {
    case 5: name = "netflow-v5"
    case 9: name = "netflow-v9"
    default: name = "ipfix"
    }
  }

  /// An export whose parts fit, or one that its length says goes on behind the sample.
  private static func isExport(_ bytes: Wire) -> Bool {
    guard let length = FlowExport.length(in: bytes) else { return false }
    return FlowExport.decode(bytes.kept(length), from: .absent, FlowLedger(), take: { _, _ in }) != .foreign
  }

  var framing: Framing {
    .binary(
      BinaryFraming(length: { Self.length(Wire($0)) }, isNumbered: { _ in true }, makeScout: { FlowStreamScout() }))
  }

  /// The export at the front; up to the next one where the bytes begin with none.
  fileprivate static func length(_ bytes: Wire) -> Int? {
    if let length = FlowExport.length(in: bytes), length <= bytes.count {
      // NetFlow v9 has no length: its end shows only once something follows.
      if bytes.u16(0) != 9 || length < bytes.count || bytes.count > exportLimit { return length }
      return nil
    }
    if bytes.count <= exportLimit { return nil }
    var at = 1
    while at + 16 <= bytes.count, !isExport(bytes.dropped(at)) { at += 1 }
    return at
  }

  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int { 100 }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    FlowExport.time(of: Wire(record))
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let memory = scratch.memory(at: place) { FlowLedger() }
    memory.adopt(Wire(batch.bytes(scratch.header)))
    return take(record, batch, memory, scratch.screen)
  }

  func decode(_ cursor: inout RunCursor, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let memory = scratch.memory(at: place) { FlowLedger() }
    if cursor.isAtStart { memory.adopt(Wire(batch.bytes(scratch.header))) }
    while cursor.advance(in: batch, framing) {
      if let reason = take(cursor.current, batch, memory, scratch.screen) { return reason }
    }
    return nil
  }

  private func take(
    _ record: LinePlace, _ batch: EventBatch, _ ledger: FlowLedger, _ screen: RowScreen?
  ) -> Rejection? {
    Rejection(
      FlowWriter(batch: batch, screen: screen)
        .write(Wire(batch.bytes(record.slice)), from: .absent, at: nil, record, ledger))
  }
}

extension Rejection {
  /// Why an export gave no flow; nil where it was understood.
  init?(_ outcome: ExportOutcome) {
    switch outcome {
    case .taken: return nil
    case .missesTemplate: self = .noTemplate
    case .broken, .foreign: self = .badFlows
    }
  }
}

/// Watches a stream of exports for templates, sampling rates and gaps.
private final class FlowStreamScout: RecordScout {
  private let ledger = FlowLedger()
  private let losses = FlowLosses()

  var header: [UInt8] { ledger.bytes }
  var remarks: [String] { losses.remarks }

  func adopt(_ header: UnsafeBufferPointer<UInt8>) { ledger.adopt(Wire(header)) }

  func watch(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var exports = 0
    var rest = Wire(bytes)
    while rest.count > 0 {
      let export = rest.kept(max(1, FlowStreamFormat.length(rest) ?? rest.count))
      FlowExport.watch(export, from: .absent, ledger, losses)
      rest = rest.dropped(export.count)
      exports += 1
    }
    return exports
  }
}
