import Flows
import Model
import Packets

/// Captured packets: pcap and pcapng files, one event a packet; flow exports among them give one event a flow.
///
/// Fitted to one file by its first bytes. Packets that are no IP and no ARP become events too, with their EtherType.
struct CaptureFormat: LogFormat {
  let layout: CaptureLayout
  /// Interfaces that the file's beginning describes, enough to tell times; decoding goes by `scratch.header`.
  private let interfaces: [PcapngInterface]
  private let place = DecodeScratch.MemoryPlace()
  let fields = PacketWriter.usualFields

  init?(firstBytes bytes: UnsafeBufferPointer<UInt8>) {
    guard let layout = CaptureLayout(firstBytes: bytes) else { return nil }
    self.layout = layout
    let scout = CaptureScout(layout)
    _ = scout.watch(bytes)
    interfaces = scout.interfaces
  }

  var name: String { layout.name }

  var framing: Framing {
    let layout = layout
    return .binary(
      BinaryFraming(
        length: { layout.recordLength(Wire($0)) }, isNumbered: { layout.holdsFrame(Wire($0)) },
        makeScout: { CaptureScout(layout) }))
  }

  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int { 100 }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard case .frame(let frame) = layout.frame(Wire(record), interfaces) else { return nil }
    return frame.time
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let memory = scratch.memory(at: place) { CaptureMemory() }
    memory.state.adopt(batch.bytes(scratch.header))
    return take(record, PacketWriter(batch, memory, scratch), memory)
  }

  func decode(_ cursor: inout RunCursor, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let memory = scratch.memory(at: place) { CaptureMemory() }
    if cursor.isAtStart { memory.state.adopt(batch.bytes(scratch.header)) }
    let writer = PacketWriter(batch, memory, scratch)
    // The arena does not move while a run is decoded.
    let base = UnsafePointer(batch.arena.base)
    while cursor.advanceBinary(base, { layout.recordLength(Wire($0)) }, { layout.holdsFrame(Wire($0)) }) {
      if let reason = take(cursor.current, writer, memory) { return reason }
    }
    return nil
  }

  @inline(__always)
  private func take(_ record: LinePlace, _ writer: PacketWriter, _ memory: CaptureMemory) -> Rejection? {
    let bytes = Wire(writer.batch.bytes(record.slice))
    switch layout.frame(bytes, memory.state.interfaces) {
    case .frame(let frame): return writer.write(frame, record)
    case .description:
      memory.state.note(bytes, layout)
      return nil
    case .broken: return .badLength
    }
  }

  /// Calls `body` with place and frame of each of a run's records that holds one.
  func eachFrame(of run: LineRun, _ batch: EventBatch, _ body: (LinePlace, CapturedFrame) -> Void) {
    let state = CaptureState()
    state.adopt(batch.bytes(run.header))
    var cursor = RunCursor(run)
    while cursor.advance(in: batch, framing) {
      let bytes = Wire(batch.bytes(cursor.current.slice))
      switch layout.frame(bytes, state.interfaces) {
      case .frame(let frame): body(cursor.current, frame)
      case .description: state.note(bytes, layout)
      case .broken: continue
      }
    }
  }
}

/// What a worker keeps while it decodes captures.
final class CaptureMemory {
  let state = CaptureState()
  let fingerprint = ClientFingerprint()
  let ranks = RankMemory()
}
