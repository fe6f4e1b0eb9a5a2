import Model

// Lists and maps, walked element by element.
extension RowReader {
  /// Calls `body` with every element until it says false; false where the list itself is missing.
  func forEach(in index: Int, row: Int, element: Datum, _ body: (Datum) -> Bool) -> Bool {
    let node = code.values[index]
    switch node.operation {
    case .field: return forEachMember(of: cell(node.field, row), keys: node.field == .headers, body)
    case .derived:
      switch node.derived {
      case .args: return forEachArgument(row) { name, _ in body(name) }
      case .argNames: return forEachArgument(row) { name, _ in body(name) }
      case .argValues: return forEachArgument(row) { _, value in body(value) }
      case .cookies: return forEachCookie(row) { name, _ in body(name) }
      case .headerNames: return forEachHeader(row) { name, _ in body(name) }
      case .headerValues: return forEachHeader(row) { _, value in body(value) }
      default: return false
      }
    case .key: return forEachValue(under: node, row, body)
    default: return false
    }
  }

  /// The values under one key of a map; a map without the key has no such list.
  private func forEachValue(under node: ValueNode, _ row: Int, _ body: (Datum) -> Bool) -> Bool {
    let key = node.literal.text
    if node.field != .time {
      let own = cell(node.field, row)
      if own.kind == .text {
        _ = body(own)
        return true
      }
    }
    let map = code.values[code.children[node.first]]
    var found = false
    func take(_ name: Datum, _ value: Datum) -> Bool {
      guard compareBytes(name.text, key) == 0 else { return true }
      found = true
      return body(value)
    }
    switch (map.operation, map.derived) {
    case (.derived, .args): _ = forEachArgument(row, take)
    case (.derived, .cookies): _ = forEachCookie(row, take)
    case (.field, _):
      _ = forEachEntry(of: cell(map.field, row)) { name, value in
        let lower = map.field == .headers ? lowered(name) : name
        return take(lower, value)
      }
    default: break
    }
    return found
  }

  private func lowered(_ name: Datum) -> Datum { lowered(name.text) }

  private func forEachHeader(_ row: Int, _ body: (Datum, Datum) -> Bool) -> Bool {
    forEachEntry(of: cell(.headers, row)) { name, value in body(lowered(name), value) }
  }

  /// The elements of a JSON list, or the keys of a JSON map.
  private func forEachMember(of value: Datum, keys: Bool, _ body: (Datum) -> Bool) -> Bool {
    guard value.kind == .text else { return false }
    if keys { return forEachEntry(of: value) { name, _ in body(lowered(name)) } }
    return forEachElement(value.text, body)
  }

  private func forEachElement(_ json: Bytes, _ body: (Datum) -> Bool) -> Bool {
    var cursor = JSONCursor(json)
    var isFirst = true
    while let value = cursor.nextElement(isFirst: &isFirst) {
      if !body(datum(value, of: json)) { break }
    }
    return true
  }

  /// Keys and values of a JSON map; a value that is a list gives one call per element.
  private func forEachEntry(of map: Datum, _ body: (Datum, Datum) -> Bool) -> Bool {
    guard map.kind == .text else { return false }
    var cursor = JSONCursor(map.text)
    var isFirst = true
    while let key = cursor.nextKey(isFirst: &isFirst), let value = cursor.value() {
      let name = datum(key, of: map.text)
      var goesOn = true
      if value.kind == .list {
        _ = forEachElement(Bytes(rebasing: map.text[value.range])) { element in
          goesOn = body(name, element)
          return goesOn
        }
      } else {
        goesOn = body(name, datum(value, of: map.text))
      }
      if !goesOn { break }
    }
    return true
  }

  /// A JSON value as text; `null` is missing.
  func datum(_ value: JSONCursor.Value, of json: Bytes) -> Datum {
    let bytes = Bytes(rebasing: json[value.range])
    if value.kind == .word, bytes.elementsEqual("null".utf8) { return .absent }
    return value.isEscaped ? unescaped(bytes) : .text(bytes)
  }

  // MARK: Arguments and cookies

  /// Names and values of the query, percent-encoding kept as Cloudflare keeps it.
  private func forEachArgument(_ row: Int, _ body: (Datum, Datum) -> Bool) -> Bool {
    forEachPair(cell(.query, row), separator: UInt8(ascii: "&"), skipsSpace: false, body)
  }

  private func forEachCookie(_ row: Int, _ body: (Datum, Datum) -> Bool) -> Bool {
    forEachPair(cell(.cookie, row), separator: UInt8(ascii: ";"), skipsSpace: true, body)
  }

  private func forEachPair(_ value: Datum, separator: UInt8, skipsSpace: Bool, _ body: (Datum, Datum) -> Bool) -> Bool {
    guard value.kind == .text else { return false }
    let bytes = value.text
    var start = 0
    while start < bytes.count {
      if skipsSpace, bytes[start] == 0x20 {
        start += 1
        continue
      }
      var end = start
      var middle: Int?
      while end < bytes.count, bytes[end] != separator {
        if bytes[end] == UInt8(ascii: "="), middle == nil { middle = end }
        end += 1
      }
      if end > start {
        let name = Bytes(rebasing: bytes[start..<(middle ?? end)])
        let rest = Bytes(rebasing: bytes[min((middle ?? end) + 1, end)..<end])
        if !body(.text(name), .text(rest)) { return true }
      }
      start = end + 1
    }
    return true
  }

  // MARK: JSON inside a text

  /// `raw["key"]`: the value under that key of a line that is a JSON map.
  func rawKey(_ key: Bytes, _ row: Int) -> Datum {
    let line = batch.line(row)
    guard let value = member(of: line, key: key) else { return .absent }
    return datum(value, of: line)
  }

  private func member(of json: Bytes, key: Bytes) -> JSONCursor.Value? {
    var cursor = JSONCursor(json)
    var isFirst = true
    while let name = cursor.nextKey(isFirst: &isFirst), let value = cursor.value() {
      let bytes = Bytes(rebasing: json[name.range])
      if compareBytes(name.isEscaped ? unescaped(bytes).text : bytes, key) == 0 { return value }
    }
    return nil
  }

  func lookup(_ node: ValueNode, row: Int, element: Datum) -> Datum {
    let first = code.children[node.first]
    var current = value(first, row: row, element: element)
    guard current.kind == .text else { return .absent }
    var found: JSONCursor.Value?
    for number in 1..<max(node.count, 1) {
      let key = argument(node, number, row: row)
      let json = current.text
      if key.kind == .text {
        found = member(of: json, key: key.text)
      } else {
        found = nth(key.number, of: json)
      }
      guard let value = found else { return .absent }
      current = datum(value, of: json)
    }
    guard let found, current.kind == .text else { return .absent }
    if node.operation == .lookupText { return found.kind == .text ? current : .absent }
    return found.kind == .number ? Self.int(current.text).map { .int($0) } ?? .absent : .absent
  }

  private func nth(_ number: Int64, of json: Bytes) -> JSONCursor.Value? {
    var cursor = JSONCursor(json)
    var isFirst = true
    var left = number
    while let value = cursor.nextElement(isFirst: &isFirst) {
      if left == 0 { return value }
      left -= 1
    }
    return nil
  }

  /// A whole number in decimal; nil for anything else and for what 64 bits do not hold.
  static func int(_ bytes: Bytes) -> Int64? {
    var value: Int64 = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? bytes.dropFirst() : bytes[...]
    if digits.isEmpty || digits.count > 19 { return nil }
    for byte in digits {
      guard byte &- 0x30 < 10 else { return nil }
      let (tenfold, a) = value.multipliedReportingOverflow(by: 10)
      let (sum, b) = tenfold.addingReportingOverflow(Int64(byte - 0x30))
      if a || b { return nil }
      value = sum
    }
    return isNegative ? -value : value
  }
}
