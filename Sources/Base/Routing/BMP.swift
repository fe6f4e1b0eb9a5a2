import Model
import Packets

/// What a router tells a monitoring station of its BGP neighbours, message behind message. Source: RFC 7854.
package enum BMP {
  package static let headerBytes = 6
  private static let lengthLimit = 1 << 16

  /// Bytes of the message at the front; nil where it goes on behind the bytes, one where there is none.
  package static func length(in stream: Wire) -> Int? {
    guard stream.count >= headerBytes else { return nil }
    let length = Int(stream.u32(1))
    guard stream[0] == 3, length >= headerBytes, length <= lengthLimit, stream[5] <= 6 else { return 1 }
    return length <= stream.count ? length : nil
  }

  /// Whether bytes begin such a stream: two messages that fit, or one that is all there is.
  package static func begins(_ bytes: Wire) -> Bool {
    guard bytes.count >= headerBytes, bytes[0] == 3, bytes[5] <= 6, let length = length(in: bytes), length > 1 else {
      return false
    }
    return length == bytes.count || length + headerBytes <= bytes.count && bytes[length] == 3 && bytes[length + 5] <= 6
  }

  package static func time(of message: Wire) -> Int64? {
    // The header of each peer: kind, flags, distinguisher, address, number, identifier, time.
    guard message.count >= headerBytes + 42, message[5] != 4, message[5] != 5 else { return nil }
    let peer = message.dropped(headerBytes)
    guard peer.u32(34) > 0 else { return nil }
    return Int64(peer.u32(34)) * 1_000_000_000 + Int64(peer.u32(38) % 1_000_000) * 1_000
  }

  /// Calls `take` with each route of a message; those that monitor no routes have none.
  package static func decode(_ message: Wire, take: (Route) -> Void) -> RouteOutcome {
    guard message.count >= headerBytes, message[0] == 3, Int(message.u32(1)) == message.count else { return .broken }
    guard message[5] == 0 else { return .taken(routes: 0) }
    guard message.count >= headerBytes + 42 else { return .broken }
    let peer = message.dropped(headerBytes)
    let isV6 = peer[1] & 0x80 != 0
    let address = isV6 ? IPAddress(high: peer.u64(10), low: peer.u64(18)) : IPAddress(v4: peer.u32(22))
    var routes = 0
    let width = peer[1] & 0x20 != 0 ? 2 : 4
    let fits = BGPUpdate.routes(peer.dropped(42), width: width, hasPaths: false) { kind, network, bits, path in
      take(
        Route(
          kind: kind, time: time(of: message), peer: address, peerAS: peer.u32(26), network: network, bits: bits,
          path: path))
      routes += 1
    }
    return fits || routes > 0 ? .taken(routes: routes) : .broken
  }
}
