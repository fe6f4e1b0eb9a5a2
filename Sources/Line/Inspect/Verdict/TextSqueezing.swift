/// Brings out what SQL and shells ignore: comments, quotes inside words, empty variables, string concatenation.
///
/// `un/**/ion sel/*x*/ect`, `c'a't /et\c/pa$u'ss'wd` and `'ale'+'rt'` become what the interpreter runs. Only for
/// matching: the text as sent is matched as well.
enum TextSqueezing {
  static func squeeze(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      let step = ignorable(bytes, at, out.last)
      switch step {
      case .keep:
        append(bytes[at], to: &out)
        at += 1
      case .drop(let length): at += length
      case .space(let length):
        append(ASCII.space, to: &out)
        at += length
      }
    }
    return out
  }

  private enum Step {
    case keep
    case drop(Int)
    case space(Int)
  }

  /// White space of any kind is one space; with a line break in it, one line break, which separates commands.
  private static func append(_ byte: UInt8, to out: inout [UInt8]) {
    switch byte {
    case ASCII.newline, ASCII.carriageReturn:
      if out.last == ASCII.space { out.removeLast() }
      if out.last != ASCII.newline { out.append(ASCII.newline) }
    case _ where byte.isASCIISpace || byte == ASCII.plus:
      if out.last != ASCII.space, out.last != ASCII.newline { out.append(ASCII.space) }
    default: out.append(byte)
    }
  }

  private static func ignorable(_ bytes: [UInt8], _ at: Int, _ before: UInt8?) -> Step {
    let next = at + 1 < bytes.count ? bytes[at + 1] : 0
    switch bytes[at] {
    case 0: return .drop(1)
    case ASCII.slash where next == ASCII.star: return comment(bytes, at)
    case ASCII.star where next == ASCII.slash: return .space(2)
    case ASCII.apostrophe, ASCII.quote: return quotation(bytes, at, before)
    case ASCII.backslash where next.isASCIILetter: return .drop(1)
    case ASCII.caret where next.isASCIILetter && (before?.isASCIILetter ?? false): return .drop(1)
    case ASCII.dollar: return variable(bytes, at, before)
    default: return .keep
    }
  }

  /// `/* … */` is a space; `/*!50000 … */` is code to MySQL, so only its fence goes.
  private static func comment(_ bytes: [UInt8], _ at: Int) -> Step {
    if at + 2 < bytes.count, bytes[at + 2] == UInt8(ascii: "!") {
      let digits = bytes[(at + 3)...].prefix(6).prefix { $0.isASCIIDigit }.count
      return .space(3 + digits)
    }
    var end = at + 2
    while end + 1 < bytes.count, !(bytes[end] == ASCII.star && bytes[end + 1] == ASCII.slash) { end += 1 }
    // An unclosed comment ends the statement, which is a sign of its own: keep it.
    return end + 1 < bytes.count ? .space(end + 2 - at) : .keep
  }

  private static func quotation(_ bytes: [UInt8], _ at: Int, _ before: UInt8?) -> Step {
    let mark = bytes[at]
    // `'+'`, `"."`, `'||'`, `''`: two strings that become one.
    var after = at + 1
    while after < bytes.count, after - at < 4,
      bytes[after] == ASCII.space || bytes[after] == ASCII.plus
        || bytes[after] == ASCII.pipe || bytes[after] == ASCII.dot
    { after += 1 }
    if after < bytes.count, bytes[after] == mark, before?.isASCIIWord ?? false { return .drop(after + 1 - at) }
    let next = at + 1 < bytes.count ? bytes[at + 1] : 0
    let joins = { (byte: UInt8) in byte.isASCIIWord || byte == ASCII.slash }
    return joins(next) && joins(before ?? 0) ? .drop(1) : .keep
  }

  /// `$u`, `$@`, `${x}` are empty unless somebody set them; `$IFS` is white space.
  ///
  /// A name that stands free is left alone: `$where` and `$_GET` mean something.
  private static func variable(_ bytes: [UInt8], _ at: Int, _ before: UInt8?) -> Step {
    let rest = bytes[(at + 1)...]
    if rest.beginsCaseless("{ifs}") { return .space(6) }
    if rest.beginsCaseless("ifs") { return .space(4) }
    guard let first = rest.first else { return .keep }
    if first == UInt8(ascii: "@") || first == ASCII.star || first == UInt8(ascii: "!") { return .drop(2) }
    let isGlued = { (end: Int) in
      (before?.isASCIIWord ?? false) || before == ASCII.slash || (end < bytes.count && bytes[end] == ASCII.slash)
    }
    if first.isASCIIWord {
      let name = rest.prefix { $0.isASCIIWord }
      return isGlued(name.endIndex) ? .drop(1 + name.count) : .keep
    }
    if first == ASCII.openBrace {
      let name = rest.dropFirst().prefix { $0.isASCIIWord }
      if !name.isEmpty, name.endIndex < bytes.count, bytes[name.endIndex] == ASCII.closeBrace,
        isGlued(name.endIndex + 1)
      {
        return .drop(3 + name.count)
      }
    }
    return .keep
  }
}
