/// The classic capture file: a header of 24 bytes, then records of a fixed header and the frame.
///
/// Source: draft-ietf-opsawg-pcap. Kuznetzov's variant has 8 bytes more in each record's header.
package struct PcapLayout: Sendable {
  @usableFromInline let isSwapped: Bool
  @usableFromInline let recordHeader: Int
  let isNanoseconds: Bool
  let link: LinkType

  /// Longest frame that capturing tools write.
  @usableFromInline static var frameLimit: Int { 262_144 }

  package init?(firstBytes bytes: Wire) {
    guard bytes.count >= 24 else { return nil }
    let magic = bytes.u32(0)
    switch magic {
    case 0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34: isSwapped = false
    case 0xd4c3_b2a1, 0x4d3c_b2a1, 0x34cd_b2a1: isSwapped = true
    default: return nil
    }
    isNanoseconds = magic == 0xa1b2_3c4d || magic == 0x4d3c_b2a1
    recordHeader = magic == 0xa1b2_cd34 || magic == 0x34cd_b2a1 ? 24 : 16
    let type = bytes.u32(20)
    link = LinkType(isSwapped ? type.byteSwapped : type)
  }

  @inlinable func u32(_ bytes: Wire, _ at: Int) -> UInt32 {
    let number = bytes.u32(at)
    return isSwapped ? number.byteSwapped : number
  }

  @inlinable func recordLength(_ bytes: Wire) -> Int? {
    if bytes.count < recordHeader { return nil }
    let captured = Int(u32(bytes, 8))
    if captured > Self.frameLimit || isMagic(bytes) { return oddLength(bytes) }
    let length = recordHeader + captured
    return length <= bytes.count ? length : nil
  }

  @inlinable func isMagic(_ bytes: Wire) -> Bool {
    let number = bytes.u32(0)
    return number & 0xffff_0000 == 0xa1b2_0000 || number & 0xffff == 0xb2a1
  }

  /// The file's own header, another file's behind it, or a record whose length is nonsense.
  @usableFromInline @inline(never) func oddLength(_ bytes: Wire) -> Int? {
    if isMagic(bytes), PcapLayout(firstBytes: bytes.kept(24)) != nil { return 24 }
    if bytes.count < 24, isMagic(bytes) { return nil }
    if Int(u32(bytes, 8)) <= Self.frameLimit {
      let length = recordHeader + Int(u32(bytes, 8))
      return length <= bytes.count ? length : nil
    }
    var at = 1
    while at + recordHeader <= bytes.count {
      if looksLikeRecord(bytes.dropped(at)) { return at }
      at += 1
    }
    return bytes.count < Self.frameLimit + recordHeader ? nil : bytes.count - recordHeader
  }

  /// Two records behind each other that make sense.
  private func looksLikeRecord(_ bytes: Wire) -> Bool {
    guard isSensible(bytes) else { return false }
    let next = recordHeader + Int(u32(bytes, 8))
    return next + recordHeader <= bytes.count && isSensible(bytes.dropped(next))
  }

  private func isSensible(_ bytes: Wire) -> Bool {
    let captured = u32(bytes, 8)
    let original = u32(bytes, 12)
    return captured > 0 && captured <= Self.frameLimit && captured <= original && original <= 1 << 20
      && u32(bytes, 4) < (isNanoseconds ? 1_000_000_000 : 1_000_000) && u32(bytes, 0) > 0
  }

  @inline(__always) func frame(_ record: Wire) -> CaptureRecord {
    if record.count == 24, isMagic(record), PcapLayout(firstBytes: record) != nil { return .description }
    guard record.count >= recordHeader else { return .broken }
    let captured = Int(u32(record, 8))
    guard captured == record.count - recordHeader else { return .broken }
    let fraction = Int64(u32(record, 4)) * (isNanoseconds ? 1 : 1_000)
    return .frame(
      CapturedFrame(
        time: Int64(u32(record, 0)) * 1_000_000_000 + fraction, link: link, bytes: record.dropped(recordHeader),
        originalLength: max(captured, Int(u32(record, 12)))))
  }
}
