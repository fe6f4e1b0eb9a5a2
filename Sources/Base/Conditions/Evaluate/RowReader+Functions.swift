import Model

// The functions of texts. Each gives a text in the scratch, or nothing where the scratch is full.
extension RowReader {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  func joined(_ a: Bytes, _ b: Bytes) -> Bytes? {
    if a.count == 0 { return b }
    guard let target = text.take(a.count + b.count) else { return nil }
    if let base = a.baseAddress { target.update(from: base, count: a.count) }
    if let base = b.baseAddress { (target + a.count).update(from: base, count: b.count) }
    return Bytes(start: target, count: a.count + b.count)
  }

  /// Each byte replaced by another.
  func mapped(_ source: Bytes, _ change: (UInt8) -> UInt8) -> Datum {
    guard let target = text.take(source.count) else { return .absent }
    for index in 0..<source.count { target[index] = change(source[index]) }
    return .text(Bytes(start: target, count: source.count))
  }

  func lowered(_ source: Bytes) -> Datum { mapped(source) { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 } }

  /// What `write` puts into room for `limit` bytes; it says how many it wrote.
  private func produced(_ limit: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) -> Datum {
    guard let target = text.take(limit) else { return .absent }
    let count = write(target)
    text.giveBack(limit - count)
    return .text(Bytes(start: target, count: count))
  }

  func unescaped(_ source: Bytes) -> Datum {
    // U+FFFD for a lone surrogate is shorter than its escape, and so is every other scalar.
    produced(source.count) { unescapeJSON(source, into: $0) }
  }

  /// `substring(text, start[, end])`: positions in bytes, from the end where negative.
  func substring(_ source: Bytes, _ node: ValueNode, row: Int) -> Datum {
    func place(_ number: Int64) -> Int {
      let count = Int64(source.count)
      return Int(max(0, min(count, number < 0 ? count + max(number, -count) : number)))
    }
    let start = place(argument(node, 1, row: row).number)
    let end = node.count > 2 ? place(argument(node, 2, row: row).number) : source.count
    return start >= end ? .text(Bytes(rebasing: source[0..<0])) : .text(Bytes(rebasing: source[start..<end]))
  }

  /// The first match replaced; `${1}` and `$1` stand for what a bracket took, `$$` for a dollar.
  func replaced(_ source: Bytes, _ node: ValueNode, row: Int) -> Datum {
    guard node.regex >= 0, let match = regex.find(code.regexes[node.regex].code, source, from: 0) else {
      return .text(source)
    }
    let pattern = argument(node, 2, row: row).text
    var middle = Bytes(start: nil, count: 0)
    var at = 0
    while at < pattern.count {
      var piece = Bytes(rebasing: pattern[at..<(at + 1)])
      at += 1
      if piece[0] == UInt8(ascii: "$"), at < pattern.count {
        let isBraced = pattern[at] == UInt8(ascii: "{")
        let digit = isBraced ? at + 1 : at
        if pattern[at] == UInt8(ascii: "$") {
          at += 1
        } else if digit < pattern.count, pattern[digit] &- 0x30 < 10,
          !isBraced || digit + 1 < pattern.count && pattern[digit + 1] == UInt8(ascii: "}")
        {
          piece =
            regex.group(Int(pattern[digit] - 0x30)).map { Bytes(rebasing: source[$0]) }
            ?? Bytes(rebasing: source[0..<0])
          at = digit + (isBraced ? 2 : 1)
        }
      }
      guard let longer = joined(middle, piece) else { return .absent }
      middle = longer
    }
    guard let front = joined(Bytes(rebasing: source[..<match.lowerBound]), middle),
      let all = joined(front, Bytes(rebasing: source[match.upperBound...]))
    else { return .absent }
    return .text(all)
  }

  /// Percent-encoding and plus signs undone; `r` repeats until nothing changes, `u` also undoes `%uXXXX`.
  func urlDecoded(_ source: Bytes, options: Bytes?) -> Datum {
    let isRecursive = options?.contains(UInt8(ascii: "r")) ?? false
    let takesUnicode = options?.contains(UInt8(ascii: "u")) ?? false
    var current = source
    for _ in 0..<(isRecursive ? 10 : 1) {
      let next = produced(current.count) { decodePercent(current, into: $0, unicode: takesUnicode) }
      guard next.kind == .text else { return .absent }
      if compareBytes(next.text, current) == 0 { break }
      current = next.text
    }
    return .text(current)
  }

  func without(_ source: Bytes, _ unwanted: Bytes) -> Datum {
    produced(source.count) { target in
      var written = 0
      for byte in source where !unwanted.contains(byte) {
        target[written] = byte
        written += 1
      }
      return written
    }
  }

  /// Standard and URL alphabets, padding optional; missing where another byte is met.
  func base64Decoded(_ source: Bytes) -> Datum {
    var isBroken = false
    let result = produced(source.count) { target in
      var written = 0, bits: UInt32 = 0, have = 0
      for byte in source {
        if byte == UInt8(ascii: "=") { break }
        guard let six = base64Digit(byte) else {
          isBroken = true
          break
        }
        bits = (bits << 6 | UInt32(six)) & 0xffff
        have += 6
        if have >= 8 {
          have -= 8
          target[written] = UInt8(truncatingIfNeeded: bits >> UInt32(have))
          written += 1
        }
      }
      return written
    }
    return isBroken ? .absent : result
  }

  /// A value as text: numbers in decimal, addresses in their canonical form, `true` and `false`.
  func written(_ value: Datum) -> Datum {
    switch value.kind {
    case .absent, .text: return value
    case .int: return stored(String(value.number))
    case .bool: return stored(value.isTrue ? "true" : "false")
    case .ip: return stored(value.address.description)
    }
  }

  func stored(_ string: String) -> Datum {
    produced(string.utf8.count) { target in
      var count = 0
      for byte in string.utf8 {
        target[count] = byte
        count += 1
      }
      return count
    }
  }
}
