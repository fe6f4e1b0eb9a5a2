import Flows
import Model
import Packets

/// Datagrams as a capture file holds them: bare IP packets with times in nanoseconds.
///
/// Every piece begins with the header of such a file, so that pieces behind each other are one too.
struct FlowPiece {
  /// The port that the datagrams came to.
  let port: UInt16
  private(set) var records = RecordPiece()
  /// Datagrams that were no export, or longer than any.
  var foreign = 0

  init(port: UInt16) { self.port = port }

  var bytes: [UInt8] { records.bytes }
  var count: Int { records.count }
  var isEmpty: Bool { records.count == 0 && foreign == 0 }

  mutating func restart() {
    records = RecordPiece()
    foreign = 0
  }

  mutating func append(_ payload: UnsafeBufferPointer<UInt8>, from source: IPAddress, port from: UInt16, at time: Int64)
  {
    if records.bytes.isEmpty { records.beginCapture(link: 101) }
    let header = source.isV4 ? 20 : 40
    // Longer packets have no length that IP could say.
    guard header + 8 + payload.count <= 65_535 else { return }
    records.beginPacket(at: time, bytes: header + 8 + payload.count)
    if source.isV4 {
      addIPv4(source, 8 + payload.count)
    } else {
      addIPv6(source, 8 + payload.count)
    }
    for number in [from, port, UInt16(8 + payload.count), 0] { big(number) }
    records.bytes += payload
    records.count += 1
  }

  /// The receiver's own address is not told by the system: zero stands for it.
  private mutating func addIPv4(_ source: IPAddress, _ count: Int) {
    let address = UInt32(truncatingIfNeeded: source.low)
    let length = UInt16(20 + count)
    var sum = 0x4500 + UInt32(length) + 0x4011 + address >> 16 + address & 0xffff
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    for number in [0x4500, length, 0, 0, 0x4011, ~UInt16(sum)] { big(number) }
    big(address)
    big(UInt32(0))
  }

  private mutating func addIPv6(_ source: IPAddress, _ count: Int) {
    big(UInt32(0x6000_0000))
    big(UInt16(count))
    big(UInt16(0x1140))
    big(source.high)
    big(source.low)
    big(UInt64(0))
    big(UInt64(0))
  }

  @inline(__always) private mutating func big(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { records.bytes += $0 }
  }
}

/// What a collector has to know of its exporters: their templates and rates, for the next file's beginning, and what
/// their sequence numbers say was lost.
final class ExporterWatch {
  private let ledger = FlowLedger()
  private let losses = FlowLosses()
  private var made: (version: Int, opening: RecordPiece)?

  /// Flows and datagrams that exporters sent and nobody saw.
  var missing: Int { losses.total }

  func address(_ bytes: UnsafeRawBufferPointer) -> IPAddress {
    IPAddress(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  /// False where the datagram is no export.
  func watch(_ datagram: UnsafeBufferPointer<UInt8>, from source: IPAddress) -> Bool {
    let datagram = Wire(datagram)
    return SFlow.mayBegin(datagram)
      ? SFlow.watch(datagram, losses) : FlowExport.watch(datagram, from: source, ledger, losses)
  }

  /// Takes up what was kept earlier: a capture's records.
  func recall(_ records: UnsafeRawBufferPointer) {
    let bytes = records.bindMemory(to: UInt8.self)
    guard let layout = CaptureLayout(firstBytes: bytes) else { return }
    var rest = Wire(bytes)
    while rest.count > 0 {
      let record = rest.kept(max(1, layout.recordLength(rest) ?? rest.count))
      rest = rest.dropped(record.count)
      guard layout.holdsFrame(record), case .frame(let frame) = layout.frame(record, []) else { continue }
      var packet = Packet(of: frame.bytes)
      guard packet.read(frame) == nil, packet.transport == .udp else { continue }
      _ = watch(packet.payload.bytes, from: packet.source)
    }
  }

  /// What a file of datagrams begins with: the templates and rates known so far, as datagrams.
  func opening(port: UInt16) -> RecordPiece {
    if let made, made.version == ledger.version { return made.opening }
    var piece = FlowPiece(port: port)
    for datagram in FlowReminder.datagrams(of: ledger, losses, seconds: 0) {
      datagram.bytes.withUnsafeBufferPointer { piece.append($0, from: datagram.exporter, port: port, at: 0) }
    }
    made = (ledger.version, piece.records)
    return piece.records
  }
}
