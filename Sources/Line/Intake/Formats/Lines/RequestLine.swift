import CBytes
import Model

/// Splits request lines and URIs into their fields, whatever a client sent.
///
/// Source: RFC 9112 section 3 for the shape. A line that is no request (a TLS hello on a plain port, a scanner's
/// greeting) has no method and no version; its whole text is kept as the URI so that conditions can see it.
enum RequestLine {
  /// Writes method, URI, path, query and version of a request line into the row.
  @inline(__always) static func write(_ text: TextSlice, _ row: Int, _ batch: EventBatch) {
    let base = UnsafePointer(batch.arena.base)
    var start = base + Int(text.offset)
    var end = start + Int(text.length)
    if end - start == 1, start[0] == 0x2D { return }
    let space = cbytes_find(start, end, 0x20)!
    if space < end, isMethod(start, space) {
      batch.set(.method, row, slice(base, start, space))
      start = space + 1
      let last = versionStart(start, end)
      if last < end {
        batch.set(.version, row, slice(base, last, end))
        end = max(start, last - 1)
      }
    }
    if end > start { writeURI(slice(base, start, end), row, batch) }
  }

  /// Puts the URI together from path and query, where a log has only those.
  static func compose(_ row: Int, _ batch: EventBatch) {
    let path = batch.slice(.path, row)
    guard !path.isAbsent else { return }
    var query = batch.slice(.query, row)
    if !query.isAbsent, query.length > 0, batch.bytes(query)[0] == 0x3F {
      query = TextSlice(offset: Int(query.offset) + 1, length: Int(query.length) - 1)
      batch.set(.query, row, query)
    }
    guard !query.isAbsent, query.length > 0 else {
      batch.set(.uri, row, path)
      return
    }
    let offset = batch.arena.count
    _ = batch.arena.append(batch.bytes(path))
    _ = batch.arena.append(CollectionOfOne(0x3F))
    _ = batch.arena.append(batch.bytes(query))
    batch.set(.uri, row, TextSlice(offset: offset, length: batch.arena.count - offset))
  }

  /// Writes URI, path and query, and the host of a URI in absolute form where no host is known yet.
  @inline(__always) static func writeURI(_ uri: TextSlice, _ row: Int, _ batch: EventBatch) {
    batch.set(.uri, row, uri)
    let base = UnsafePointer(batch.arena.base)
    let start = base + Int(uri.offset)
    let end = start + Int(uri.length)
    let mark = cbytes_find(start, end, 0x3F)!
    if mark < end { batch.set(.query, row, slice(base, mark + 1, end)) }
    if uri.length > 0, start[0] == 0x2F {
      batch.set(.path, row, slice(base, start, mark))
    } else {
      writeOddPath(base, start, mark, row, batch)
    }
  }

  /// The path of what does not begin with a slash: behind the host of an absolute form, else the whole text.
  private static func writeOddPath(
    _ base: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ row: Int,
    _ batch: EventBatch
  ) {
    guard let (scheme, host, hostEnd) = authority(start, end) else {
      batch.set(.path, row, slice(base, start, end))
      return
    }
    if !batch.isPresent(.scheme, row) { batch.set(.scheme, row, slice(base, start, scheme)) }
    let name = withoutPort(host, hostEnd)
    if !batch.isPresent(.host, row), name > host { batch.set(.host, row, slice(base, host, name)) }
    batch.set(.path, row, slice(base, hostEnd, end))
  }

  /// Where scheme and authority of `scheme://authority/…` lie; nil when it is not of that form.
  private static func authority(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (schemeEnd: UnsafePointer<UInt8>, host: UnsafePointer<UInt8>, hostEnd: UnsafePointer<UInt8>)? {
    let colon = cbytes_find(start, min(end, start + 16), 0x3A)!
    guard end - colon >= 3, colon > start, colon[0] == 0x3A, colon[1] == 0x2F, colon[2] == 0x2F,
      UnsafeBufferPointer(start: start, count: colon - start).allSatisfy({ ($0 | 0x20) &- 0x61 < 26 })
    else { return nil }
    let host = colon + 3
    return (colon, host, cbytes_find(host, end, 0x2F)!)
  }

  /// The end of the host in `host:port`; brackets of an IPv6 address are kept.
  static func withoutPort(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    var at = end
    while at > start, at[-1] &- 0x30 < 10 { at -= 1 }
    guard at > start + 1, at[-1] == 0x3A else { return end }
    // More than one colon without brackets: an IPv6 address, not a port.
    let colon = at - 1
    let earlier = cbytes_find(start, colon, 0x3A)!
    return earlier < colon && start[0] != 0x5B ? end : colon
  }

  /// A letter, then letters, digits, `-` and `_`, at most 32: what servers accept as a method, and no more than that.
  @inline(__always) private static func isMethod(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    guard 1...32 ~= end - start, (start[0] | 0x20) &- 0x61 < 26 else { return false }
    var at = start
    while at < end {
      let byte = at[0]
      if !((byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x5F) { return false }
      at += 1
    }
    return true
  }

  /// Where the version (`HTTP/1.1`, `RTSP/1.0`) begins behind the last space; `end` when there is none.
  @inline(__always) private static func versionStart(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    var at = end
    let limit = max(start, end - 16)
    while at > limit, at[-1] != 0x20 { at -= 1 }
    // The URI may be missing, then the version stands right behind the method.
    guard at == start || at[-1] == 0x20, end - at >= 5 else { return end }
    var name = at
    while name < end, name[0] &- 0x41 < 26 { name += 1 }
    guard name - at >= 3, end - name >= 2, name[0] == 0x2F, name[1] &- 0x30 < 10 else { return end }
    return at
  }

  @inline(__always) private static func slice(
    _ base: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> TextSlice {
    TextSlice(offset: start - base, length: end - start)
  }
}
