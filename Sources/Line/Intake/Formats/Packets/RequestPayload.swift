import CBytes
import Model
import Packets

/// An HTTP/1 request of one TCP segment, or put together of several: what of it is there. Source: RFC 9112.
struct RequestPayload {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let isWhole: Bool

  static let fields: [EventField] = [
    .method, .scheme, .host, .uri, .path, .query, .version, .userAgent, .referer, .cookie, .forwardedFor, .contentType,
    .headers, .body, .requestBytes,
  ]

  init(_ payload: Wire, isWhole: Bool) {
    bytes = payload.bytes
    self.isWhole = isWhole
  }

  func write(
    to batch: EventBatch, _ row: Int, _ scratch: DecodeScratch,
    _ ranks: UnsafeMutablePointer<UInt8>
  ) {
    let line = line(from: 0)
    // A first line that ends without a version is no request of HTTP/1; one that is cut may be.
    guard line.isCut || holdsVersion(line.text) else { return }
    for field in Self.fields { batch.touch(field) }
    scratch.withClock { clock in
      var writer = CellWriter(batch, budget: bytes.count, clock: clock, ranks: ranks)
      writer.requestLine(line.text)
      writer.set(.eventClass, RecordClass.http.place)
      if !line.isCut { writeHeaders(&writer, from: line.end) }
      writer.settleTarget()
      batch.arena.advance(writer.out - batch.arena.end)
    }
    batch.set(.scheme, row, scratch.constant(Array("http".utf8), batch))
    batch.set(.requestBytes, row, Int64(bytes.count))
  }

  private func holdsVersion(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.count >= 14 && line[(line.count - 9)...].starts(with: " HTTP/1.".utf8)
  }

  /// The line that begins at `start`, without its end, and where the next begins.
  private func line(from start: Int) -> (text: UnsafeBufferPointer<UInt8>, end: Int, isCut: Bool) {
    let base = bytes.baseAddress!
    let stop = cbytes_find(base + start, base + bytes.count, 0x0a)! - base
    let last = stop > start && stop < bytes.count && bytes[stop - 1] == 0x0d ? stop - 1 : stop
    return (UnsafeBufferPointer(rebasing: bytes[start..<last]), min(stop + 1, bytes.count), stop == bytes.count)
  }

  /// Headers up to the blank line, and what of the body is there.
  private func writeHeaders(_ writer: inout CellWriter, from start: Int) {
    var others = HeaderMap(writer)
    var at = start
    while at < bytes.count {
      let line = line(from: at)
      at = line.end
      if line.text.isEmpty, !line.isCut {
        if at < bytes.count { _ = writer.text(.body, UnsafeBufferPointer(rebasing: bytes[at...])) }
        break
      }
      guard let colon = line.text.firstIndex(of: 0x3a), colon > 0 else { continue }
      let name = UnsafeBufferPointer(rebasing: line.text[..<colon])
      let value = trimmed(UnsafeBufferPointer(rebasing: line.text[(colon + 1)...]))
      if let field = CellWriter.field(ofHeader: name), writer.isAbsent(field) {
        _ = field == .host ? writer.host(.host, value) : writer.text(field, value)
      } else {
        others.add(name, value)
      }
    }
    others.finish(&writer)
  }
}

/// Headers without a field of their own as a JSON object, written into the row's own room; the last ones are left out
/// where it does not suffice.
private struct HeaderMap {
  private let start: UnsafeMutablePointer<UInt8>
  private var out: UnsafeMutablePointer<UInt8>
  private let end: UnsafeMutablePointer<UInt8>

  init(_ writer: CellWriter) {
    start = writer.out
    out = writer.out
    end = writer.outEnd
  }

  mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    let before = out
    let isFirst = out == start
    if !(put(isFirst ? 0x7b : 0x2c) && string(name) && put(0x3a) && string(value)) || out == end { out = before }
  }

  func finish(_ writer: inout CellWriter) {
    guard out > start, out < end else { return }
    out.pointee = 0x7d
    writer.setCell(.headers, writer.slice(start, out - start + 1))
    writer.out = out + 1
  }

  private mutating func put(_ byte: UInt8) -> Bool {
    guard out < end else { return false }
    out.pointee = byte
    out += 1
    return true
  }

  private mutating func string(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard put(0x22) else { return false }
    for byte in text {
      switch byte {
      case 0x22, 0x5c: if !(put(0x5c) && put(byte)) { return false }
      case 0x20..<0x7f: if !put(byte) { return false }
      default: if !escape(byte) { return false }
      }
    }
    return put(0x22)
  }

  /// `\u00e9`: bytes that are no ASCII are read as Latin-1, as HTTP once had it.
  private mutating func escape(_ byte: UInt8) -> Bool {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
    return [0x5c, 0x75, 0x30, 0x30, digit(byte >> 4), digit(byte & 15)].allSatisfy { put($0) }
  }
}
