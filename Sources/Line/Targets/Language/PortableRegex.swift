import Model

/// A person's regex for every engine that speaks PCRE: only the part of the language that all of them read alike.
///
/// Bytes with a meaning in some configuration language are written `\xHH`. Refused: named groups (nginx makes variables
/// of them), verbs, comments, the flag `x`, `\Q`, `\c` and repetitions of repetitions, whose cost explodes and whose answer
/// then depends on the engine's patience.
enum PortableRegex {
  static func text(_ pattern: [UInt8]) throws(Refusals) -> String {
    var reader = Reader(pattern)
    return try reader.read()
  }

  private struct Reader {
    private let bytes: [UInt8]
    private var at = 0
    private var out = ""
    /// By open group: whether it holds a repetition without end.
    private var groups: [Bool] = [false]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() throws(Refusals) -> String {
      while at < bytes.count {
        switch bytes[at] {
        case UInt8(ascii: "\\"): try escape()
        case UInt8(ascii: "["): try set()
        case UInt8(ascii: "("): try open()
        case UInt8(ascii: ")"): try close()
        default: take()
        }
        if at < bytes.count, isEndless(at) { groups[groups.count - 1] = true }
      }
      return out
    }

    private mutating func take() {
      let byte = bytes[at]
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      out +=
        isPlain || "_-/,:=!<>^$.*+?()[]{}|".utf8.contains(byte) ? String(UnicodeScalar(byte)) : BytePattern.hex(byte)
      at += 1
    }

    private mutating func escape() throws(Refusals) {
      guard at + 1 < bytes.count else { throw Refusals("", "a regex that ends in a backslash") }
      let next = bytes[at + 1]
      let isLetter = (65...90).contains(next) || (97...122).contains(next)
      if isLetter, !"abBdDefGhHnNrRsStuvVwWxAzZpPK".utf8.contains(next) || next == UInt8(ascii: "u") {
        throw Refusals("", "\\\(UnicodeScalar(next)) in a regex, which engines read differently")
      }
      if isLetter || (48...57).contains(next) {
        out += "\\" + String(UnicodeScalar(next))
      } else {
        out += BytePattern.hex(next)
      }
      at += 2
    }

    private mutating func set() throws(Refusals) {
      take()
      if at < bytes.count, bytes[at] == UInt8(ascii: "^") { take() }
      if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
        out += BytePattern.hex(bytes[at])
        at += 1
      }
      while at < bytes.count, bytes[at] != UInt8(ascii: "]") {
        if bytes[at] == UInt8(ascii: "\\") {
          try escape()
        } else if bytes[at] == UInt8(ascii: "["), isNamedClass {
          while at < bytes.count, bytes[at] != UInt8(ascii: "]") { take() }
          take()
        } else if bytes[at] == UInt8(ascii: "[") {
          out += BytePattern.hex(bytes[at])
          at += 1
        } else {
          take()
        }
      }
      if at < bytes.count { take() }
    }

    /// `[:alpha:]`.
    private var isNamedClass: Bool {
      at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: ":") && bytes[(at + 2)...].contains(UInt8(ascii: ":"))
    }

    private mutating func open() throws(Refusals) {
      let rest = String(decoding: bytes[at...].prefix(8), as: UTF8.self)
      if rest.hasPrefix("(*") || rest.hasPrefix("(?#") { throw Refusals("", "verbs and comments in a regex") }
      if rest.hasPrefix("(?P") || rest.hasPrefix("(?'")
        || rest.hasPrefix("(?<") && !rest.hasPrefix("(?<=") && !rest.hasPrefix("(?<!")
      {
        throw Refusals("", "named groups in a regex, of which nginx makes variables")
      }
      if rest.hasPrefix("(?"), !["(?:", "(?=", "(?!", "(?<", "(?>", "(?|"].contains(where: rest.hasPrefix) {
        let flags = rest.dropFirst(2).prefix { $0 != ":" && $0 != ")" }
        guard flags.allSatisfy({ "ims-".contains($0) }) else {
          throw Refusals("", "(?\(Embedding.ascii(String(flags))) in a regex; only the flags i, m and s are read alike")
        }
      }
      groups.append(false)
      take()
    }

    private mutating func close() throws(Refusals) {
      let held = groups.count > 1 ? groups.removeLast() : false
      take()
      let repeats = at < bytes.count && isEndless(at)
      if held, repeats { throw Refusals("", "a repetition of a repetition in a regex, whose cost explodes") }
      if held { groups[groups.count - 1] = true }
    }

    /// `*`, `+`, `{3,}`, or a count so high that it is as good as endless.
    private func isEndless(_ place: Int) -> Bool {
      switch bytes[place] {
      case UInt8(ascii: "*"), UInt8(ascii: "+"): return true
      case UInt8(ascii: "{"):
        let inside = bytes[(place + 1)...].prefix { $0 != UInt8(ascii: "}") }
        let parts = inside.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let last = parts.last, inside.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ",") }) else {
          return false
        }
        return last.isEmpty || (Int(String(decoding: last, as: UTF8.self)) ?? .max) > 16
      default: return false
      }
    }
  }
}
