// Escapes of style sheets, scripts and HTML.

/// `\HHHHHH` escapes of CSS, of which only the last two digits count; the text ends at its first NUL.
func decodeCSS(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var at = 0
  while at < count {
    guard text[at] == UInt8(ascii: "\\") else {
      out[used] = text[at]
      used += 1
      at += 1
      continue
    }
    at += 1
    guard at < count else { break }
    var digits = 0
    while digits < 6, at + digits < count, isHexDigit(text[at + digits]) { digits += 1 }
    if digits > 0 {
      out[used] = cssByte(text + at, digits)
      used += 1
      if at + digits < count, isBlank(text[at + digits]) { digits += 1 }
      at += digits
    } else if text[at] == 10 {
      at += 1
    } else {
      out[used] = text[at]
      used += 1
      at += 1
    }
  }
  return (0..<used).first { out[$0] == 0 } ?? used
}

private func cssByte(_ digits: Text, _ count: Int) -> UInt8 {
  if count == 1 { return hexValue(digits[0]) }
  let byte = hexByte(digits + count - 2)
  let mayBeFullWidth =
    count == 4 || count == 5 && digits[0] == 0x30 || count == 6 && digits[0] == 0x30 && digits[1] == 0x30
  return mayBeFullWidth ? narrowed(byte, high: digits + count - 4) : byte
}

/// `\uHHHH`, `\xHH`, octal and one-letter escapes of JavaScript.
func decodeScript(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var at = 0
  while at < count {
    if text[at] == UInt8(ascii: "\\"), at + 1 < count {
      at += scriptEscape(text + at, count - at, &out[used])
    } else {
      out[used] = text[at]
      at += 1
    }
    used += 1
  }
  return used
}

/// Decodes the escape at the start and returns how many bytes it took.
private func scriptEscape(_ text: Text, _ count: Int, _ byte: inout UInt8) -> Int {
  if count > 5, text[1] == UInt8(ascii: "u"), isHexDigit(text[2]), isHexDigit(text[3]), isHexDigit(text[4]),
    isHexDigit(text[5])
  {
    byte = narrowed(hexByte(text + 4), high: text + 2)
    return 6
  }
  if count > 3, text[1] == UInt8(ascii: "x"), isHexDigit(text[2]), isHexDigit(text[3]) {
    byte = hexByte(text + 2)
    return 4
  }
  if isOctal(text[1]) {
    var digits = 1
    while digits < 3, 1 + digits < count, isOctal(text[1 + digits]) { digits += 1 }
    if digits == 3, text[1] > UInt8(ascii: "3") { digits = 2 }
    byte = (0..<digits).reduce(0) { $0 &* 8 &+ (text[1 + $1] &- 0x30) }
    return 1 + digits
  }
  switch text[1] {
  case UInt8(ascii: "a"): byte = 7
  case UInt8(ascii: "b"): byte = 8
  case UInt8(ascii: "f"): byte = 12
  case UInt8(ascii: "n"): byte = 10
  case UInt8(ascii: "r"): byte = 13
  case UInt8(ascii: "t"): byte = 9
  case UInt8(ascii: "v"): byte = 11
  case let other: byte = other
  }
  return 2
}

@inline(__always) private func isOctal(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x37 }

/// `&#N;`, `&#xN;` and the five names `quot amp lt gt nbsp`, each with or without its semicolon.
func decodeEntities(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var at = 0
  while at < count {
    var taken = 1
    if text[at] == UInt8(ascii: "&"), at + 1 < count, let byte = entity(text + at, count - at, &taken) {
      out[used] = byte
      used += 1
    } else {
      for index in 0..<taken { out[used + index] = text[at + index] }
      used += taken
    }
    at += taken
  }
  return used
}

/// The byte of the entity at the start; `taken` receives its length, or how many bytes stay as they are.
private func entity(_ text: Text, _ count: Int, _ taken: inout Int) -> UInt8? {
  guard text[1] == UInt8(ascii: "#") else { return namedEntity(text, count, &taken) }
  taken = 2
  guard 2 < count else { return nil }
  let isHex = text[2] | 0x20 == UInt8(ascii: "x")
  let first = isHex ? 3 : 2
  if isHex { taken = 3 }
  guard first < count else { return nil }
  var end = first
  while end < count, isHex ? isHexDigit(text[end]) : isDigit(text[end]) { end += 1 }
  guard end > first else { return nil }
  taken = end < count && text[end] == UInt8(ascii: ";") ? end + 1 : end
  return numericEntity(text + first, end - first, radix: isHex ? 16 : 10)
}

/// The low byte of the number, which stops at the largest 64-bit one as `strtol` does.
private func numericEntity(_ digits: Text, _ count: Int, radix: Int) -> UInt8 {
  var value = 0
  for index in 0..<count {
    let (scaled, overflowed) = value.multipliedReportingOverflow(by: radix)
    let (sum, carried) = scaled.addingReportingOverflow(Int(hexValue(digits[index])))
    if overflowed || carried { return 0xff }
    value = sum
  }
  return UInt8(truncatingIfNeeded: value)
}

private func namedEntity(_ text: Text, _ count: Int, _ taken: inout Int) -> UInt8? {
  var end = 1
  while end < count, isDigit(text[end]) || isLetter(text[end]) { end += 1 }
  guard end > 1 else { return nil }
  guard let byte = entityByte(text + 1, end - 1) else {
    taken = end
    return nil
  }
  taken = end < count && text[end] == UInt8(ascii: ";") ? end + 1 : end
  return byte
}

private func entityByte(_ name: Text, _ count: Int) -> UInt8? {
  func isName(_ wanted: StaticString) -> Bool {
    guard wanted.utf8CodeUnitCount == count else { return false }
    return (0..<count).allSatisfy { lowered(name[$0]) == wanted.utf8Start[$0] }
  }
  if isName("quot") { return UInt8(ascii: "\"") }
  if isName("amp") { return UInt8(ascii: "&") }
  if isName("lt") { return UInt8(ascii: "<") }
  if isName("gt") { return UInt8(ascii: ">") }
  return isName("nbsp") ? 160 : nil
}
