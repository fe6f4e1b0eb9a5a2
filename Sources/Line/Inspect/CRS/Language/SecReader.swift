import Model

/// Reads rule files: joins continued lines, drops comments, cuts directives into their words.
struct SecReader {
  private let file: String
  private var problems: [ContentProblem] = []
  private var directives: [SecDirective] = []

  /// The file's directives in order; throws every line that could not be understood, with its place.
  static func read(_ text: String, file: String) throws(ContentError) -> [SecDirective] {
    var reader = SecReader(file: file)
    for (line, statement) in logicalLines(text) { reader.take(statement, line: line) }
    guard reader.problems.isEmpty else { throw ContentError(reader.problems) }
    return reader.directives
  }

  private init(file: String) { self.file = file }

  /// Lines joined where one ends in a backslash; comments end a statement's line, not the statement.
  private static func logicalLines(_ text: String) -> [(Int, String)] {
    var lines: [(Int, String)] = []
    var pending = ""
    var start = 0
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var line = String(raw)
      if line.last == "\r" { line.removeLast() }
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if trimmed.first == "#" { continue }
      if pending.isEmpty { start = index + 1 }
      if line.last == "\\" {
        pending += line.dropLast()
      } else {
        pending += line
        if pending.contains(where: { $0 != " " && $0 != "\t" }) { lines.append((start, pending)) }
        pending = ""
      }
    }
    if !pending.isEmpty { lines.append((start, pending)) }
    return lines
  }

  private mutating func take(_ statement: String, line: Int) {
    let words = Self.words(statement)
    guard let name = words.first else { return }
    func refuse(_ message: String) {
      problems.append(ContentProblem(file: file, line: line, column: 1, message: message))
    }
    switch name.lowercased() {
    case "secrule":
      guard words.count == 3 || words.count == 4, let op = Self.op(words[2]) else {
        return refuse("SecRule needs variables, an operator and actions")
      }
      let actions = words.count == 4 ? Self.actions(words[3]) : []
      let rule = SecRule(targets: Self.targets(words[1]), op: op, actions: actions, file: file, line: line)
      directives.append(.rule(rule))
    case "secaction":
      guard words.count == 2 else { return refuse("SecAction needs one list of actions") }
      directives.append(.rule(SecRule(targets: [], op: nil, actions: Self.actions(words[1]), file: file, line: line)))
    case "secmarker":
      guard words.count == 2 else { return refuse("SecMarker needs a name") }
      directives.append(.marker(words[1]))
    case "secdefaultaction":
      guard words.count == 2 else { return refuse("SecDefaultAction needs one list of actions") }
      directives.append(.defaults(Self.actions(words[1])))
    case let other where other.hasPrefix("sec"):
      directives.append(.setting(other, Array(words.dropFirst())))
    default:
      refuse("'\(name)' is not a directive")
    }
  }

  /// Words between blanks; a word in double quotes keeps its blanks, and `\"` inside stays as it is.
  private static func words(_ statement: String) -> [String] {
    var words: [String] = []
    var rest = Substring(statement)
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let first = rest.first else { return words }
      if first == "\"" {
        rest.removeFirst()
        let end = closingQuote(rest, "\"")
        words.append(String(rest[..<end]))
        rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
      } else {
        let end = rest.firstIndex { $0 == " " || $0 == "\t" } ?? rest.endIndex
        words.append(String(rest[..<end]))
        rest = rest[end...]
      }
    }
  }

  private static func closingQuote(_ text: Substring, _ quote: Character) -> Substring.Index {
    var escaped = false
    for index in text.indices {
      if escaped {
        escaped = false
      } else if text[index] == "\\" {
        escaped = true
      } else if text[index] == quote {
        return index
      }
    }
    return text.endIndex
  }

  private static func targets(_ list: String) -> [SecTarget] {
    split(list, at: "|", holds: isOpenPattern).map { part in
      var name = Substring(part)
      var target = SecTarget(collection: "", selector: .all)
      if name.first == "!" { target.excludes = true; name.removeFirst() }
      if name.first == "&" { target.counts = true; name.removeFirst() }
      guard let colon = name.firstIndex(of: ":") else {
        target.collection = name.uppercased()
        return target
      }
      target.collection = name[..<colon].uppercased()
      var selector = name[name.index(after: colon)...]
      if selector.count > 1, selector.first == "'", selector.last == "'" { selector = selector.dropFirst().dropLast() }
      // XML takes an XPath expression, which also begins with a slash.
      if target.collection != "XML", selector.count > 1, selector.first == "/", selector.last == "/" {
        target.selector = .pattern(String(selector.dropFirst().dropLast()))
      } else {
        target.selector = .name(String(selector))
      }
      return target
    }
  }

  private static func op(_ text: String) -> SecOperator? {
    var rest = Substring(text)
    let negated = rest.first == "!"
    if negated { rest.removeFirst() }
    guard rest.first == "@" else { return SecOperator(negated: negated, name: "rx", argument: String(rest)) }
    rest.removeFirst()
    let end = rest.firstIndex(of: " ") ?? rest.endIndex
    let argument = end < rest.endIndex ? String(rest[rest.index(after: end)...]) : ""
    return SecOperator(negated: negated, name: rest[..<end].lowercased(), argument: argument)
  }

  private static func actions(_ list: String) -> [SecAction] {
    split(list, at: ",", holds: isOpenQuote).compactMap { part in
      let action = part.trimmingBlanks
      guard !action.isEmpty else { return nil }
      guard let colon = action.firstIndex(of: ":") else { return SecAction(name: action.lowercased(), value: "") }
      var value = action[action.index(after: colon)...]
      if value.count > 1, value.first == "'", value.last == "'" { value = value.dropFirst().dropLast() }
      return SecAction(name: action[..<colon].lowercased(), value: String(value))
    }
  }

  /// Cuts at `separator`, except where `holds` says that the part so far is still open.
  private static func split(_ text: String, at separator: Character, holds: (String) -> Bool) -> [String] {
    var parts: [String] = []
    var part = ""
    for character in text {
      if character == separator, !holds(part) {
        parts.append(part)
        part = ""
      } else {
        part.append(character)
      }
    }
    return parts + [part]
  }

  private static func isOpenQuote(_ part: String) -> Bool {
    var quoted = false
    var escaped = false
    for character in part {
      if escaped {
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "'" {
        quoted.toggle()
      }
    }
    return quoted
  }

  /// `NAME:/…` without its closing slash; XML takes a path there, not a pattern.
  private static func isOpenPattern(_ part: String) -> Bool {
    guard let colon = part.firstIndex(of: ":"), !part.uppercased().hasPrefix("XML") else { return false }
    let selector = part[part.index(after: colon)...]
    return selector.first == "/" && (selector.count == 1 || selector.last != "/")
  }
}

extension StringProtocol {
  var trimmingBlanks: SubSequence {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var start = startIndex
    while start < endIndex, isBlank(self[start]) { start = index(after: start) }
    var end = endIndex
    while end > start, isBlank(self[index(before: end)]) { end = index(before: end) }
    return self[start..<end]
  }
}
