import CBytes
import Model

/// What the columns of a W3C log mean, from its `#Fields:` line.
final class W3CLayout: Sendable {
  enum Column: Sendable {
    case date, time
    case path, query
    case sink(Sink)
  }

  let columns: [Column]
  /// Whether values are separated by tabs, as CloudFront does although its header is separated by spaces.
  private let isTabbed: Bool

  static let fields: [EventField] = {
    var fields: [EventField] = [.eventClass, .time, .uri, .path, .query, .scheme, .host]
    for field in names.values.flatMap(\.fields) where !fields.contains(field) { fields.append(field) }
    return fields
  }()

  /// CloudFront's columns in their documented order, for files whose header was cut off.
  static let cloudFront = W3CLayout(
    header: """
      date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) \
      cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken \
      x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
      fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
      sc-range-start sc-range-end
      """)

  init(header: String) {
    let names = header.split { $0 == " " || $0 == "\t" }.map(String.init)
    let isCloudFront = names.contains { $0.hasPrefix("x-edge-") }
    isTabbed = isCloudFront
    columns = names.map { Self.column($0, isCloudFront: isCloudFront) }
  }

  /// Whether a line without a header may be of this layout: its columns in number, and a date in front.
  func fits(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = line.baseAddress!
    return line.count > 19 && line[4] == 0x2D && line[7] == 0x2D && line[10] == 0x09
      && 25...columns.count ~= cbytes_count(start, start + line.count, 0x09) + 1
  }

  /// Writes one line into the row under construction.
  func write(_ line: UnsafeBufferPointer<UInt8>, _ writer: RowWriter) -> Rejection? {
    var at = line.baseAddress!
    let end = at + line.count
    let separator: UInt8 = isTabbed || cbytes_find(at, end, 0x09)! < end ? 0x09 : 0x20
    var parts = Parts()
    var column = 0
    while column < columns.count, at <= end {
      let stop = Self.valueEnd(at, end, separator)
      if let refusal = write(at, stop, columns[column], writer, &parts) { return refusal }
      column += 1
      at = stop + 1
    }
    // A line may end early where a newer server has more columns than its header, but not in the middle.
    guard column == columns.count || separator == 0x09 && column >= 25, at > end else { return .columnCount }
    return finish(parts, writer)
  }

  private struct Parts {
    var date: UnsafeBufferPointer<UInt8>?
    var clock: UnsafeBufferPointer<UInt8>?
    var path: TextSlice = .absent
    var query: TextSlice = .absent
  }

  /// The end of a value: a quoted one may hold the separator.
  private static func valueEnd(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ separator: UInt8
  ) -> UnsafePointer<UInt8> {
    if start < end, start[0] == 0x22 {
      let quote = cbytes_find(start + 1, end, 0x22)!
      if quote < end, quote + 1 == end || quote[1] == separator { return quote + 1 }
    }
    return cbytes_find(start, end, separator)
  }

  private func write(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ column: Column, _ writer: RowWriter,
    _ parts: inout Parts
  ) -> Rejection? {
    let isQuoted = end - start >= 2 && start[0] == 0x22 && end[-1] == 0x22
    let from = isQuoted ? start + 1 : start
    let to = isQuoted ? end - 1 : end
    let text = UnsafeBufferPointer(start: from, count: to - from)
    let isAbsent = text.count == 1 && text[0] == 0x2D
    switch column {
    case .date: parts.date = text
    case .time: parts.clock = text
    case .path: if !isAbsent { parts.path = writer.slice(from, to) }
    case .query: if !isAbsent { parts.query = writer.slice(from, to) }
    case .sink(var sink): return writer.write(CaptureSpan(start: from, end: to, hasEscape: false), &sink)
    }
    return nil
  }

  private func finish(_ parts: Parts, _ writer: RowWriter) -> Rejection? {
    let batch = writer.batch
    let row = batch.count
    if let clock = parts.clock, let date = parts.date {
      guard let time = Self.time(date: date, clock: clock) else { return .badTime }
      batch.set(.time, row, time)
    }
    batch.set(.eventClass, row, 0)
    if !parts.path.isAbsent {
      batch.set(.path, row, parts.path)
      if !parts.query.isAbsent { batch.set(.query, row, parts.query) }
      if !batch.isPresent(.uri, row) { RequestLine.compose(row, batch) }
    }
    return nil
  }

  /// `2000-10-10` and `13:55:36`, always UTC.
  static func time(date: UnsafeBufferPointer<UInt8>, clock: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let dateStart = date.baseAddress, let clockStart = clock.baseAddress else { return nil }
    var day = TimeScan(at: dateStart, end: dateStart + date.count)
    var time = TimeScan(at: clockStart, end: clockStart + clock.count)
    guard let year = day.digits(4), day.skip("-"), let month = day.digits(2), day.skip("-"),
      let dayOfMonth = day.digits(2),
      let (hour, minute, second) = time.clock(),
      let seconds = CivilTime.seconds(year, month, dayOfMonth, hour, minute, second)
    else { return nil }
    return seconds &* 1_000_000_000 &+ time.fraction()
  }
}
