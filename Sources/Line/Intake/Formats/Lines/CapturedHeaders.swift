import CBytes
import Model

/// Headers that HAProxy was told to capture: `{a|b|c}` in its log, in an order that only its configuration knows.
///
/// What one looks like decides: addresses are X-Forwarded-For, `name/version` is a user agent, a dotted name is a host.
/// Source: HAProxy configuration manual 8.8, "Capturing HTTP headers".
enum CapturedHeaders {
  static func write(_ text: TextSlice, _ row: Int, _ batch: EventBatch) {
    var at = Int(text.offset)
    while at < text.end {
      let base = UnsafePointer(batch.arena.base)
      let stop = cbytes_find(base + at, base + text.end, 0x7C)! - base
      let slice = TextSlice(offset: at, length: stop - at)
      if let field = field(of: batch.bytes(slice)), !batch.isPresent(field, row) { batch.set(field, row, slice) }
      at = stop + 1
    }
  }

  private static func field(of value: UnsafeBufferPointer<UInt8>) -> EventField? {
    guard let first = value.first else { return nil }
    if IPAddress(parsing: UnsafeBufferPointer(rebasing: value.prefix { $0 != 0x2C })) != nil { return .forwardedFor }
    let isWord = (first | 0x20) &- 0x61 < 26
    if isWord, let slash = value.firstIndex(of: 0x2F), slash + 1 < value.count, value[slash + 1] &- 0x30 < 10 {
      return .userAgent
    }
    let isName = value.allSatisfy {
      ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x2E || $0 == 0x3A
    }
    return isName && value.contains(0x2E) ? .host : nil
  }
}
