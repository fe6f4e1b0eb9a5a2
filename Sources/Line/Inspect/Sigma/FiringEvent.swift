import Model

/// An event made so that a condition holds for it: the example that a rule carries inside itself.
///
/// Goes through the condition and collects what each field must hold: whole values, beginnings, ends, pieces, what must
/// not be there. Alternatives are tried one after the other until the demands on a field fit together.
struct FiringEvent {
  /// The text each field must hold, and numbers as text.
  private(set) var values: [EventField: [UInt8]] = [:]

  /// Events that ought to make the condition true, most likely first; none where no way was found.
  static func candidates(for condition: Condition, limit: Int = 64) -> [FiringEvent] {
    var found: [FiringEvent] = []
    var budget = 20_000
    Demands().extend([(condition, true)], &budget) { demands in
      if let event = demands.event() { found.append(event) }
      return found.count < limit
    }
    return found
  }

  fileprivate init(_ values: [EventField: [UInt8]]) { self.values = values }

  /// Writes the event into a new row.
  func write(to batch: EventBatch) {
    let row = batch.count
    for (field, bytes) in values {
      batch.touch(field)
      switch field.spec.type {
      case .ip: batch.set(field, row, IPAddress(String(decoding: bytes, as: UTF8.self)) ?? .absent)
      case .int, .time, .bool:
        if let number = Int64(String(decoding: bytes, as: UTF8.self)) { batch.set(field, row, number) }
      case .keyword(let words):
        if let place = words.firstIndex(of: String(decoding: bytes, as: UTF8.self)) {
          batch.set(field, row, Int64(place))
        }
      case .text, .list, .map: batch.set(field, row, batch.arena.append(bytes))
      }
    }
    batch.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
  }
}

/// What an event must and must not hold, field by field.
private struct Demands {
  struct Text {
    var whole: [UInt8]?
    var starts: [[UInt8]] = []
    var ends: [[UInt8]] = []
    var pieces: [[UInt8]] = []

    /// The shortest text that meets all of it, or nil.
    var text: [UInt8]? {
      if let whole { return whole }
      let start = starts.max { $0.count < $1.count } ?? []
      let end = ends.max { $0.count < $1.count } ?? []
      let middle = pieces.filter { piece in !start.holds(piece) && !end.holds(piece) }
      let text = start.hasSuffix(end) && !end.isEmpty && middle.isEmpty ? start : start + middle.joined() + end
      let fits = starts.allSatisfy { text.starts(with: $0) } && ends.allSatisfy { text.hasSuffix($0) }
      return fits ? text : nil
    }
  }

  var texts: [EventField: Text] = [:]
  var refused: [(EventField, Condition)] = []

  func event() -> FiringEvent? {
    var values: [EventField: [UInt8]] = [:]
    for (field, demand) in texts {
      guard let text = demand.text else { return nil }
      values[field] = text
    }
    return FiringEvent(values)
  }

  /// Meets the open goals one after the other and hands every full set of demands to `found` until it says stop.
  @discardableResult func extend(
    _ goals: [(condition: Condition, wanted: Bool)], _ budget: inout Int, _ found: (Demands) -> Bool
  ) -> Bool {
    budget -= 1
    if budget <= 0 { return false }
    guard let goal = goals.last else { return found(self) }
    let rest = Array(goals.dropLast())
    switch goal.condition {
    case .not(let part): return extend(rest + [(part, !goal.wanted)], &budget, found)
    case .and(let parts) where goal.wanted, .or(let parts) where !goal.wanted:
      return extend(rest + parts.reversed().map { ($0, goal.wanted) }, &budget, found)
    case .and(let parts), .or(let parts):
      for part in parts where !extend(rest + [(part, goal.wanted)], &budget, found) { return false }
      return true
    case .xor(let parts):
      for chosen in parts.indices {
        let goals = parts.indices.map { (parts[$0], ($0 == chosen) == goal.wanted) }
        if !extend(rest + goals, &budget, found) { return false }
      }
      return true
    case .test(let test):
      // What must not hold is left to chance: most values do not hold it, and the caller checks.
      if !goal.wanted { return extend(rest, &budget, found) }
      for next in meeting(test) where !next.extend(rest, &budget, found) { return false }
      return true
    }
  }

  /// The ways to meet one test.
  private func meeting(_ test: ConditionTest) -> [Demands] {
    guard let (field, change) = target(of: test.value) else { return [] }
    func with(_ edit: (inout Text) -> Void) -> Demands {
      var next = self
      edit(&next.texts[field, default: Text()])
      return next
    }
    let whole = { (text: [UInt8]) in
      if let old = texts[field]?.whole, old != text { return [Demands]() }
      return [with { $0.whole = change(text) }]
    }
    switch (test.relation, test.operand) {
    case (.equal, .literal(let literal)), (.lessOrEqual, .literal(let literal)): return whole(literal.written)
    case (.greaterOrEqual, .literal(.int(.min))): return whole(Array("1".utf8))
    case (.greaterOrEqual, .literal(let literal)):
      if case .call(.len, _) = test.value.kind { return [with { $0.pieces.append(Array("x".utf8)) }] }
      return whole(literal.written)
    case (.greater, .literal(.int(let number))) where number < .max: return whole(Array("\(number + 1)".utf8))
    case (.less, .literal(.int(let number))) where number > .min: return whole(Array("\(number - 1)".utf8))
    case (.contains, .literal(.text(let bytes))): return [with { $0.pieces.append(bytes.bytes) }]
    case (.wildcard, .literal(.text(let bytes))), (.strictWildcard, .literal(.text(let bytes))):
      return whole(bytes.unstarred)
    case (.matches, .literal(.text(let bytes))):
      return RegexExample.texts(of: bytes.bytes).map { text in with { $0.pieces.append(text) } }
    case (.isIn, .set(let members)): return members.flatMap { whole($0.written) }
    case (.holds, _):
      guard case .call(let function, let arguments) = test.value.kind, arguments.count == 2,
        case .literal(.text(let bytes)) = arguments[1].kind
      else { return [] }
      return [
        with { if function == .startsWith { $0.starts.append(bytes.bytes) } else { $0.ends.append(bytes.bytes) } }
      ]
    default: return []
    }
  }

  /// The column behind a value, and how a wanted text must stand in it.
  private func target(of value: ConditionValue) -> (EventField, ([UInt8]) -> [UInt8])? {
    switch value.kind {
    case .field(let field):
      return (field, field.spec.type == .list ? { Array("[\"".utf8) + $0 + Array("\"]".utf8) } : { $0 })
    case .each(let inner): return target(of: inner)
    case .derived(.pathExtension): return (.path, { Array("/file.".utf8) + $0 })
    case .derived(.fullURI), .derived(.line): return nil
    case .derived(let derived): return derived.sources.first.map { ($0, { $0 }) }
    case .call(let function, let arguments) where function != .regexReplace && !arguments.isEmpty:
      return target(of: arguments[0])
    default: return nil
    }
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ end: [UInt8]) -> Bool { count >= end.count && Array(suffix(end.count)) == end }

  fileprivate func holds(_ piece: [UInt8]) -> Bool {
    piece.isEmpty || indices.contains { self[$0...].starts(with: piece) }
  }
}

extension ByteText {
  /// A text that a wildcard of this spelling takes.
  fileprivate var unstarred: [UInt8] {
    var text: [UInt8] = []
    var isEscaped = false
    for byte in bytes {
      if isEscaped || byte != UInt8(ascii: "*") && byte != UInt8(ascii: "\\") { text.append(byte) }
      if !isEscaped, byte == UInt8(ascii: "*") { text.append(UInt8(ascii: "x")) }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return text
  }
}

extension ConditionLiteral {
  fileprivate var written: [UInt8] {
    switch self {
    case .text(let bytes): bytes.bytes
    case .int(let number), .time(let number): Array("\(number)".utf8)
    case .ip(let address): Array("\(address)".utf8)
    }
  }
}

extension ConditionMember {
  fileprivate var written: [UInt8] {
    switch self {
    case .text(let bytes): bytes.bytes
    case .ints(let range): Array("\(range.lowerBound)".utf8)
    case .addresses(let range): Array("\(range.upperBound)".utf8)
    }
  }
}
