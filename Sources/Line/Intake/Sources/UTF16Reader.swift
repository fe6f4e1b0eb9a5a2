import Glibc

/// Turns UTF-16 text, told by its byte order mark, into UTF-8 while it is read.
///
/// Windows tools write logs so. Half a pair of surrogates and a last odd byte become U+FFFD. Source: RFC 2781.
struct UTF16Reader {
  private let isBigEndian: Bool
  /// Bytes read and not yet turned.
  private var window: [UInt8]
  private var start = 0
  /// The last bytes of a character that the target had no room for.
  private var rest: ArraySlice<UInt8> = []

  /// A reader that goes on behind `head`, the first bytes of a stream; nil where no mark stands there.
  init?(head: UnsafeBufferPointer<UInt8>) {
    if head.starts(with: [0xFF, 0xFE]) {
      isBigEndian = false
    } else if head.starts(with: [0xFE, 0xFF]) {
      isBigEndian = true
    } else {
      return nil
    }
    window = Array(head.dropFirst(2))
  }

  /// Up to `capacity` bytes of UTF-8; 0 at the end. `more` gives further bytes of the stream, 0 at its end.
  mutating func read(
    into target: UnsafeMutablePointer<UInt8>, capacity: Int,
    more: (UnsafeMutablePointer<UInt8>, Int) -> Int
  ) -> Int {
    var given = 0
    var isAtEnd = false
    while given < capacity {
      if let byte = rest.popFirst() {
        target[given] = byte
        given += 1
        continue
      }
      // Two units, so that a pair is never cut.
      if window.count - start < 4, !isAtEnd {
        isAtEnd = !refill(more)
        if !isAtEnd { continue }
      }
      guard let scalar = next() else { break }
      let bytes = UTF8.encode(scalar)!
      guard given + 4 <= capacity else {
        rest = Array(bytes)[...]
        continue
      }
      for byte in bytes {
        target[given] = byte
        given += 1
      }
    }
    return given
  }

  private mutating func refill(_ more: (UnsafeMutablePointer<UInt8>, Int) -> Int) -> Bool {
    window.removeFirst(start)
    start = 0
    let kept = window.count
    var count = 0
    window.append(contentsOf: repeatElement(0, count: 32 << 10))
    window.withUnsafeMutableBufferPointer { count = more($0.baseAddress! + kept, 32 << 10) }
    window.removeLast(window.count - kept - count)
    return count > 0
  }

  /// The next character; nil where no bytes are left.
  private mutating func next() -> Unicode.Scalar? {
    guard start < window.count else { return nil }
    guard let first = unit(at: start) else {
      start = window.count
      return "\u{FFFD}"
    }
    start += 2
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, let second = unit(at: start), 0xDC00...0xDFFF ~= second else { return "\u{FFFD}" }
    start += 2
    return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
  }

  private func unit(at place: Int) -> UInt16? {
    guard place + 1 < window.count else { return nil }
    let (a, b) = (UInt16(window[place]), UInt16(window[place + 1]))
    return isBigEndian ? a << 8 | b : b << 8 | a
  }
}
