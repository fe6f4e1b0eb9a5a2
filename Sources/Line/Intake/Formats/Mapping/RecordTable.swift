import Content
import Model

/// A format's key table as it is written in YAML, before it is compiled into a `RecordMap`.
///
/// `fields:` maps a key path to a field's name, or to `{field: NAME, unit: ms, as: WORD}`. Of several keys for one
/// field the first in the file that has a value wins. `names:` adds whole vocabularies behind them: `logpush`, `sigma`,
/// `fields` (the condition language itself).
struct RecordTable {
  var entries: [(path: String, action: FieldAction)] = []
  var anywhere: [(path: String, action: FieldAction)] = []
  /// Objects whose keys speak of something else than the client (`server`, `destination`).
  var apart: [String] = []
  var isLoose = false
  /// Whether tables of columns with these names are of the format too.
  var isTabular = false
  var kind = RecordClass.any
  /// Bits of the groups in `telling:`, one each.
  var required: UInt8 = 0

  enum Vocabulary: String, CaseIterable { case logpush, sigma, fields }

  /// Reads what stands in `reader`'s map; problems are left with the reader.
  init(_ reader: inout ContentReader) {
    isLoose = reader.bool("loose") ?? false
    isTabular = reader.bool("columns") ?? false
    kind = reader.word("class", as: RecordClass.self) ?? .any
    if let fields = reader.optional("fields") { entries = Self.entries(fields, &reader) }
    if let fields = reader.optional("anywhere") { anywhere = Self.entries(fields, &reader) }
    apart = reader.texts("apart")
    for word in reader.texts("names") {
      guard let vocabulary = Vocabulary(rawValue: word) else {
        let words = Vocabulary.allCases.map(\.rawValue)
        reader.complain(
          reader.node.problem(
            "'\(word)' is not one of \(words.joined(separator: ", "))", suggestion: nearestWord(to: word, in: words)))
        continue
      }
      entries += Self.entries(of: vocabulary)
    }
    if let telling = reader.optional("telling") { mark(telling, &reader) }
  }

  var map: RecordMap { RecordMap(entries, anywhere: anywhere, apart: apart, isLoose: isLoose) }

  private static func entries(of vocabulary: Vocabulary) -> [(path: String, action: FieldAction)] {
    EventField.allCases.flatMap { field in
      let spec = field.spec
      let names =
        switch vocabulary {
        case .logpush: spec.logpush
        case .sigma: spec.sigma
        case .fields: [spec.name] + spec.aliases
        }
      return names.map { ($0, FieldAction.standard(field)) }
    }
  }

  private static func entries(
    _ node: ContentNode, _ reader: inout ContentReader
  ) -> [(path: String, action: FieldAction)] {
    guard let map = node.map else {
      reader.complain(node.problem("expected a map of keys to fields"))
      return []
    }
    return map.compactMap { entry in
      guard let path = entry.key.text else { return nil }
      do throws(ContentError) {
        return (path, try FieldAction(entry.value))
      } catch {
        reader.complain(error.problems)
        return nil
      }
    }
  }

  /// Gives each group of telling keys a bit; at most eight groups.
  private mutating func mark(_ telling: ContentNode, _ reader: inout ContentReader) {
    guard let groups = telling.list, groups.count <= 8 else {
      reader.complain(telling.problem("'telling' must be a list of at most eight keys, or lists of keys"))
      return
    }
    for (bit, group) in groups.enumerated() {
      let mark = UInt8(1) << UInt8(bit)
      required |= mark
      let keys = group.text.map { [$0] } ?? (group.list ?? []).compactMap(\.text)
      if keys.isEmpty { reader.complain(group.problem("expected a key or a list of keys")) }
      for key in keys { add(mark, to: key) }
    }
  }

  private mutating func add(_ mark: UInt8, to key: String) {
    var known = false
    for i in entries.indices where entries[i].path == key {
      entries[i].action.mark |= mark
      known = true
    }
    if !known { entries.append((key, FieldAction(mark: mark))) }
  }
}

extension FieldAction {
  /// Words for `as:`.
  enum Shape: String, CaseIterable {
    case text, name, lower, upper, number, flag, address, addresses, time, end, whole, target, path, query, request,
      host
    case outcome, headers, matches, rules, speech, `protocol`, dns, flags, hexflags

    var take: FieldTake {
      switch self {
      case .text: .text
      case .name: .name
      case .lower: .lower
      case .upper: .upper
      case .number: .number
      case .flag: .flag
      case .address: .address
      case .addresses: .addressList
      case .time: .time
      case .end: .end
      case .whole: .whole
      case .target: .target
      case .path: .path
      case .query: .query
      case .request: .requestLine
      case .host: .host
      case .outcome: .outcome
      case .headers: .headers
      case .speech: .speech
      case .matches: .matches
      case .rules: .rules
      case .protocol: .proto
      case .dns: .dnsNumber
      case .flags: .flags
      case .hexflags: .hexFlags
      }
    }
  }

  /// Units of numbers, with their power of ten above nanoseconds.
  enum Unit: String, CaseIterable {
    case s, ms, us, ns

    var power: Int {
      switch self {
      case .s: 9
      case .ms: 6
      case .us: 3
      case .ns: 0
      }
    }
  }

  /// `FIELD`, or a map with `field`, `unit` and `as`.
  init(_ node: ContentNode) throws(ContentError) {
    if let name = node.text {
      self = .standard(try Self.field(name, node))
      return
    }
    var reader = ContentReader(node)
    let name = reader.requiredText("field")
    let shape = reader.word("as", as: Shape.self)
    let unit = reader.word("unit", as: Unit.self)
    let problems = reader.finish()
    if !problems.isEmpty { throw ContentError(problems) }
    self = .standard(try Self.field(name, node["field"] ?? node))
    if let shape { take = shape.take }
    if let unit { power = Int8(unit.power - Self.basePower(of: field)) }
  }

  private static func field(_ name: String, _ node: ContentNode) throws(ContentError) -> EventField {
    if let field = EventField.named(name) { return field }
    throw ContentError(
      node.problem(
        "there is no field '\(name)'", suggestion: nearestWord(to: name, in: EventField.allCases.map(\.name))))
  }

  /// Power of ten of the field's own unit above nanoseconds.
  private static func basePower(of field: EventField) -> Int {
    switch field.spec.unit {
    case "ms": 6
    case "µs": 3
    default: 0
    }
  }
}
