import Model
import Packets

/// Dumps of BGP routers and route collectors: updates as they came, and tables. Source: RFC 6396.
package enum MRT {
  package static let headerBytes = 12
  /// Longer records than any router writes.
  static let lengthLimit = 1 << 20

  /// Bytes of the record at the front; nil where it goes on behind the bytes, a header's where its length cannot be.
  package static func length(in stream: Wire) -> Int? {
    guard stream.count >= headerBytes else { return nil }
    let length = Int(stream.u32(8))
    if length > lengthLimit { return headerBytes }
    return headerBytes + length <= stream.count ? headerBytes + length : nil
  }

  /// Whether bytes begin a dump: kinds that exist, at a time that can be.
  package static func begins(_ bytes: Wire) -> Bool {
    guard bytes.count >= headerBytes, bytes.u32(0) > 700_000_000, Int(bytes.u32(8)) <= lengthLimit else { return false }
    let isKnown =
      switch bytes.u16(4) {
      case 13: (1...12).contains(bytes.u16(6))
      case 16, 17: bytes.u16(6) <= 11
      default: false
      }
    guard isKnown else { return false }
    let next = headerBytes + Int(bytes.u32(8))
    guard next + headerBytes <= bytes.count else { return bytes.count <= next || next < 1 << 16 }
    return [11, 12, 13, 16, 17, 32, 33, 48, 49].contains(bytes.u16(next + 4))
  }

  /// Whether a record is the list of peers that later records of a table point into.
  package static func isPeerTable(_ record: Wire) -> Bool {
    record.count >= headerBytes && record.u16(4) == 13 && record.u16(6) == 1
  }

  package static func time(of record: Wire) -> Int64? {
    guard record.count >= headerBytes else { return nil }
    let seconds = Int64(record.u32(0)) * 1_000_000_000
    guard record.u16(4) == 17, record.count >= headerBytes + 4 else { return seconds }
    return seconds + Int64(record.u32(12) % 1_000_000) * 1_000
  }

  /// Calls `take` with each route of a record. `peers` is the record with the list of peers, if one was met.
  package static func decode(_ record: Wire, peers: Wire, take: (Route) -> Void) -> RouteOutcome {
    guard record.count >= headerBytes, record.count == headerBytes + Int(record.u32(8)) else { return .broken }
    let body = record.dropped(headerBytes)
    let time = time(of: record)
    switch record.u16(4) {
    case 13: return table(body, subtype: record.u16(6), PeerTable(peers), time, take)
    case 16: return message(body, subtype: record.u16(6), time, take)
    case 17: return body.count >= 4 ? message(body.dropped(4), subtype: record.u16(6), time, take) : .broken
    default: return .taken(routes: 0)
    }
  }

  /// A message as a router received it, behind who sent it to whom.
  private static func message(_ body: Wire, subtype: UInt16, _ time: Int64?, _ take: (Route) -> Void) -> RouteOutcome {
    // Messages with numbers of two and four bytes, received and sent; others are changes of state.
    guard [1, 4, 6, 7, 8, 9, 10, 11].contains(subtype) else { return .taken(routes: 0) }
    let width = [4, 7, 9, 11].contains(subtype) ? 4 : 2
    let fixed = 2 * width + 4
    guard body.count >= fixed else { return .broken }
    let isV4 = body.u16(fixed - 2) == 1
    let size = isV4 ? 4 : 16
    guard body.count >= fixed + 2 * size else { return .broken }
    let peer =
      isV4
      ? IPAddress(v4: body.u32(fixed)) : IPAddress(high: body.u64(fixed), low: body.u64(fixed + 8))
    let peerAS = width == 4 ? body.u32(0) : UInt32(body.u16(0))
    var routes = 0
    let message = body.dropped(fixed + 2 * size)
    let fits = BGPUpdate.routes(message, width: width, hasPaths: subtype >= 8) { kind, network, bits, path in
      take(
        Route(kind: kind, time: time, peer: peer, peerAS: peerAS, network: network, bits: bits, path: path))
      routes += 1
    }
    return fits || routes > 0 ? .taken(routes: routes) : .broken
  }

  /// One prefix of a table, as each peer has it.
  private static func table(
    _ body: Wire, subtype: UInt16, _ peers: PeerTable, _ time: Int64?, _ take: (Route) -> Void
  ) -> RouteOutcome {
    guard [2, 4, 8, 10].contains(subtype) else { return .taken(routes: 0) }
    let hasPaths = subtype >= 8
    guard body.count > 4,
      let (network, bits, size) = BGPUpdate.prefix(body.dropped(4), isV4: subtype == 2 || subtype == 8),
      body.count >= 4 + size + 2
    else { return .broken }
    var routes = 0
    var rest = body.dropped(4 + size + 2)
    for _ in 0..<Int(body.u16(4 + size)) {
      let header = hasPaths ? 12 : 8
      guard rest.count >= header, Int(rest.u16(header - 2)) <= rest.count - header else { break }
      let content = rest.dropped(header).kept(Int(rest.u16(header - 2)))
      if let peer = peers.peer(Int(rest.u16(0))),
        let attributes = BGPUpdate.attributes(content, width: 4, isTable: true)
      {
        take(
          Route(
            kind: .table, time: time, peer: peer.address, peerAS: peer.number, network: network, bits: bits,
            path: attributes.path))
        routes += 1
      }
      rest = rest.dropped(header + content.count)
    }
    return routes > 0 || body.u16(4 + size) == 0 ? .taken(routes: routes) : .broken
  }
}

/// The peers of a table's dump, found by walking its record. Cost: grows with the place.
struct PeerTable {
  private let entries: Wire

  init(_ record: Wire) {
    var rest = record.dropped(min(MRT.headerBytes, record.count))
    guard rest.count >= 6, 6 + Int(rest.u16(4)) + 2 <= rest.count else {
      entries = rest.kept(0)
      return
    }
    rest = rest.dropped(6 + Int(rest.u16(4)) + 2)
    entries = rest
  }

  func peer(_ place: Int) -> (address: IPAddress, number: UInt32)? {
    var rest = entries
    for at in 0...place {
      guard rest.count >= 5 else { return nil }
      let isV6 = rest[0] & 1 == 1
      let isLong = rest[0] & 2 == 2
      let size = 5 + (isV6 ? 16 : 4) + (isLong ? 4 : 2)
      guard rest.count >= size else { return nil }
      if at == place {
        let address = isV6 ? IPAddress(high: rest.u64(5), low: rest.u64(13)) : IPAddress(v4: rest.u32(5))
        return (address, isLong ? rest.u32(size - 4) : UInt32(rest.u16(size - 2)))
      }
      rest = rest.dropped(size)
    }
    return nil
  }
}
