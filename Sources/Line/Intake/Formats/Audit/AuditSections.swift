import CBytes
import Model

/// The sections of a ModSecurity audit record: `--a1b2c3d4-A--` begins section A, and so on until Z.
///
/// Source: ModSecurity 2 data formats; version 3 writes the boundary with three dashes.
struct AuditSections {
  private let text: UnsafeBufferPointer<UInt8>
  private var at = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// The next section's letter and its lines.
  mutating func next() -> (letter: UInt8, body: UnsafeBufferPointer<UInt8>)? {
    while at < text.count {
      let line = Self.line(text, at)
      guard let letter = Self.boundary(UnsafeBufferPointer(rebasing: text[at..<line.end])) else {
        at = line.next
        continue
      }
      let start = line.next
      var end = start
      at = start
      while at < text.count {
        let line = Self.line(text, at)
        if Self.boundary(UnsafeBufferPointer(rebasing: text[at..<line.end])) != nil { break }
        at = line.next
        end = at
      }
      return (letter, UnsafeBufferPointer(rebasing: text[min(start, text.count)..<end]))
    }
    return nil
  }

  /// The letter of a boundary line; nil for any other line.
  static func boundary(_ line: UnsafeBufferPointer<UInt8>) -> UInt8? {
    let count = line.count
    guard count >= 8, count <= 64, line[0] == 0x2d, line[1] == 0x2d, line[count - 1] == 0x2d, line[count - 2] == 0x2d,
      line[count - 4] == 0x2d, line[count - 3] &- 0x41 < 26,
      line[2..<(count - 4)].allSatisfy({
        $0 == 0x2d || foldedByte($0) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x40 || $0 == 0x5f
      })
    else { return nil }
    return line[count - 3]
  }

  /// Where the line at `start` ends, without its line end, and where the next one begins.
  static func line(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> (end: Int, next: Int) {
    let base = text.baseAddress!
    let stop = cbytes_find(base + start, base + text.count, 0x0a)! - base
    let end = stop > start && text[stop - 1] == 0x0d ? stop - 1 : stop
    return (end, min(stop + 1, text.count))
  }

  /// Where the record that begins with `bytes` ends; nil where it goes on. A record that was cut off ends where the
  /// next one begins.
  static func recordEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var at = 0
    var isBegun = false
    while at < bytes.count {
      let line = line(bytes, at)
      // The last line may itself be cut: whether it is a boundary shows only with its end.
      if line.next == bytes.count, bytes[bytes.count - 1] != 0x0a { return nil }
      switch boundary(UnsafeBufferPointer(rebasing: bytes[at..<line.end])) {
      case 0x5a: return line.next
      case 0x41 where isBegun || at > 0: return at
      case 0x41: isBegun = true
      default: break
      }
      at = line.next
    }
    return nil
  }
}
