import Model

/// Reads a facet's bytes from an event; what several cells make up is put together in memory of its own.
struct FacetReader: ~Copyable {
  private let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: 1024)

  deinit { scratch.deallocate() }

  /// The code of the facet's value in `table`.
  func code(_ facet: Facet, _ batch: EventBatch, _ row: Int, _ table: inout ValueTable) -> UInt32 {
    switch facet {
    case .address, .network: return address(facet, batch.addresses[row], &table)
    case .destination: return address(facet, batch.destinations[row], &table)
    case .fragment:
      scratch[0] = batch.isPresent(.ipFragmentOffset, row) ? UInt8(ascii: "y") : UInt8(ascii: "n")
      return table.code(of: UnsafeBufferPointer(start: scratch, count: 1))
    case .asn, .status, .destinationPort, .sourcePort, .udpDestinationPort, .udpSourcePort, .tcpFlags, .tcpWindow,
      .ipLength, .ipTTL, .icmpType, .dnsType, .etherType:
      guard let number = batch.number(facet.fields[0], row) else { return ValueTable.absent }
      return integer(number, &table)
    case .botScore, .wafScore, .requestBytes, .responseBytes:
      guard let number = batch.number(facet.fields[0], row),
        let place = facet.ranges.firstIndex(where: { $0.contains(number) })
      else { return ValueTable.absent }
      return integer(Int64(place), &table)
    case .agentClass, .payload, .ipProtocol, .amplifier:
      return batch.number(facet.fields[0], row).map { integer($0, &table) } ?? ValueTable.absent
    case .referer, .cookie, .queryPresence:
      return presence(batch.bytes(facet.fields[0], row), &table)
    default: return text(facet, batch.slice(facet.fields[0], row), batch, &table)
    }
  }

  private func text(_ facet: Facet, _ slice: TextSlice, _ batch: EventBatch, _ table: inout ValueTable) -> UInt32 {
    let bytes = batch.bytes(slice)
    switch facet {
    case .agent where bytes.count == 0, .agentFamily where bytes.count == 0: return table.code(of: bytes)
    case .queryShape: return shape(bytes, &table)
    default: break
    }
    guard !slice.isAbsent, let part = part(facet, of: bytes) else { return ValueTable.absent }
    return table.code(of: UnsafeBufferPointer(rebasing: bytes[part]))
  }

  /// Which bytes of the cell are the facet's value; nil where it has none.
  private func part(_ facet: Facet, of bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    switch facet {
    case .pathTop: return directory(bytes, depth: 1)
    case .pathTwo: return directory(bytes, depth: 2)
    case .pathExtension:
      guard let dot = bytes.lastIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }),
        bytes[dot] == UInt8(ascii: "."), bytes.count - dot <= 8
      else { return nil }
      return dot..<bytes.count
    case .queryFirstKey:
      guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0, equals <= 64 else { return nil }
      return 0..<equals + 1
    case .agentFamily:
      let end = bytes.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: " ") } ?? bytes.count
      return end > 1 ? 0..<end : nil
    default: return 0..<bytes.count
    }
  }

  /// `/a/` of `/a/b/c`: the leading segments with the slash behind them.
  private func directory(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) -> Range<Int>? {
    guard bytes.count > 1, bytes[0] == UInt8(ascii: "/") else { return nil }
    var left = depth
    for at in 1..<bytes.count where bytes[at] == UInt8(ascii: "/") {
      left -= 1
      if left == 0 { return at > 1 ? 0..<at + 1 : nil }
    }
    return nil
  }

  /// The keys of a query in their order as a wildcard pattern: `q=*&page=*`; absent where a name holds a wildcard's sign.
  private func shape(_ query: UnsafeBufferPointer<UInt8>, _ table: inout ValueTable) -> UInt32 {
    var out = 0
    var isName = true
    if query.count == 0 || query.count > 4_000 { return ValueTable.absent }
    for byte in query {
      if out > 240 { return ValueTable.other }
      switch byte {
      case UInt8(ascii: "&"):
        if isName { return ValueTable.absent }
        scratch[out] = byte
        out += 1
        isName = true
      case UInt8(ascii: "=") where isName:
        scratch[out] = byte
        scratch[out + 1] = UInt8(ascii: "*")
        out += 2
        isName = false
      case UInt8(ascii: "*") where isName, UInt8(ascii: "\\") where isName: return ValueTable.absent
      default:
        if isName {
          scratch[out] = byte
          out += 1
        }
      }
    }
    return isName ? ValueTable.absent : table.code(of: UnsafeBufferPointer(start: scratch, count: out))
  }

  private func presence(_ bytes: UnsafeBufferPointer<UInt8>, _ table: inout ValueTable) -> UInt32 {
    scratch[0] = bytes.count > 0 ? UInt8(ascii: "y") : UInt8(ascii: "n")
    return table.code(of: UnsafeBufferPointer(start: scratch, count: 1))
  }

  private func integer(_ number: Int64, _ table: inout ValueTable) -> UInt32 {
    UnsafeMutableRawPointer(scratch).storeBytes(of: number, as: Int64.self)
    return table.code(of: UnsafeBufferPointer(start: scratch, count: 8))
  }

  private func address(_ facet: Facet, _ address: IPAddress, _ table: inout ValueTable) -> UInt32 {
    if address.isAbsent { return ValueTable.absent }
    let value = facet != .network ? address : address.network(address.isV4 ? 24 : 48)
    UnsafeMutableRawPointer(scratch).storeBytes(of: value, as: IPAddress.self)
    return table.code(of: UnsafeBufferPointer(start: scratch, count: 16))
  }
}
