import Model
import Packets

/// Captured packets: pcap and pcapng files, one event a packet.
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
    _ = scout.watch(bytes, changed: { _, _ in })
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
    let memory = memory(batch, scratch)
    return take(record, PacketWriter(batch, memory, scratch), memory)
  }

  func decode(_ cursor: inout RunCursor, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let memory = memory(batch, scratch)
    let writer = PacketWriter(batch, memory, scratch)
    // The arena does not move while a run is decoded.
    let base = UnsafePointer(batch.arena.base)
    while cursor.advanceBinary(base, { layout.recordLength(Wire($0)) }, { layout.holdsFrame(Wire($0)) }) {
      if let reason = take(cursor.current, writer, memory) { return reason }
    }
    return nil
  }

  /// The frame that a row of a batch came from.
  func frame(of record: LinePlace, header: TextSlice, _ batch: EventBatch) -> CapturedFrame? {
    let interfaces = CaptureHeader(Wire(batch.bytes(header))).interfaces
    guard case .frame(let frame) = layout.frame(Wire(batch.bytes(record.slice)), interfaces) else { return nil }
    return frame
  }

  private func memory(_ batch: EventBatch, _ scratch: DecodeScratch) -> CaptureMemory {
    let memory = scratch.memory(at: place) { CaptureMemory() }
    memory.adopt(batch.bytes(scratch.header))
    return memory
  }

  @inline(__always)
  private func take(_ record: LinePlace, _ writer: PacketWriter, _ memory: CaptureMemory) -> Rejection? {
    switch layout.frame(Wire(writer.batch.bytes(record.slice)), memory.interfaces) {
    case .frame(let frame): return writer.write(frame, record)
    case .description: return nil
    case .broken: return .badLength
    }
  }
}

/// What a worker keeps while it decodes captures: the header in force, taken apart, and buffers.
final class CaptureMemory {
  private var header: [UInt8] = []
  private(set) var interfaces: [PcapngInterface] = []
  let fingerprint = ClientFingerprint()
  let ranks = RankMemory()

  func adopt(_ bytes: UnsafeBufferPointer<UInt8>) {
    if header.count == bytes.count, header.elementsEqual(bytes) { return }
    header = Array(bytes)
    let parts = CaptureHeader(Wire(bytes))
    interfaces = parts.interfaces
  }
}
