import CBytes

/// Walks over the cells of one record of comma- or tab-separated values.
///
/// A cell that begins with a quote goes on to the next single quote and may hold separators and line ends; a quote
/// inside it is doubled. Source: RFC 4180. Cells of tab-separated files are never quoted.
struct CSVRecord {
  let separator: UInt8
  private var at: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private var isDone = false

  init(_ record: UnsafeBufferPointer<UInt8>, separator: UInt8) {
    self.separator = separator
    at = record.baseAddress!
    end = at + record.count
  }

  /// The next cell without its quotes, and whether quotes inside it are doubled; nil behind the last.
  @inline(__always) mutating func next() -> (cell: UnsafeBufferPointer<UInt8>, isDoubled: Bool)? {
    if isDone { return nil }
    if at < end, at.pointee == 0x22, separator != 0x09 { return quoted() }
    let stop = cbytes_find(at, end, separator)!
    let cell = UnsafeBufferPointer(start: at, count: stop - at)
    step(behind: stop)
    return (cell, false)
  }

  private mutating func quoted() -> (cell: UnsafeBufferPointer<UInt8>, isDoubled: Bool) {
    let start = at + 1
    var stop = cbytes_find(start, end, 0x22)!
    var isDoubled = false
    while stop + 1 < end, stop[1] == 0x22 {
      isDoubled = true
      stop = cbytes_find(stop + 2, end, 0x22)!
    }
    let cell = UnsafeBufferPointer(start: start, count: min(stop, end) - start)
    // What stands between the quote and the separator is nobody's.
    step(behind: cbytes_find(min(stop, end), end, separator)!)
    return (cell, isDoubled)
  }

  private mutating func step(behind stop: UnsafePointer<UInt8>) {
    isDone = stop == end
    at = isDone ? end : stop + 1
  }

  /// Where the record that begins with `bytes` ends, its line end included; nil where it goes on.
  ///
  /// A quote that is not closed within 64 KiB was none: the record then ends with its line.
  static func end(of bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let end = base + bytes.count
    var at = base
    while at < end {
      if at.pointee == 0x22, separator != 0x09 {
        var stop = cbytes_find(at + 1, end, 0x22)!
        while stop + 1 < end, stop[1] == 0x22 { stop = cbytes_find(stop + 2, end, 0x22)! }
        if stop - at > 65_536 { return lineEnd(base, end) }
        if stop >= end { return nil }
        at = stop + 1
      }
      let stop = cbytes_find2(at, end, separator, 0x0a)!
      if stop == end { return nil }
      if stop.pointee == 0x0a { return stop - base + 1 }
      at = stop + 1
    }
    return nil
  }

  private static func lineEnd(_ base: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int? {
    let stop = cbytes_find(base, end, 0x0a)!
    return stop == end ? nil : stop - base + 1
  }
}
