import Conditions
import Content
import Model

/// Turns the search identifiers of one rule into conditions and collects every problem.
///
/// Source: Sigma specification 2.1: a map means AND, a list means OR, texts without a field are looked for everywhere.
struct SigmaDetection {
  /// Values for `%name%` placeholders.
  let placeholders: [String: [String]]
  var problems: [ContentProblem] = []

  init(placeholders: [String: [String]]) { self.placeholders = placeholders }

  /// A condition that is never true, where a problem was noted instead.
  private mutating func refuse(_ problem: ContentProblem) -> Condition {
    problems.append(problem)
    return .or([])
  }

  mutating func identifier(_ node: ContentNode, depth: Int = 0) -> Condition {
    if depth > 8 { return refuse(node.problem("searches nest too deep")) }
    if let entries = node.map { return .all(entries.map { item($0.key, $0.value) }) }
    if let items = node.list {
      if items.isEmpty { return refuse(node.problem("an empty list looks for nothing")) }
      return .any(items.map { $0.map == nil && $0.list == nil ? keyword($0) : identifier($0, depth: depth + 1) })
    }
    return keyword(node)
  }

  // MARK: Keywords

  private mutating func keyword(_ node: ContentNode, _ modifiers: SigmaModifiers? = nil) -> Condition {
    guard let text = node.text, !node.isNull, !text.isEmpty else { return refuse(node.problem("a keyword is a text")) }
    let place = node.sourcePlace
    if let flags = modifiers?.regex {
      guard let regex = regex(text, flags: flags, at: node) else { return .or([]) }
      return .any(
        SigmaKeywords.fields.map { .test(ConditionTest(Self.readable($0, place), .matches, regex, place: place)) })
    }
    guard let patterns = patterns(of: text, modifiers, at: node) else { return .or([]) }
    return .any(
      patterns.flatMap { pattern in
        var pattern = pattern
        pattern.openStart()
        pattern.openEnd()
        return SigmaKeywords.fields.map {
          pattern.condition(on: Self.readable($0, place), cased: modifiers?.cased ?? false, quantifier: nil, at: place)
        }
      })
  }

  /// A map of headers is read as the text that it is.
  private static func readable(_ field: EventField, _ place: SourcePlace) -> ConditionValue {
    let value = ConditionValue(.field(field), place: place)
    return value.type == .map ? ConditionValue(.call(.concat, [value]), place: place) : value
  }

  // MARK: One field

  private mutating func item(_ key: ContentNode, _ value: ContentNode) -> Condition {
    let words = (key.text ?? "").split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let modifiers: SigmaModifiers
    do throws(SigmaModifiers.Unknown) { modifiers = try SigmaModifiers(words.dropFirst()) } catch {
      return refuse(key.problem(error.message, suggestion: error.suggestion))
    }
    let values = value.list ?? [value]
    if values.isEmpty { return refuse(value.problem("an empty list looks for nothing")) }
    let isMixed = values.count > 1 && values.contains(where: \.isNull)
    if isMixed { return refuse(value.problem("null does not stand in a list: write a second search for it")) }
    var parts: [Condition]
    if words[0].isEmpty {
      parts = values.map { keyword($0, modifiers) }
    } else if let field = SigmaField(words[0], at: key.sourcePlace) {
      parts = modifiers.cidr ? [networks(field, values)] : values.map { match(field, modifiers, $0) }
    } else {
      return refuse(
        key.problem(
          "no log that Weir reads has a field '\(words[0])'",
          suggestion: nearestWord(to: words[0], in: SigmaField.names)))
    }
    let whole: Condition = modifiers.all ? .all(parts) : .any(parts)
    return modifiers.negated ? .not(whole) : whole
  }

  private mutating func match(_ field: SigmaField, _ modifiers: SigmaModifiers, _ node: ContentNode) -> Condition {
    let place = node.sourcePlace
    guard let text = node.text else { return refuse(node.problem("expected a text, a number or null")) }
    if modifiers.exists {
      guard let wanted = node.bool else { return refuse(node.problem("'exists' takes true or false")) }
      let present = Condition.present(field.value, quantifier: field.quantifier, at: place)
      return wanted ? present : .not(present)
    }
    if node.isNull { return .not(.present(field.value, quantifier: field.quantifier, at: place)) }
    if modifiers.fieldref { return reference(field, modifiers, text, node) }
    if modifiers.order != nil || modifiers.timePart != nil { return number(field, modifiers, node) }
    if let flags = modifiers.regex {
      guard let regex = regex(text, flags: flags, at: node) else { return .or([]) }
      return widened(field, namesHost: Self.namesHost(text.replacing("\\", with: ""))) { value in
        .test(ConditionTest(quantifier: field.quantifier, value.asText, .matches, regex, place: place))
      }
    }
    if field.value.type == .int, modifiers.placement == .whole, let number = Int64(text) {
      return .test(ConditionTest(field.value, .equal, .literal(.int(number)), place: place))
    }
    if field.value.type == .bool, let wanted = node.bool {
      let test = Condition.test(ConditionTest(field.value, .holds, .nothing, place: place))
      return wanted ? test : .not(test)
    }
    if field.value.type == .ip, modifiers.placement == .whole, let address = IPAddress(text) {
      return .test(ConditionTest(field.value, .equal, .literal(.ip(address)), place: place))
    }
    guard let patterns = patterns(of: text, modifiers, at: node) else { return .or([]) }
    let namesHost = Self.namesHost(text)
    return .any(
      patterns.map { pattern in
        widened(field, namesHost: namesHost) { value in
          modifiers.placed(pattern)
            .condition(on: value.asText, cased: modifiers.cased, quantifier: field.quantifier, at: place)
        }
      })
  }

  /// Proxies log the whole address: a value that names a scheme or host is also looked for in that.
  private func widened(_ field: SigmaField, namesHost: Bool, _ make: (ConditionValue) -> Condition) -> Condition {
    guard field.isURI, namesHost else { return make(field.value) }
    return .or([make(field.value), make(ConditionValue(.derived(.fullURI), place: field.value.place))])
  }

  /// A scheme, or a dot before the first slash or question mark.
  private static func namesHost(_ text: String) -> Bool {
    if text.hasPrefix("http") || text.contains("://") { return true }
    let start = text.prefix { $0 != "/" && $0 != "?" }
    return start.count < text.count && start.contains(".")
  }

  // MARK: Values

  private mutating func patterns(of text: String, _ modifiers: SigmaModifiers?, at node: ContentNode) -> [SigmaPattern]?
  {
    var texts = [text]
    if modifiers?.expand == true {
      guard let expanded = expanded(text, at: node) else { return nil }
      texts = expanded
    }
    var patterns = texts.map(SigmaPattern.init(_:))
    for encoding in modifiers?.encodings ?? [] {
      let next = patterns.map { encoding.apply(to: $0) }
      if next.contains(where: { $0 == nil }) {
        problems.append(node.problem("'\(encoding.rawValue)' makes more than 625 texts of this one"))
        return nil
      }
      patterns = next.flatMap { $0 ?? [] }
    }
    return patterns
  }

  /// Every `%name%` replaced by each of its values.
  private mutating func expanded(_ text: String, at node: ContentNode) -> [String]? {
    var texts = [text]
    for match in text.matches(of: /%([A-Za-z0-9_-]+)%/) {
      guard let values = placeholders[String(match.1)] else {
        problems.append(
          node.problem(
            "no values were given for the placeholder \(match.0)",
            suggestion: nearestWord(to: String(match.1), in: placeholders.keys.sorted())))
        return nil
      }
      texts = texts.flatMap { text in values.map { text.replacing(match.0, with: $0) } }
      if texts.count > 10_000 {
        problems.append(node.problem("placeholders make more than 10,000 texts of this one"))
        return nil
      }
    }
    return texts
  }

  private mutating func regex(_ text: String, flags: String, at node: ContentNode) -> ConditionOperand? {
    let pattern = ByteText(flags.isEmpty ? text : "(?\(flags))" + text)
    if let problem = Condition.problem(inRegex: pattern) {
      problems.append(node.problem(problem))
      return nil
    }
    return .literal(.text(pattern))
  }

  private mutating func networks(_ field: SigmaField, _ values: [ContentNode]) -> Condition {
    let ranges = values.compactMap { node -> ConditionMember? in
      guard let network = node.text.flatMap({ AddressNetwork($0) }) else {
        problems.append(node.problem("expected a network such as 192.0.2.0/24"))
        return nil
      }
      return .addresses(network.first...network.last)
    }
    let place = field.value.place
    let address =
      field.value.type == .ip ? field.value : ConditionValue(.call(.toAddress, [field.value.asText]), place: place)
    return .test(ConditionTest(quantifier: field.quantifier, address, .isIn, .set(ranges), place: place))
  }

  private mutating func number(_ field: SigmaField, _ modifiers: SigmaModifiers, _ node: ContentNode) -> Condition {
    var value = field.value
    if let part = modifiers.timePart {
      guard value.type == .time else {
        return refuse(node.problem("only a time has a \(part.rawValue.split(separator: ".").last!)"))
      }
      value = ConditionValue(.derived(part), place: value.place)
    }
    guard let number = node.text.flatMap(Int64.init) else { return refuse(node.problem("expected a whole number")) }
    let literal: ConditionLiteral = value.type == .time ? .time(number) : .int(number)
    guard value.type == .int || value.type == .time else { return refuse(node.problem("this field holds no number")) }
    return .test(ConditionTest(value, modifiers.order ?? .equal, .literal(literal), place: node.sourcePlace))
  }

  private mutating func reference(
    _ field: SigmaField, _ modifiers: SigmaModifiers, _ name: String, _ node: ContentNode
  ) -> Condition {
    guard let other = SigmaField(name, at: node.sourcePlace), other.quantifier == nil else {
      return refuse(
        node.problem("there is no field '\(name)'", suggestion: nearestWord(to: name, in: SigmaField.names)))
    }
    let place = node.sourcePlace
    let isText = modifiers.placement != .whole || field.value.type == .text || other.value.type != field.value.type
    if !isText { return .test(ConditionTest(field.value, .equal, .value(other.value), place: place)) }
    let fold = { (value: ConditionValue) in
      modifiers.cased ? value.asText : ConditionValue(.call(.lower, [value.asText]), place: value.place)
    }
    let (left, right) = (fold(field.value), fold(other.value))
    switch modifiers.placement {
    case .whole: return .test(ConditionTest(quantifier: field.quantifier, left, .equal, .value(right), place: place))
    case .contains:
      return .test(ConditionTest(quantifier: field.quantifier, left, .contains, .value(right), place: place))
    case .startsWith, .endsWith:
      let function: ConditionFunction = modifiers.placement == .startsWith ? .startsWith : .endsWith
      let end = ConditionValue(.call(function, [left, right]), place: place)
      return .test(ConditionTest(quantifier: field.quantifier, end, .holds, .nothing, place: place))
    }
  }
}

extension ConditionValue {
  /// The value itself where it is text, or its written form.
  fileprivate var asText: ConditionValue {
    type == .text ? self : ConditionValue(.call(.toString, [self]), place: place)
  }
}

extension ContentNode {
  var sourcePlace: SourcePlace { SourcePlace(line: line, column: column) }
}

extension Condition {
  /// All of them, without a level for one.
  static func all(_ parts: [Condition]) -> Condition { parts.count == 1 ? parts[0] : .and(parts) }

  /// One of them; values that one field may equal become one set.
  static func any(_ parts: [Condition]) -> Condition {
    var kept: [Condition] = []
    var sets: [(place: Int, test: ConditionTest, members: [ConditionMember])] = []
    for part in parts {
      guard case .test(let test) = part, let member = test.member else {
        kept.append(part)
        continue
      }
      if let index = sets.firstIndex(where: { $0.test.value == test.value && $0.test.quantifier == test.quantifier }) {
        sets[index].members.append(member)
      } else {
        sets.append((kept.count, test, [member]))
        kept.append(part)
      }
    }
    for (place, test, members) in sets where members.count > 1 {
      kept[place] = .test(
        ConditionTest(quantifier: test.quantifier, test.value, .isIn, .set(members), place: test.place))
    }
    return kept.count == 1 ? kept[0] : .or(kept)
  }
}

extension ConditionTest {
  /// What the value must equal, where the test says just that and several such can be one set.
  fileprivate var member: ConditionMember? {
    guard relation == .equal, quantifier != .all, case .literal(let literal) = operand else { return nil }
    switch literal {
    case .text(let bytes): return .text(bytes)
    case .int(let number): return .ints(number...number)
    case .ip(let address): return .addresses(address...address)
    case .time: return nil
    }
  }
}
