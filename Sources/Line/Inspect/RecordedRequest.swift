import Model

/// The requests of a batch as the judges want them: every part that was recorded, nothing that was not, no byte copied.
///
/// Reused from batch to batch; a view is valid until the batch's arena grows or the next row is asked for.
final class RecordedRequest {
  /// Columns that carry a header of their own.
  private static let headerFields: [(field: EventField, name: StaticString, knows: Knowledge)] = [
    (.host, "Host", .host), (.userAgent, "User-Agent", .userAgent), (.referer, "Referer", .referer),
    (.cookie, "Cookie", .cookie), (.forwardedFor, "X-Forwarded-For", []), (.contentType, "Content-Type", .contentType),
  ]

  /// A column of headers that this batch has.
  private struct HeaderColumn {
    var name: UnsafeRawBufferPointer
    var knows: Knowledge
    var cells: UnsafeMutablePointer<UInt64>
  }

  private let columns = UnsafeMutablePointer<HeaderColumn>.allocate(capacity: headerFields.count)
  private var columnCount = 0
  private let headers = UnsafeMutablePointer<RequestView.Header>.allocate(capacity: headerFields.count)
  private var key = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)

  deinit {
    columns.deallocate()
    headers.deallocate()
    key.deallocate()
  }

  /// Takes a batch in hand; false when none of its rows can hold a request.
  func open(_ batch: EventBatch) -> Bool {
    columnCount = 0
    for header in Self.headerFields where batch.isTouched(header.field) {
      let name = UnsafeRawBufferPointer(start: header.name.utf8Start, count: header.name.utf8CodeUnitCount)
      (columns + columnCount).initialize(
        to: HeaderColumn(name: name, knows: header.knows, cells: batch.column(header.field)))
      columnCount += 1
    }
    return batch.isTouched(.uri) || batch.isTouched(.path)
  }

  /// The request of a row of the opened batch; nil when it holds none.
  func view(_ row: Int, of batch: EventBatch) -> RequestView? {
    let uri = batch.slice(.uri, row)
    let target = uri.isAbsent ? batch.slice(.path, row) : uri
    guard !target.isAbsent else { return nil }
    let method = batch.slice(.method, row), version = batch.slice(.version, row), body = batch.slice(.body, row)
    var knows: Knowledge = method.isAbsent ? [] : .method
    if !version.isAbsent { knows.insert(.version) }
    if !body.isAbsent { knows.insert(.body) }
    var count = 0
    for place in 0..<columnCount {
      let slice = TextSlice(cell: columns[place].cells[row])
      if slice.isAbsent { continue }
      knows.insert(columns[place].knows)
      (headers + count).initialize(
        to: RequestView.Header(name: columns[place].name, value: UnsafeRawBufferPointer(batch.bytes(slice))))
      count += 1
    }
    return RequestView(
      method: UnsafeRawBufferPointer(batch.bytes(method)), uri: UnsafeRawBufferPointer(batch.bytes(target)),
      version: UnsafeRawBufferPointer(batch.bytes(version)),
      headers: UnsafeBufferPointer(start: headers, count: count), body: UnsafeRawBufferPointer(batch.bytes(body)),
      knows: knows)
  }

  /// The exact bytes of all parts with their lengths: equal keys mean equal requests, and so equal verdicts. Valid until
  /// the next key is made.
  func key(of request: RequestView) -> UnsafeBufferPointer<UInt8> {
    var used = 0
    append(request.method, to: &used)
    append(request.uri, to: &used)
    append(request.version, to: &used)
    append(request.body, to: &used)
    for header in request.headers {
      append(header.name, to: &used)
      append(header.value, to: &used)
    }
    let knows = request.knows.rawValue
    withUnsafeBytes(of: knows) { append($0, to: &used) }
    return UnsafeBufferPointer(start: UnsafePointer(key.baseAddress!.assumingMemoryBound(to: UInt8.self)), count: used)
  }

  private func append(_ part: UnsafeRawBufferPointer, to used: inout Int) {
    let end = (used + 8 + part.count + 7) & ~7
    if end > key.count { grow(to: end) }
    key.storeBytes(of: UInt64(truncatingIfNeeded: part.count), toByteOffset: used, as: UInt64.self)
    if end > used + 8 { key.storeBytes(of: 0, toByteOffset: end - 8, as: UInt64.self) }
    if let base = part.baseAddress, part.count > 0 {
      (key.baseAddress! + used + 8).copyMemory(from: base, byteCount: part.count)
    }
    used = end
  }

  private func grow(to count: Int) {
    let wider = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, key.count * 2), alignment: 8)
    wider.copyMemory(from: UnsafeRawBufferPointer(key))
    key.deallocate()
    key = wider
  }
}
