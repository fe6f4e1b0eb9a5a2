// Percent signs, Unicode, base64, paths, comments and blanks.

/// `%HH` and `+`; with `unicode` also `%uHHHH`, of which the low byte counts. What is not valid stays as it is.
func decodePercent(_ text: Text, _ count: Int, _ out: Room, unicode: Bool) -> Int {
  var used = 0
  var at = 0
  while at < count {
    let byte = text[at]
    guard byte == UInt8(ascii: "%") else {
      out[used] = byte == UInt8(ascii: "+") ? 32 : byte
      used += 1
      at += 1
      continue
    }
    if unicode, at + 1 < count, text[at + 1] | 0x20 == UInt8(ascii: "u") {
      if at + 5 < count, (2...5).allSatisfy({ isHexDigit(text[at + $0]) }) {
        out[used] = narrowed(hexByte(text + at + 4), high: text + at + 2)
        used += 1
        at += 6
      } else {
        out[used] = byte
        out[used + 1] = text[at + 1]
        used += 2
        at += 2
      }
    } else if at + 2 < count, isHexDigit(text[at + 1]), isHexDigit(text[at + 2]) {
      out[used] = hexByte(text + at + 1)
      used += 1
      at += 3
    } else {
      out[used] = byte
      used += 1
      at += 1
    }
  }
  return used
}

/// Characters of two to four bytes as `%uHHHH`; lead bytes without their followers vanish, surrogates and characters
/// spelled too long leave their lead byte behind, NULs vanish.
func spellUnicode(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var at = 0
  func follows(_ distance: Int) -> Bool { at + distance < count && text[at + distance] & 0xc0 == 0x80 }
  while at < count {
    let lead = text[at]
    if lead < 0x80 {
      if lead != 0 {
        out[used] = lead
        used += 1
      }
      at += 1
      continue
    }
    let length = lead & 0xe0 == 0xc0 ? 2 : lead & 0xf0 == 0xe0 ? 3 : lead & 0xf8 == 0xf0 ? 4 : 1
    if length == 1 || length == 4 && lead >= 0xf5 {
      out[used] = lead
      used += 1
    }
    guard length > 1, (1..<length).allSatisfy(follows) else {
      at += 1
      continue
    }
    var code = UInt32(lead & (0xff >> (UInt8(length) + 1)))
    for index in 1..<length { code = code << 6 | UInt32(text[at + index] & 0x3f) }
    used += spell(code, out + used)
    let isTooLong = length == 2 && code < 0x80 || length == 3 && code < 0x800 || length == 4 && code < 0x10000
    for isWrong in [code >= 0xd800 && code <= 0xdfff, isTooLong] where isWrong {
      out[used] = lead
      used += 1
    }
    at += length
  }
  return used
}

/// `%u` and at least four lower-case digits.
private func spell(_ code: UInt32, _ out: Room) -> Int {
  let digits: StaticString = "0123456789abcdef"
  var length = 4
  while code >> UInt32(4 * length) != 0 { length += 1 }
  out[0] = UInt8(ascii: "%")
  out[1] = UInt8(ascii: "u")
  for index in 0..<length {
    out[2 + index] = digits.utf8Start[Int(code >> UInt32(4 * (length - 1 - index)) & 15)]
  }
  return 2 + length
}

/// Base64 up to the first NUL; nothing when a byte is not base64 or a blank stands inside a line.
func decodeBase64(_ text: Text, _ count: Int, _ out: Room) -> Int {
  let length = (0..<count).first { text[$0] == 0 } ?? count
  guard isBase64(text, length) else { return 0 }
  var used = 0
  var digits = 0
  var bits: UInt32 = 0
  var whole = 3
  for index in 0..<length where text[index] != 13 && text[index] != 10 && text[index] != 32 {
    let value = base64Value(text[index])
    if value == 64 { whole -= 1 }
    bits = bits << 6 | UInt32(value & 0x3f)
    digits += 1
    guard digits == 4 else { continue }
    digits = 0
    if whole > 0 { out[used] = UInt8(truncatingIfNeeded: bits >> 16); used += 1 }
    if whole > 1 { out[used] = UInt8(truncatingIfNeeded: bits >> 8); used += 1 }
    if whole > 2 { out[used] = UInt8(truncatingIfNeeded: bits); used += 1 }
  }
  return used
}

private func isBase64(_ text: Text, _ count: Int) -> Bool {
  var at = 0
  var padding = 0
  while at < count {
    let start = at
    while at < count, text[at] == 32 { at += 1 }
    if at == count { return true }
    if text[at] == 13, at + 1 < count, text[at + 1] == 10 { at += 1; continue }
    if text[at] == 10 { at += 1; continue }
    if at > start { return false }
    let value = base64Value(text[at])
    if value == 64 { padding += 1 }
    if padding > 2 || value == 127 || value < 64 && padding > 0 { return false }
    at += 1
  }
  return true
}

/// 0…63, 64 for `=`, 127 for anything else.
private func base64Value(_ byte: UInt8) -> UInt8 {
  switch byte {
  case 0x41...0x5a: byte - 0x41
  case 0x61...0x7a: byte - 0x61 + 26
  case 0x30...0x39: byte - 0x30 + 52
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  case UInt8(ascii: "="): 64
  default: 127
  }
}

/// Runs of blanks become one space.
func compressBlanks(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var inBlanks = false
  for index in 0..<count {
    let blank = isBlank(text[index])
    if !(blank && inBlanks) {
      out[used] = blank ? 32 : text[index]
      used += 1
    }
    inBlanks = blank
  }
  return used
}

/// What a shell would not see: quotes, backslashes and carets go, separators become one space, none before `/` or `(`.
func simplifyCommandLine(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var afterSpace = false
  for index in 0..<count {
    switch text[index] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "^"):
      continue
    case 32, UInt8(ascii: ","), UInt8(ascii: ";"), 9, 13, 10:
      if !afterSpace {
        out[used] = 32
        used += 1
      }
      afterSpace = true
    case UInt8(ascii: "/"), UInt8(ascii: "("):
      if afterSpace { used -= 1 }
      afterSpace = false
      out[used] = text[index]
      used += 1
    default:
      out[used] = lowered(text[index])
      used += 1
      afterSpace = false
    }
  }
  return used
}

/// `/* … */` becomes one space, an unclosed one too.
func blankComments(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var at = 0
  var inComment = false
  while at < count {
    let next = at + 1 < count ? text[at + 1] : 0
    if inComment, text[at] == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
      inComment = false
      out[used] = 32
      used += 1
      at += 2
    } else if inComment {
      at += 1
    } else if text[at] == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
      inComment = true
      at += 2
    } else {
      out[used] = text[at]
      used += 1
      at += 1
    }
  }
  if inComment {
    out[used] = 32
    used += 1
  }
  return used
}
