import Model

/// The request of one log line as the judges want it: every part that was recorded, nothing that was not.
///
/// Reused from row to row. `key` holds the exact bytes of all parts with their lengths, so that equal keys mean equal
/// requests and so equal verdicts.
final class RecordedRequest {
  /// Columns that carry a header of their own.
  private static let headerFields: [(field: EventField, name: StaticString, knows: Knowledge)] = [
    (.host, "Host", .host), (.userAgent, "User-Agent", .userAgent), (.referer, "Referer", .referer),
    (.cookie, "Cookie", .cookie), (.forwardedFor, "X-Forwarded-For", []), (.contentType, "Content-Type", .contentType),
  ]
  private static let parts: [EventField] = [.method, .uri, .version, .body] + headerFields.map(\.field)

  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
  private var used = 0
  /// Where each part lies in `bytes`, nil where it was not recorded; in the order of `parts`.
  private var places = [Range<Int>?](repeating: nil, count: parts.count)
  private var headers: [RequestView.Header] = []

  deinit { bytes.deallocate() }

  var key: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: UnsafePointer(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)), count: used)
  }

  /// Takes the parts of a row; false when the row holds no request.
  func read(_ row: Int, of batch: EventBatch) -> Bool {
    let hasURI = batch.isPresent(.uri, row)
    guard hasURI || batch.isPresent(.path, row) else { return false }
    used = 0
    for (index, field) in Self.parts.enumerated() {
      let slice = batch.slice(field == .uri && !hasURI ? .path : field, row)
      places[index] = slice.isAbsent ? nil : append(batch.bytes(slice))
    }
    return true
  }

  private func append(_ part: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let end = used + 8 + part.count
    if end > bytes.count { grow(to: end) }
    bytes.storeBytes(of: UInt64(truncatingIfNeeded: part.count) &+ 1, toByteOffset: used, as: UInt64.self)
    if let base = part.baseAddress, part.count > 0 {
      (bytes.baseAddress! + used + 8).copyMemory(from: base, byteCount: part.count)
    }
    let place = used + 8..<end
    used = (end + 7) & ~7
    if used > bytes.count { grow(to: used) }
    for filler in end..<used { bytes[filler] = 0 }
    return place
  }

  private func grow(to count: Int) {
    let wider = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count + 64, bytes.count * 2), alignment: 8)
    wider.copyMemory(from: UnsafeRawBufferPointer(bytes))
    bytes.deallocate()
    bytes = wider
  }

  /// Lends the request for the length of the call.
  func withView<R>(_ body: (RequestView) -> R) -> R {
    headers.removeAll(keepingCapacity: true)
    var knows: Knowledge = places[0] == nil ? [] : .method
    if places[2] != nil { knows.insert(.version) }
    if places[3] != nil { knows.insert(.body) }
    for (index, header) in Self.headerFields.enumerated() {
      guard let place = places[4 + index] else { continue }
      knows.insert(header.knows)
      let name = UnsafeRawBufferPointer(start: header.name.utf8Start, count: header.name.utf8CodeUnitCount)
      headers.append(RequestView.Header(name: name, value: part(place)))
    }
    return headers.withUnsafeBufferPointer { headers in
      body(
        RequestView(
          method: part(places[0]), uri: part(places[1]), version: part(places[2]), headers: headers,
          body: part(places[3]), knows: knows))
    }
  }

  private func part(_ place: Range<Int>?) -> UnsafeRawBufferPointer {
    guard let place else { return UnsafeRawBufferPointer(start: bytes.baseAddress, count: 0) }
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[place])
  }
}
