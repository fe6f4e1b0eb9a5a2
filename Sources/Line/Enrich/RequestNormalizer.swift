import Model

/// A path and a query as the server behind will most likely read them; the raw text stays beside.
///
/// Percent and plus are undone, twice where the result is again encoded, `\` counts as `/`, dot segments and double
/// slashes go (RFC 3986 section 5.2.4). Invalid escapes stay as they are. Text that needs none of it is not copied: the
/// normal column then points at the very same bytes.
enum RequestNormalizer {
  static let rounds = 3

  static func normalizePath(_ slice: TextSlice, in batch: EventBatch) -> TextSlice {
    let bytes = batch.bytes(slice)
    guard needsPathWork(bytes) else { return slice }
    var text = Array(bytes)
    for _ in 0..<rounds where !decode(&text, plusIsSpace: false) { break }
    return append(cleaned(text), to: batch)
  }

  static func normalizeQuery(_ slice: TextSlice, in batch: EventBatch) -> TextSlice {
    let bytes = batch.bytes(slice)
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return slice }
    var text = Array(bytes)
    for round in 0..<rounds where !decode(&text, plusIsSpace: round == 0) { break }
    return append(text, to: batch)
  }

  private static func append(_ text: [UInt8], to batch: EventBatch) -> TextSlice {
    text.withUnsafeBufferPointer { batch.arena.append($0) }
  }

  private static func needsPathWork(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in bytes {
      if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") { return true }
      if last == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return true }
      last = byte
    }
    return false
  }

  /// Undoes one round of encoding in place; false when there was none.
  private static func decode(_ text: inout [UInt8], plusIsSpace: Bool) -> Bool {
    var out = 0, at = 0
    var changed = false
    while at < text.count {
      let byte = text[at]
      if byte == UInt8(ascii: "%"), at + 2 < text.count, let high = hexDigit(text[at + 1]),
        let low = hexDigit(text[at + 2])
      {
        text[out] = high << 4 | low
        at += 3
        changed = true
      } else {
        text[out] = plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte
        changed = changed || text[out] != byte
        at += 1
      }
      out += 1
    }
    text.removeLast(text.count - out)
    return changed
  }

  /// Dot segments resolved, backslashes turned, empty segments dropped.
  private static func cleaned(_ path: [UInt8]) -> [UInt8] {
    var kept: [ArraySlice<UInt8>] = []
    let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
    let segments = path.split(omittingEmptySubsequences: true, whereSeparator: isSeparator)
    for segment in segments {
      if segment.elementsEqual("..".utf8) {
        _ = kept.popLast()
      } else if !segment.elementsEqual(".".utf8) {
        kept.append(segment)
      }
    }
    var clean: [UInt8] = path.first.map(isSeparator) == true ? [UInt8(ascii: "/")] : []
    clean += kept.joined(separator: [UInt8(ascii: "/")])
    if clean.count > 1, path.last.map(isSeparator) == true { clean.append(UInt8(ascii: "/")) }
    return clean
  }
}
