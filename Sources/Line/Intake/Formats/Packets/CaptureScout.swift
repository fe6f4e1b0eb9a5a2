import Flows
import Model
import Packets

/// Watches a capture for what its packets need to be understood later: interfaces, and templates of flow exporters.
final class CaptureScout: RecordScout {
  private let layout: CaptureLayout
  private let state = CaptureState()
  private let losses = FlowLosses()

  init(_ layout: CaptureLayout) { self.layout = layout }

  var interfaces: [PcapngInterface] { state.interfaces }
  var header: [UInt8] { state.header }
  var remarks: [String] { losses.remarks + state.remarks }

  func adopt(_ header: UnsafeBufferPointer<UInt8>) { state.adopt(header) }

  func watch(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var frames = 0
    var rest = Wire(bytes)
    while rest.count > 0 {
      let record = rest.kept(max(1, layout.recordLength(rest) ?? rest.count))
      rest = rest.dropped(record.count)
      if layout.holdsFrame(record) {
        frames += 1
        watchFrame(record)
      } else {
        state.note(record, layout)
      }
    }
    return frames
  }

  /// Whether a frame's payload, at its usual place, may concern later records; frames of other shapes may.
  @inline(__always) private func mayMatter(_ frame: CapturedFrame) -> Bool {
    let bytes = frame.bytes
    // Ethernet with an IPv4 header of twenty bytes, TCP that is no fragment.
    guard frame.link == .ethernet, bytes.count >= 54, bytes.u16(12) == 0x0800, bytes[14] == 0x45, bytes[23] == 6,
      bytes.u16(20) & 0x3fff == 0
    else { return true }
    let payload = 34 + Int(bytes[46] >> 4) * 4
    return state.messages.isWaiting || Int(bytes.u16(16)) + 14 > payload + 2
  }

  /// Looks for exports of flows and for messages that go on in later packets; others are left after a glance.
  private func watchFrame(_ record: Wire) {
    guard case .frame(let frame) = layout.frame(record, state.interfaces), frame.bytes.count >= 40,
      mayMatter(frame)
    else { return }
    var packet = Packet(of: frame.bytes)
    guard packet.read(frame) == nil else { return }
    switch packet.transport {
    case .tcp: _ = state.messages.take(packet)
    case .udp:
      if FlowExport.mayBegin(packet.payload) {
        FlowExport.watch(packet.payload, from: packet.source, state.ledger, losses)
      } else if SFlow.mayBegin(packet.payload) {
        SFlow.watch(packet.payload, losses)
      } else if QUICInitial.mayBegin(packet.payload) {
        _ = state.messages.takeInitial(packet)
      }
    case .none, .icmp: return
    }
  }
}

/// What earlier records of a capture said and later ones need. As bytes: the lengths of the descriptions of interfaces and
/// of the messages that are not whole, these two, and the ledger of flow exporters.
final class CaptureState {
  private var blocks: [UInt8] = []
  private(set) var interfaces: [PcapngInterface] = []
  let ledger = FlowLedger()
  let messages = SegmentedMessages()

  /// Descriptions kept of one section at most; a hostile file could hold nothing else.
  private static let blockLimit = 64 << 10

  var header: [UInt8] {
    let begun = messages.bytes
    var out: [UInt8] = []
    for count in [blocks.count, begun.count] { withUnsafeBytes(of: UInt32(count).bigEndian) { out += $0 } }
    return out + blocks + begun + ledger.bytes
  }

  var remarks: [String] {
    ledger.refused > 0
      ? [
        "\(Words.count(ledger.refused, "template")) of flow exporters came when there were too many, and were left out"
      ]
      : []
  }

  func adopt(_ header: UnsafeBufferPointer<UInt8>) {
    let bytes = Wire(header)
    guard bytes.count >= 8, Int(bytes.u32(0)) + Int(bytes.u32(4)) <= bytes.count - 8 else { return reset() }
    let count = Int(bytes.u32(0))
    let described = bytes.dropped(8).kept(count)
    if blocks.count != count || !blocks.elementsEqual(described.bytes) {
      blocks = Array(described.bytes)
      interfaces = PcapngInterface.all(in: described)
    }
    let begun = bytes.dropped(8 + count).kept(Int(bytes.u32(4)))
    messages.adopt(begun)
    ledger.adopt(bytes.dropped(8 + count + begun.count))
  }

  private func reset() {
    let nothing = Wire(UnsafeBufferPointer(start: nil, count: 0))
    blocks = []
    interfaces = []
    messages.adopt(nothing)
    ledger.adopt(nothing)
  }

  /// Takes a record that holds no frame: a section of a pcapng file, an interface, or something else.
  func note(_ record: Wire, _ layout: CaptureLayout) {
    guard case .pcapng = layout, Pcapng.describes(record) else { return }
    if Pcapng.isSection(record) { blocks = [] }
    guard blocks.count + record.count <= Self.blockLimit else { return }
    blocks += record.bytes
    interfaces = blocks.withUnsafeBufferPointer { PcapngInterface.all(in: Wire($0)) }
  }
}
