import Model
import Packets

/// What the records of one data set hold: fields with their lengths, as an exporter announced them.
struct FlowTemplate: Equatable {
  struct Field: Equatable {
    var element: FlowElement
    /// In bytes; 65535 where each record says.
    var length: UInt16
  }

  private(set) var fields: [Field] = []
  /// Fields that say what an options record is about.
  private(set) var scopes = 0
  let isOptions: Bool
  /// Bytes of a record at least, and of every record where no length varies.
  private(set) var least = 0
  private(set) var varies = false

  static let fieldLimit = 512

  /// The fields as they stand in a template record: `count` numbers with lengths, and enterprises in IPFIX.
  ///
  /// Nil where they do not fit. `taken` is what they take of `bytes`.
  init?(_ bytes: Wire, count: Int, scopes: Int, isOptions: Bool, hasEnterprises: Bool, taken: inout Int) {
    guard count <= Self.fieldLimit else { return nil }
    self.scopes = scopes
    self.isOptions = isOptions
    var at = 0
    for _ in 0..<count {
      guard at + 4 <= bytes.count else { return nil }
      let number = bytes.u16(at)
      let length = bytes.u16(at + 2)
      at += 4
      let isForeign = hasEnterprises && number & 0x8000 != 0
      if isForeign {
        guard at + 4 <= bytes.count else { return nil }
        at += 4
      }
      fields.append(Field(element: isForeign ? .skipped : FlowElement(number), length: length))
      varies = varies || length == .max
      least += length == .max ? 1 : Int(length)
    }
    guard least > 0 || count == 0 else { return nil }
    taken = at
  }

  /// Bytes that the record at the front of `data` takes; nil where it is not whole.
  @inline(__always) func recordLength(_ data: Wire) -> Int? {
    if !varies { return least <= data.count ? least : nil }
    var at = 0
    for field in fields {
      guard let length = Self.length(field, data, &at) else { return nil }
      at += length
      if at > data.count { return nil }
    }
    return at
  }

  /// The length of a field whose content begins at `at`, which moves behind a length in front of it.
  @inline(__always) private static func length(_ field: Field, _ data: Wire, _ at: inout Int) -> Int? {
    if field.length != .max { return Int(field.length) }
    guard at < data.count else { return nil }
    let short = Int(data[at])
    at += 1
    if short < 255 { return short }
    guard at + 2 <= data.count else { return nil }
    at += 2
    return Int(data.u16(at - 2))
  }

  /// Reads the record at the front of `data`, which must be whole (`recordLength`).
  func read(_ data: Wire, _ clock: ExportClock) -> FlowRecord {
    var flow = FlowRecord()
    var boot: Int64 = -1
    var space: Int64 = 0
    var startUptime: UInt64?
    var endUptime: UInt64?
    var otherPackets: Int64 = -1, otherBytes: Int64 = -1
    var at = 0
    for field in fields {
      guard let length = Self.length(field, data, &at) else { break }
      let from = at
      at += length
      if field.element == .skipped || length == 0 { continue }
      switch field.element {
      case .skipped: continue
      case .source4: if length == 4 { Self.take(IPAddress(v4: data.u32(from)), &flow.source, &flow.outerSource) }
      case .source6: if length == 16 { Self.take(Self.address(data, from), &flow.source, &flow.outerSource) }
      case .destination4:
        if length == 4 { Self.take(IPAddress(v4: data.u32(from)), &flow.destination, &flow.outerDestination) }
      case .destination6:
        if length == 16 { Self.take(Self.address(data, from), &flow.destination, &flow.outerDestination) }
      default:
        let value = data.number(from, length)
        let number = Int64(clamping: value)
        switch field.element {
        case .sourcePort: flow.sourcePort = number
        case .destinationPort: flow.destinationPort = number
        case .protocolNumber: flow.protocolNumber = number
        case .flags: flow.flags = number
        case .packets: flow.packets = number
        case .bytes: flow.bytes = number
        case .otherPackets: otherPackets = max(otherPackets, number)
        case .otherBytes: otherBytes = max(otherBytes, number)
        case .icmp: flow.icmp = number
        case .icmpType: flow.icmp = max(flow.icmp, 0) & 0xff | (number & 0xff) << 8
        case .icmpCode: flow.icmp = max(flow.icmp, 0) & 0xff00 | number & 0xff
        case .ttl: flow.ttl = number
        case .fragmentOffset: flow.fragmentOffset = number & 0x1fff
        case .startUptime: startUptime = value
        case .endUptime: endUptime = value
        case .startSeconds: flow.start = ExportClock.nanoseconds(seconds: value)
        case .endSeconds: flow.end = ExportClock.nanoseconds(seconds: value)
        case .startMilliseconds: flow.start = ExportClock.nanoseconds(milliseconds: value)
        case .endMilliseconds: flow.end = ExportClock.nanoseconds(milliseconds: value)
        case .startNTP where length == 8: flow.start = ExportClock.nanoseconds(ntp: value)
        case .endNTP where length == 8: flow.end = ExportClock.nanoseconds(ntp: value)
        // Microseconds before the export.
        case .startDelta: flow.start = clock.now * 1_000_000 - number % 1_000_000_000_000 * 1_000
        case .endDelta: flow.end = clock.now * 1_000_000 - number % 1_000_000_000_000 * 1_000
        case .bootMilliseconds: boot = number
        case .sampler: flow.sampler = number
        case .samplingInterval: flow.sampling = number
        case .samplingSpace: space = number
        default: continue
        }
      }
    }
    if let startUptime { flow.start = clock.time(uptime: startUptime, boot: boot) }
    if let endUptime { flow.end = clock.time(uptime: endUptime, boot: boot) }
    if flow.packets < 0 { flow.packets = otherPackets }
    if flow.bytes < 0 { flow.bytes = otherBytes }
    // One of every `interval` packets, or `interval` of every `interval + space`.
    if space > 0, flow.sampling > 0 { flow.sampling = max(1, flow.sampling.addingClamped(space) / flow.sampling) }
    return flow
  }

  /// Where a record holds two addresses the later is the inner one (RFC 7011 section 8), unless it is all zero: some
  /// exporters fill the family that is not meant with zeros.
  @inline(__always)
  private static func take(_ address: IPAddress, _ place: inout IPAddress, _ outer: inout IPAddress) {
    let isNothing = address.isAbsent || address.isV4 && address.low & 0xffff_ffff == 0
    if place.isAbsent {
      place = address
    } else if !isNothing {
      if !(place.isV4 && place.low & 0xffff_ffff == 0) { outer = place }
      place = address
    }
  }

  private static func address(_ data: Wire, _ at: Int) -> IPAddress {
    IPAddress(high: data.u64(at), low: data.u64(at + 8))
  }
}

extension Int64 {
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
