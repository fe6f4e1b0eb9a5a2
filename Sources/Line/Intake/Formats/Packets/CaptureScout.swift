import Model
import Packets

/// Keeps what packets of a capture need to be understood: the interfaces of a pcapng file.
final class CaptureScout: RecordScout {
  private let layout: CaptureLayout
  private var blocks: [UInt8] = []
  private(set) var header: [UInt8]
  /// Interfaces described so far.
  private(set) var interfaces: [PcapngInterface] = []

  /// Descriptions kept of one section at most; a hostile file could hold nothing else.
  private static let blockLimit = 1 << 20

  init(_ layout: CaptureLayout) {
    self.layout = layout
    header = CaptureHeader.bytes(blocks: [])
  }

  var remarks: [String] { [] }

  func watch(_ bytes: UnsafeBufferPointer<UInt8>, changed: (_ offset: Int, _ records: Int) -> Void) -> Int {
    var records = 0
    var at = 0
    while at < bytes.count {
      let rest = Wire(UnsafeBufferPointer(rebasing: bytes[at...]))
      let record = rest.kept(max(1, layout.recordLength(rest) ?? rest.count))
      at += record.count
      if layout.holdsFrame(record) { records += 1 }
      if note(record) { changed(at, records) }
    }
    return records
  }

  /// Whether the record changed the header.
  private func note(_ record: Wire) -> Bool {
    guard case .pcapng = layout, Pcapng.describes(record) else { return false }
    if Pcapng.isSection(record) { blocks = [] }
    guard blocks.count + record.count <= Self.blockLimit else { return false }
    blocks += record.bytes
    header = CaptureHeader.bytes(blocks: blocks)
    interfaces = CaptureHeader.interfaces(of: blocks)
    return true
  }
}

/// The header in force of a capture as bytes: the length of the descriptions of interfaces, then these.
struct CaptureHeader {
  let interfaces: [PcapngInterface]

  init(_ header: Wire) {
    guard header.count >= 4, Int(header.u32(0)) <= header.count - 4 else {
      interfaces = []
      return
    }
    interfaces = PcapngInterface.all(in: header.dropped(4).kept(Int(header.u32(0))))
  }

  static func bytes(blocks: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(blocks.count).bigEndian) { Array($0) } + blocks
  }

  static func interfaces(of blocks: [UInt8]) -> [PcapngInterface] {
    blocks.withUnsafeBufferPointer { PcapngInterface.all(in: Wire($0)) }
  }
}
