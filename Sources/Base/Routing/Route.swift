import Model
import Packets

/// One prefix that a BGP neighbour announced or withdrew, or holds in its table.
package struct Route {
  package enum Kind: UInt8, Sendable { case announce, withdraw, table }

  package var kind: Kind
  /// ns since 1970 UTC; nil where the source keeps none.
  package var time: Int64?
  /// The neighbour that said so.
  package var peer: IPAddress
  package var peerAS: UInt32
  /// The prefix's network address, and its length.
  package var network: IPAddress
  package var bits: Int
  package var path: ASPath
}

/// The networks that an announcement went through, as they stand in its attribute. Source: RFC 4271 section 4.3, RFC 6793.
package struct ASPath {
  let bytes: Wire
  let width: Int

  package static var none: ASPath { ASPath(bytes: Wire(UnsafeBufferPointer(start: nil, count: 0)), width: 4) }

  /// Calls `body` with each number, nearest first; those of a set are told by `isSet`.
  package func forEach(_ body: (_ number: UInt32, _ isSet: Bool) -> Void) {
    var rest = bytes
    while rest.count >= 2 {
      let count = Int(rest[1])
      guard 2 + count * width <= rest.count else { return }
      for place in 0..<count {
        let at = 2 + place * width
        body(width == 4 ? rest.u32(at) : UInt32(rest.u16(at)), rest[0] == 1 || rest[0] == 4)
      }
      rest = rest.dropped(2 + count * width)
    }
  }

  /// The network that the prefix comes from: the last number, unless it is one of a set; -1 where there is none.
  package var origin: Int64 {
    var origin: Int64 = -1
    forEach { origin = $1 ? -1 : Int64($0) }
    return origin
  }
}

/// What came of a record of a dump.
package enum RouteOutcome: Equatable {
  case taken(routes: Int)
  /// Its lengths do not fit, or its peer is not in the table before it.
  case broken
}
