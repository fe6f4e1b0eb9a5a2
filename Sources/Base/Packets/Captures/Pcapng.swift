/// The next generation capture file: blocks, of which some describe interfaces and some hold frames.
///
/// Source: draft-ietf-opsawg-pcapng.
package enum Pcapng {
  private static var sectionHeader: UInt32 { 0x0a0d_0d0a }
  @usableFromInline static var blockLimit: Int { 1 << 19 }

  static func begins(_ bytes: Wire) -> Bool {
    bytes.count >= 12 && bytes.u32(0) == sectionHeader && isSwapped(section: bytes) != nil
  }

  /// By the section's byte-order magic; nil where there is none.
  private static func isSwapped(section bytes: Wire) -> Bool? {
    switch bytes.u32(8) {
    case 0x1a2b_3c4d: false
    case 0x4d3c_2b1a: true
    default: nil
    }
  }

  @usableFromInline static func recordLength(_ bytes: Wire) -> Int? {
    if bytes.count < 12 { return nil }
    guard let length = namedLength(bytes) else { return lengthToNext(bytes) }
    return length <= bytes.count ? length : nil
  }

  /// The block's length in the byte order in which it makes sense; the smaller one where its end is not there yet.
  private static func namedLength(_ bytes: Wire) -> Int? {
    let big = Int(bytes.u32(4))
    let little = Int(bytes.u32(4).byteSwapped)
    func isSound(_ length: Int) -> Bool { length >= 12 && length % 4 == 0 && length <= blockLimit }
    if bytes.u32(0) == sectionHeader {
      guard let swapped = isSwapped(section: bytes) else { return nil }
      let length = swapped ? little : big
      return isSound(length) ? length : nil
    }
    for length in [min(big, little), max(big, little)] where isSound(length) {
      if length > bytes.count || bytes.u32(length - 4) == bytes.u32(4) { return length }
    }
    return nil
  }

  /// How far it is to the next block of a known type, whose length stands at both of its ends.
  private static func lengthToNext(_ bytes: Wire) -> Int? {
    var at = 4
    while at + 12 <= bytes.count {
      let rest = bytes.dropped(at)
      let type = rest.u32(0)
      if type == sectionHeader || type <= 6 || type.byteSwapped <= 6, let length = namedLength(rest),
        length <= rest.count, rest.u32(length - 4) == rest.u32(4)
      {
        return at
      }
      at += 4
    }
    return bytes.count < blockLimit ? nil : bytes.count
  }

  /// Whether a record says how the following ones are to be read: a section or an interface.
  package static func describes(_ record: Wire) -> Bool {
    guard record.count >= 12 else { return false }
    let type = record.u32(0)
    return type == sectionHeader || type == 1 || type.byteSwapped == 1
  }

  @usableFromInline static func holdsFrame(_ record: Wire) -> Bool {
    guard record.count >= 12 else { return true }
    let type = record.u32(0)
    return [2, 3, 6].contains(type <= 0xffff ? type : type.byteSwapped)
  }

  package static func isSection(_ record: Wire) -> Bool { record.count >= 12 && record.u32(0) == sectionHeader }

  static func frame(_ record: Wire, _ interfaces: [PcapngInterface]) -> CaptureRecord {
    guard record.count >= 12, record.count % 4 == 0, record.u32(record.count - 4) == record.u32(4) else {
      return .broken
    }
    if record.u32(0) == sectionHeader { return .description }
    let swapped = interfaces.first?.isSwapped ?? (record.u32(0) > 0xffff)
    let block = PcapngBlock(bytes: record, isSwapped: swapped)
    switch block.u32(0) {
    case 6, 2: return block.packet(interfaces)
    case 3: return block.simplePacket(interfaces)
    default: return .description
    }
  }
}

/// An interface of a section: its link layer and its clock.
package struct PcapngInterface: Sendable {
  var isSwapped: Bool
  var link: LinkType
  /// Ticks a second, as a power of ten or of two.
  var ticks: UInt64 = 1_000_000
  /// Seconds to be added.
  var offset: Int64 = 0

  /// The interfaces that sections and descriptions behind each other name; those of the last section count.
  package static func all(in blocks: Wire) -> [PcapngInterface] {
    var interfaces: [PcapngInterface] = []
    var swapped = false
    var rest = blocks
    while let length = Pcapng.recordLength(rest), length > 0 {
      let record = rest.kept(length)
      if Pcapng.isSection(record) {
        swapped = record.u32(8) == 0x4d3c_2b1a
        interfaces = []
      } else {
        interfaces.append(PcapngInterface(PcapngBlock(bytes: record, isSwapped: swapped)))
      }
      rest = rest.dropped(length)
    }
    return interfaces
  }

  private init(_ block: PcapngBlock) {
    isSwapped = block.isSwapped
    link = block.bytes.count >= 16 ? LinkType(UInt32(block.u16(8))) : .other(.max)
    block.eachOption(from: 16) { code, at, length in
      if code == 9, length >= 1 { ticks = Self.ticks(block.bytes[at]) }
      if code == 14, length >= 8 { offset = Int64(bitPattern: block.u64(at)) }
    }
  }

  private static func ticks(_ resolution: UInt8) -> UInt64 {
    let power = Int(resolution & 0x7f)
    if resolution & 0x80 != 0 { return 1 << UInt64(min(power, 63)) }
    return (0..<min(power, 18)).reduce(1) { ticks, _ in ticks * 10 }
  }

  /// Nanoseconds since 1970; nil where they do not fit.
  func time(_ stamp: UInt64) -> Int64? {
    if ticks == 1_000_000, offset == 0, stamp < 1 << 53 { return Int64(stamp) * 1_000 }
    guard let seconds = Int64(exactly: stamp / ticks) else { return nil }
    let rest = (stamp % ticks).multipliedFullWidth(by: 1_000_000_000)
    let fraction = ticks.dividingFullWidth(rest).quotient
    let (sum, first) = seconds.addingReportingOverflow(offset)
    let (whole, second) = sum.multipliedReportingOverflow(by: 1_000_000_000)
    let (time, third) = whole.addingReportingOverflow(Int64(fraction))
    return first || second || third ? nil : time
  }
}

/// One block, read in its section's byte order.
struct PcapngBlock {
  let bytes: Wire
  let isSwapped: Bool

  func u16(_ at: Int) -> UInt16 { isSwapped ? bytes.u16(at).byteSwapped : bytes.u16(at) }
  func u32(_ at: Int) -> UInt32 { isSwapped ? bytes.u32(at).byteSwapped : bytes.u32(at) }
  func u64(_ at: Int) -> UInt64 { isSwapped ? bytes.u64(at).byteSwapped : bytes.u64(at) }

  /// Calls `body` with code, place and length of each option behind `start`.
  func eachOption(from start: Int, _ body: (_ code: UInt16, _ at: Int, _ length: Int) -> Void) {
    var at = start
    while at + 4 <= bytes.count - 4 {
      let code = u16(at)
      let length = Int(u16(at + 2))
      guard code != 0, at + 4 + length <= bytes.count - 4 else { return }
      body(code, at + 4, length)
      at += 4 + (length + 3) / 4 * 4
    }
  }

  /// An enhanced packet, or the obsolete packet block, whose fields lie alike but for the interface's width.
  func packet(_ interfaces: [PcapngInterface]) -> CaptureRecord {
    guard bytes.count >= 32 else { return .broken }
    let number = u32(0) == 2 ? Int(u16(8)) : Int(u32(8))
    let captured = Int(u32(20))
    guard number < interfaces.count, captured <= bytes.count - 32 else { return .broken }
    let interface = interfaces[number]
    return .frame(
      CapturedFrame(
        time: interface.time(UInt64(u32(12)) << 32 | UInt64(u32(16))), link: interface.link,
        bytes: bytes.dropped(28).kept(captured), originalLength: max(captured, Int(u32(24)))))
  }

  /// A frame of the first interface without a time.
  func simplePacket(_ interfaces: [PcapngInterface]) -> CaptureRecord {
    guard bytes.count >= 16, let interface = interfaces.first else { return .broken }
    let original = Int(u32(8))
    return .frame(
      CapturedFrame(
        time: nil, link: interface.link, bytes: bytes.dropped(12).kept(min(original, bytes.count - 16)),
        originalLength: original))
  }
}
