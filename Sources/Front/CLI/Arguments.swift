import Model

/// One option of a verb, as `--help` shows it.
struct Option: Sendable {
  /// Without the dashes.
  let name: String
  var short: Character? = nil
  /// What the value stands for, `FILE` say; nil for a switch.
  var value: String? = nil
  /// Whether it may be given several times.
  var repeats = false
  let sentence: String
}

/// The words after a verb, sorted into options and operands.
///
/// `--name VALUE`, `--name=VALUE`, `-n VALUE`; `--` ends the options; `-` alone is an operand (standard input).
struct Arguments: Sendable {
  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]

  /// Errors: `UsageError` with the nearest option for one that the verb does not know.
  init(_ words: some Sequence<String>, options: [Option]) throws(UsageError) {
    var words = Array(words)[...]
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        return
      }
      guard word.hasPrefix("-"), word != "-" else {
        operands.append(word)
        continue
      }
      let (option, inline) = try Self.option(for: word, in: options)
      guard option.value != nil else {
        if inline != nil { throw UsageError("--\(option.name) takes no value") }
        values[option.name] = [""]
        continue
      }
      guard let value = inline ?? words.popFirst() else {
        throw UsageError("--\(option.name) needs a value: --\(option.name) \(option.value!)")
      }
      if !option.repeats, values[option.name] != nil { throw UsageError("--\(option.name) was given twice") }
      values[option.name, default: []].append(value)
    }
  }

  private static func option(for word: String, in options: [Option]) throws(UsageError) -> (Option, String?) {
    if !word.hasPrefix("--") {
      if word.count == 2, let option = options.first(where: { $0.short == word.last }) { return (option, nil) }
      throw UsageError("unknown option \(word)")
    }
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    if let option = options.first(where: { $0.name == name }) {
      return (option, parts.count == 2 ? String(parts[1]) : nil)
    }
    let hint = nearestWord(to: name, in: options.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
    throw UsageError("unknown option --\(name)\(hint)")
  }

  func has(_ name: String) -> Bool { values[name] != nil }
  subscript(name: String) -> String? { values[name]?.last }
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// A whole number within `range`, or nil where the option is absent.
  func int(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "--\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }

  /// `NAME=VALUE` options; the name is a word of letters, digits, `_`, `-` and `.`.
  func pairs(_ name: String) throws(UsageError) -> [(name: String, path: String)] {
    var pairs: [(name: String, path: String)] = []
    for text in all(name) {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) })
      else { throw UsageError("--\(name) must be NAME=FILE, not '\(text)'") }
      pairs.append((String(parts[0]), String(parts[1])))
    }
    return pairs
  }
}

/// The command line asks for something that does not exist.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
