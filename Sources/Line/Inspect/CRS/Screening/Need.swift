/// What a text must hold for a pattern to match it at all; never says no to a text that matches.
///
/// Source of the idea: the "required literals" of RE2's FilteredRE2 and of Rust's regex-syntax.
struct Need {
  /// One of these must hold: the text has a byte of these kinds, or contains one of these texts, case ignored.
  struct Clause: Hashable {
    var classes: ByteClasses = []
    var literals: Set<[UInt8]> = []

    /// Letters are in nearly every text, so asking for one says nothing.
    var isUseful: Bool { !classes.meets(.letters) && (classes != [] || !literals.isEmpty) }

    /// Higher is rarer.
    var worth: Int {
      if !isUseful { return -1 }
      let shortest = literals.map(\.count).min() ?? 0
      return literals.isEmpty ? 100 - classes.rawValue.nonzeroBitCount : shortest * 40 - min(literals.count, 40)
    }
  }

  /// The only texts that can match, in lower case, while they are few.
  var exact: Set<[UInt8]>?
  /// All of these must hold.
  var clauses: [Clause] = []
  var shortest: Int

  static let nothing = Need(exact: [[]], shortest: 0)
  /// One byte, whatever it is.
  static let anyByte = Need(exact: nil, shortest: 1)
  /// Something unknown.
  static let unknown = Need(exact: nil, shortest: 0)

  private static let fewTexts = 48
  private static let longestText = 48

  static func byte(in set: [Bool]) -> Need {
    let folded = Set((0...255).lazy.filter { set[$0] }.map { lowered(UInt8($0)) })
    if !folded.isEmpty, folded.count <= 8 { return Need(exact: Set(folded.map { [$0] }), shortest: 1) }
    let classes = (0...255).reduce(into: ByteClasses()) { classes, byte in
      if set[byte] { classes.formUnion(.of(UInt8(byte))) }
    }
    return Need(exact: nil, clauses: [Clause(classes: classes)], shortest: 1)
  }

  /// The clauses alone, those of the exact texts among them.
  var flat: [Clause] { clauses + (exact.map(Self.clauses) ?? []) }

  private static func clauses(of texts: Set<[UInt8]>) -> [Clause] {
    guard !texts.contains([]) else { return [] }
    var literal = Clause()
    var marks = Clause()
    for text in texts {
      let rare = text.map { ByteClasses.of($0) }.first { !$0.meets([.letters, .digit]) } ?? ByteClasses.of(text[0])
      marks.classes.formUnion(rare)
      if text.count > 1 { literal.literals.insert(text) } else { literal.classes.formUnion(rare) }
    }
    return [literal, marks].filter(\.isUseful)
  }

  static func sequence(_ parts: [Need]) -> Need {
    var clauses: [Clause] = []
    var run: Set<[UInt8]> = [[]]
    var isExact = true
    for part in parts {
      if let exact = part.exact, let joined = join(run, exact) {
        run = joined
      } else {
        clauses += Self.clauses(of: run) + part.clauses
        run = part.exact ?? [[]]
        isExact = false
      }
    }
    let shortest = parts.reduce(0) { $0 + $1.shortest }
    if isExact { return Need(exact: run, shortest: shortest) }
    return Need(exact: nil, clauses: clauses + Self.clauses(of: run), shortest: shortest)
  }

  private static func join(_ a: Set<[UInt8]>, _ b: Set<[UInt8]>) -> Set<[UInt8]>? {
    guard a.count * b.count <= fewTexts else { return nil }
    let joined = Set(a.flatMap { first in b.map { first + $0 } })
    return joined.allSatisfy { $0.count <= longestText } ? joined : nil
  }

  static func either(_ parts: [Need]) -> Need {
    let shortest = parts.map(\.shortest).min() ?? 0
    let texts = parts.compactMap(\.exact)
    if texts.count == parts.count {
      let all = texts.reduce(into: Set<[UInt8]>()) { $0.formUnion($1) }
      if all.count <= fewTexts { return Need(exact: all, shortest: shortest) }
    }
    let flat = parts.map(\.flat)
    let best = union(flat.map { $0.max { $0.worth < $1.worth } })
    let marks = union(flat.map { $0.filter(\.literals.isEmpty).max { $0.worth < $1.worth } })
    return Need(exact: nil, clauses: [best, marks].compactMap { $0 }.filter(\.isUseful), shortest: shortest)
  }

  private static func union(_ clauses: [Clause?]) -> Clause? {
    var all = Clause()
    for clause in clauses {
      guard let clause else { return nil }
      all.classes.formUnion(clause.classes)
      all.literals.formUnion(clause.literals)
    }
    return all
  }

  func repeated(_ times: ClosedRange<Int>) -> Need {
    if times == 1...1 { return self }
    if times == 0...1, let exact, exact.count < Self.fewTexts { return Need(exact: exact.union([[]]), shortest: 0) }
    if times.lowerBound == 0 { return .unknown }
    if times.lowerBound == times.upperBound, times.upperBound <= 8, exact != nil {
      return Self.sequence(Array(repeating: self, count: times.upperBound))
    }
    return Need(exact: nil, clauses: flat, shortest: min(shortest * times.lowerBound, 1 << 20))
  }
}
