import Conditions
import Model

/// Makes a question one that Go's regexes answer as PCRE does: over UTF-8, without looking around.
///
/// Texts with case ignored are written letter by letter, since Go's flag `i` also takes letters beyond ASCII (the Kelvin
/// sign for k). Source: Go's package regexp/syntax.
enum GoRegex {
  /// Errors: every comparison that a count of characters or a byte beyond ASCII would answer differently.
  static func question(_ question: Question) throws(Refusals) -> Question {
    try question.check(reason)
    return rewritten(question)
  }

  private static func reason(_ leaf: Leaf) -> String? {
    guard case .text(let pattern) = leaf.ask else { return nil }
    if case .call(.len, _) = leaf.test.value.kind { return "Coraza's regexes count characters, not bytes" }
    if leaf.test.relation == .matches { return regexReason(leaf) }
    let texts = pattern.alternatives.joined()
    if texts.contains(#"\x8"#) || texts.contains(#"\x9"#) || "abcdef".contains(where: { texts.contains(#"\x\#($0)"#) })
    {
      return "bytes beyond ASCII, which Coraza's regexes read as characters"
    }
    if pattern.alternatives.contains(where: { $0.utf8.count > 3800 }) { return "a text too long for one rule" }
    switch leaf.subject {
    case .uri where holdsForbiddenByte(texts), .path where holdsForbiddenByte(texts),
      .query where holdsForbiddenByte(texts):
      return "a byte that no URL may hold: a connector in Go hands it over percent-encoded"
    default: return nil
    }
  }

  /// Bytes that Go writes as `%HH` when it prints a URL. In the regexes of texts they stand as `\xHH`.
  private static func holdsForbiddenByte(_ texts: String) -> Bool {
    (Array(0...0x20) + Array("\"<>[\\]^`{|}\u{7f}#".utf8)).contains { texts.contains(BytePattern.hex($0)) }
  }

  private static func regexReason(_ leaf: Leaf) -> String? {
    if leaf.subject == .query { return "a regex over the query, which stands behind its question mark there" }
    guard case .literal(.text(let text)) = leaf.test.operand else { return nil }
    do throws(Refusals) { _ = try LinearRegex.check(text.bytes) } catch { return error.reasons[0].why }
    let regex = String(decoding: text.bytes, as: UTF8.self)
    if hasFlag("i", regex), regex.contains(where: { "kKsS".contains($0) }) {
      return "the flag i with k or s, for which Go takes letters beyond ASCII too"
    }
    return countsCharacters(text.bytes) ? "'any character' counted, which is a byte here and up to four there" : nil
  }

  private static func hasFlag(_ flag: Character, _ regex: String) -> Bool {
    regex.components(separatedBy: "(?").dropFirst().contains { $0.prefix { "ims-".contains($0) }.contains(flag) }
  }

  /// Whether `.`, a negated set or `\W \D \S` is repeated in another way than `*` or `+`, or not at all.
  private static func countsCharacters(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while at < bytes.count {
      var isWide = false
      switch bytes[at] {
      case UInt8(ascii: "\\"):
        isWide = at + 1 < bytes.count && "WDSN".utf8.contains(bytes[at + 1])
        at += 1
      case UInt8(ascii: "."): isWide = true
      case UInt8(ascii: "["):
        isWide = at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "^")
        at += isWide ? 2 : 1
        // A bracket in the first place is itself.
        repeat {
          if at < bytes.count, bytes[at] == UInt8(ascii: "\\") {
            if at + 1 < bytes.count, "WDS".utf8.contains(bytes[at + 1]) { isWide = true }
            at += 1
          }
          at += 1
        } while at < bytes.count && bytes[at] != UInt8(ascii: "]")
      default: break
      }
      at += 1
      if isWide, at >= bytes.count || !"*+".utf8.contains(bytes[at]) { return true }
    }
    return false
  }

  // MARK: Rewriting

  private static func rewritten(_ question: Question) -> Question {
    switch question {
    case .constant: question
    case .all(let parts): .all(parts.map(rewritten))
    case .any(let parts): .any(parts.map(rewritten))
    case .not(let part): .not(rewritten(part))
    case .leaf(let leaf): rewritten(leaf)
    }
  }

  private static func rewritten(_ leaf: Leaf) -> Question {
    guard case .text(let pattern) = leaf.ask, leaf.test.relation != .matches else { return .leaf(leaf) }
    var leaf = leaf
    if leaf.test.relation == .notEqual {
      var other = leaf
      other.ask = .present
      guard let same = pattern.withoutNot else { return .leaf(other) }
      leaf.ask = .text(shifted(same.caseSpelt, leaf.subject))
      return .all([.leaf(other), .not(.leaf(leaf))])
    }
    leaf.ask = .text(shifted(pattern.caseSpelt, leaf.subject))
    return .leaf(leaf)
  }

  /// The query with its question mark before it.
  private static func shifted(_ pattern: BytePattern, _ subject: Subject) -> BytePattern {
    subject == .query ? pattern.behind(#"\A\x3f"#) : pattern
  }
}

extension BytePattern {
  /// The text itself, of a pattern made by `other(than:)`; nil where every value is another.
  fileprivate var withoutNot: BytePattern? {
    let (start, end) = (#"\A(?!"#, #"\z)"#)
    guard alternatives.count == 1, alternatives[0].hasPrefix(start), alternatives[0].hasSuffix(end) else { return nil }
    let text = String(alternatives[0].dropFirst(start.count).dropLast(end.count))
    return BytePattern(head: head, front: #"\A"#, alternatives: [text], back: #"\z"#)
  }

  /// The same without the flag `i`: each letter as a set of both.
  fileprivate var caseSpelt: BytePattern {
    guard head.contains("i") else { return self }
    return BytePattern(
      head: head == "(?i)" ? "" : "(?s)", front: front, alternatives: alternatives.map(Self.spelt), back: back)
  }

  /// The same, for values that stand behind something.
  fileprivate func behind(_ start: String) -> BytePattern {
    if front == #"\A"# { return BytePattern(head: head, front: start, alternatives: alternatives, back: back) }
    return BytePattern(
      head: head, front: start,
      alternatives: alternatives.map { $0.hasPrefix(#"\A"#) ? String($0.dropFirst(2)) : "(?s:.*)" + $0 }, back: back)
  }

  /// Letters of texts as sets; what stands behind a backslash stays.
  private static func spelt(_ regex: String) -> String {
    var out = ""
    var rest = Substring(regex)
    while let next = rest.popFirst() {
      if next == "\\" {
        out += "\\" + String(rest.prefix(rest.first == "x" ? 3 : 1))
        rest = rest.dropFirst(rest.first == "x" ? 3 : 1)
      } else if next.isLetter {
        out += "[\(next.lowercased())\(next.uppercased())]"
      } else {
        out.append(next)
      }
    }
    return out
  }
}
