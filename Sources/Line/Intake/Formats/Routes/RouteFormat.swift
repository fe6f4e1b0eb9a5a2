import Model
import Packets
import Routing

/// Dumps of BGP routes, one event a prefix: MRT files and streams of the BGP Monitoring Protocol.
struct RouteFormat: LogFormat {
  private enum Kind { case mrt, bmp }
  private let kind: Kind

  let fields: [EventField] = [
    .time, .eventClass, .ipSource, .sourceASN, .ipDestination, .routeKind, .routePrefix, .routeOrigin, .routePath,
  ]

  init?(firstBytes bytes: UnsafeBufferPointer<UInt8>) {
    if MRT.begins(Wire(bytes)) {
      kind = .mrt
    } else if BMP.begins(Wire(bytes)) {
      kind = .bmp
    } else {
      return nil
    }
  }

  var name: String { kind == .mrt ? "mrt" : "bmp" }

  var framing: Framing {
    let kind = kind
    return .binary(
      BinaryFraming(
        length: { kind == .mrt ? MRT.length(in: Wire($0)) : BMP.length(in: Wire($0)) }, isNumbered: { _ in true },
        makeScout: { RouteScout(isMRT: kind == .mrt) }))
  }

  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int { 100 }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    kind == .mrt ? MRT.time(of: Wire(record)) : BMP.time(of: Wire(record))
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    take(record, scratch.header, batch)
  }

  func decode(_ cursor: inout RunCursor, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    // Later records of a table's dump point into the list of peers that came last.
    var peers = scratch.header
    while cursor.advance(in: batch, framing) {
      if kind == .mrt, MRT.isPeerTable(Wire(batch.bytes(cursor.current.slice))) { peers = cursor.current.slice }
      if let reason = take(cursor.current, peers, batch) { return reason }
    }
    return nil
  }

  private func take(_ record: LinePlace, _ peers: TextSlice, _ batch: EventBatch) -> Rejection? {
    let bytes = Wire(batch.bytes(record.slice))
    let outcome =
      kind == .mrt
      ? MRT.decode(bytes, peers: Wire(peers.isAbsent ? batch.bytes(record.slice) : batch.bytes(peers))) {
        write($0, record, batch)
      } : BMP.decode(bytes) { write($0, record, batch) }
    return outcome == .broken ? .badLength : nil
  }

  private func write(_ route: Route, _ record: LinePlace, _ batch: EventBatch) {
    let row = batch.count
    if let time = route.time { batch.set(.time, row, time) }
    batch.set(.eventClass, row, RecordClass.route.place)
    batch.set(.ipSource, row, route.peer)
    batch.set(.sourceASN, row, Int64(route.peerAS))
    batch.set(.ipDestination, row, route.network)
    batch.set(.routeKind, row, Int64(route.kind.rawValue))
    batch.set(.routePrefix, row, RowText.prefix(route.network, route.bits, batch))
    if route.path.origin >= 0 { batch.set(.routeOrigin, row, route.path.origin) }
    var text = RowText(batch)
    var isFirst = true
    route.path.forEach { number, _ in
      if !isFirst { text.append(0x20) }
      isFirst = false
      text.append(decimal: Int(number))
    }
    if !isFirst { batch.set(.routePath, row, text.finished()) }
    batch.commitRow(record)
  }
}

/// Keeps the list of peers of a table's dump for the records behind it.
private final class RouteScout: RecordScout {
  private let isMRT: Bool
  private(set) var header: [UInt8] = []
  let remarks: [String] = []

  init(isMRT: Bool) { self.isMRT = isMRT }

  func adopt(_ header: UnsafeBufferPointer<UInt8>) { self.header = Array(header) }

  func watch(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    var rest = Wire(bytes)
    while rest.count > 0 {
      let length = isMRT ? MRT.length(in: rest) : BMP.length(in: rest)
      let record = rest.kept(max(1, length ?? rest.count))
      if isMRT, MRT.isPeerTable(record) { header = Array(record.bytes) }
      rest = rest.dropped(record.count)
      count += 1
    }
    return count
  }
}

extension RowText {
  /// `203.0.113.0/24`.
  static func prefix(_ network: IPAddress, _ bits: Int, _ batch: EventBatch) -> TextSlice {
    let start = batch.arena.count
    if network.isAbsent {
      // The whole of IPv6, whose first address stands for none elsewhere.
      _ = batch.arena.append([0x3a, 0x3a])
    } else {
      _ = address(network, batch)
    }
    var text = RowText(batch)
    text.append(0x2f)
    text.append(decimal: bits)
    _ = text.finished()
    return TextSlice(offset: start, length: batch.arena.count - start)
  }
}
