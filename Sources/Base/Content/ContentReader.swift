import Model

/// Reads the keys of one authored map and collects every problem instead of stopping at the first.
///
/// Ask for each key that may stand there, then call `finish`, which complains about the keys nobody asked for.
package struct ContentReader {
  package let node: ContentNode
  package private(set) var problems: [ContentProblem] = []
  private var known: Set<String> = []

  package init(_ node: ContentNode) {
    self.node = node
    if node.map == nil { problems.append(node.problem("expected a map of keys and values")) }
  }

  package mutating func complain(_ problem: ContentProblem) { problems.append(problem) }
  package mutating func complain(_ more: [ContentProblem]) { problems += more }

  /// The value under `key`, whatever it is; absent and null are the same.
  package mutating func optional(_ key: String) -> ContentNode? {
    known.insert(key)
    return node[key].flatMap { $0.isNull ? nil : $0 }
  }

  package mutating func required(_ key: String) -> ContentNode? {
    if let value = optional(key) { return value }
    problems.append(node.problem("key '\(key)' is missing"))
    return nil
  }

  package mutating func text(_ key: String) -> String? {
    guard let value = optional(key) else { return nil }
    if value.text == nil { problems.append(value.problem("'\(key)' must be text")) }
    return value.text
  }

  package mutating func requiredText(_ key: String) -> String {
    required(key) == nil ? "" : text(key) ?? ""
  }

  package mutating func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = optional(key) else { return nil }
    if let number = value.int, range.contains(number) { return number }
    problems.append(value.problem("'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
    return nil
  }

  package mutating func double(_ key: String) -> Double? {
    guard let value = optional(key) else { return nil }
    if value.double == nil { problems.append(value.problem("'\(key)' must be a number")) }
    return value.double
  }

  package mutating func bool(_ key: String) -> Bool? {
    guard let value = optional(key) else { return nil }
    if value.bool == nil { problems.append(value.problem("'\(key)' must be true or false")) }
    return value.bool
  }

  /// A list of texts; a single text counts as a list of one.
  package mutating func texts(_ key: String) -> [String] {
    guard let value = optional(key) else { return [] }
    if let text = value.text { return [text] }
    let texts = value.list?.compactMap(\.text)
    guard let texts, texts.count == value.list?.count else {
      problems.append(value.problem("'\(key)' must be a text or a list of texts"))
      return []
    }
    return texts
  }

  /// A text that must be one of a few words.
  package mutating func word<Word: RawRepresentable & CaseIterable>(_ key: String, as: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let value = optional(key) else { return nil }
    guard let text = text(key) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    problems.append(
      value.problem(
        "'\(text)' is not one of \(words.joined(separator: ", "))", suggestion: nearestWord(to: text, in: words)))
    return nil
  }

  /// A time span such as `90s`, `10m`, `2h` or `1d`, in nanoseconds.
  package mutating func span(_ key: String) -> Int64? {
    guard let value = optional(key) else { return nil }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    if let text = value.text, let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      number > 0, number < 1_000_000
    {
      return number * unit * 1_000_000_000
    }
    problems.append(value.problem("'\(key)' must be a time span such as 90s, 10m, 2h or 1d"))
    return nil
  }

  /// Complains about keys nobody asked for and hands over all problems.
  package mutating func finish() -> [ContentProblem] {
    for entry in node.map ?? [] {
      guard let key = entry.key.text, known.contains(key) else {
        let key = entry.key.text ?? ""
        problems.append(entry.key.problem("unknown key '\(key)'", suggestion: nearestWord(to: key, in: known)))
        continue
      }
    }
    return problems
  }
}
