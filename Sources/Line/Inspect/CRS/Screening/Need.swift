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

    /// About how many of a hundred thousand ordinary texts fulfil it. A guess decides only which of several sufficient
    /// tests is made.
    var commonness: Int {
      classes.commonness + literals.reduce(0) { $0 + ByteClasses.commonness(of: $1) }
    }

    /// The same without the literals that another one lies in.
    var withoutRepeats: Clause {
      var kept = self
      kept.literals = literals.filter { literal in
        !literal.indices.contains { start in
          (start..<literal.count).contains { end in
            end - start + 1 < literal.count && literals.contains(Array(literal[start...end]))
          }
        }
      }
      return kept
    }
  }

  /// The only texts that can match, in lower case, while they are few.
  private(set) var exact: Set<[UInt8]>?
  /// A match begins with one of these, and ends with one of those; the empty text where nothing is known.
  private var heads: Set<[UInt8]>
  private var tails: Set<[UInt8]>
  /// All of these must hold.
  private var clauses: [Clause]
  private(set) var shortest: Int

  static let nothing = Need(exact: [[]], shortest: 0)
  /// One byte, whatever it is.
  static let anyByte = Need(clauses: [], shortest: 1)
  /// Something unknown.
  static let unknown = Need(clauses: [], shortest: 0)

  private static let fewTexts = 96
  private static let longestText = 48
  /// A set of no more bytes than this is so many texts.
  private static let fewBytes = 10

  private init(exact: Set<[UInt8]>, shortest: Int) {
    self.exact = exact
    (heads, tails) = (exact, exact)
    clauses = []
    self.shortest = shortest
  }

  private init(heads: Set<[UInt8]> = [[]], tails: Set<[UInt8]> = [[]], clauses: [Clause], shortest: Int) {
    exact = nil
    (self.heads, self.tails) = (heads, tails)
    self.clauses = clauses
    self.shortest = shortest
  }

  static func byte(in set: [Bool]) -> Need {
    let folded = Set((0...255).lazy.filter { set[$0] }.map { lowered(UInt8($0)) })
    if !folded.isEmpty, folded.count <= fewBytes { return Need(exact: Set(folded.map { [$0] }), shortest: 1) }
    let classes = (0...255).reduce(into: ByteClasses()) { classes, byte in
      if set[byte] { classes.formUnion(.of(UInt8(byte))) }
    }
    return Need(clauses: [Clause(classes: classes)], shortest: 1)
  }

  /// The clauses alone, those of the known texts among them.
  var flat: [Clause] {
    exact.map(Self.clauses) ?? clauses + Self.clauses(of: heads) + Self.clauses(of: tails)
  }

  private static func clauses(of texts: Set<[UInt8]>) -> [Clause] {
    guard !texts.contains([]) else { return [] }
    var literal = Clause()
    var marks = Clause()
    for text in texts {
      let rarest = text.map { ByteClasses.of($0) }.min { $0.commonness < $1.commonness } ?? []
      marks.classes.formUnion(rarest)
      if text.count > 1 { literal.literals.insert(text) } else { literal.classes.formUnion(rarest) }
    }
    return [literal, marks].filter(\.isUseful)
  }

  // MARK: one after the other

  static func sequence(_ parts: [Need]) -> Need { parts.reduce(.nothing) { $0.followed(by: $1) } }

  private func followed(by next: Need) -> Need {
    let shortest = min(shortest + next.shortest, 1 << 20)
    if let exact, let other = next.exact, let joined = Self.join(exact, other) {
      return Need(exact: joined, shortest: shortest)
    }
    var clauses = clauses + next.clauses
    let seam = Self.join(tails, next.heads)
    if exact == nil, next.exact == nil {
      clauses += seam.map(Self.clauses) ?? Self.clauses(of: tails) + Self.clauses(of: next.heads)
    }
    // Where one side is known whole, the seam is the new head or tail, and speaks for itself.
    let heads = exact == nil ? heads : seam ?? heads
    let tails = next.exact == nil ? next.tails : seam ?? next.tails
    if seam == nil {
      if exact != nil { clauses += Self.clauses(of: next.heads) }
      if next.exact != nil { clauses += Self.clauses(of: self.tails) }
    }
    return Need(heads: heads, tails: tails, clauses: clauses, shortest: shortest)
  }

  private static func join(_ a: Set<[UInt8]>, _ b: Set<[UInt8]>) -> Set<[UInt8]>? {
    guard a.count * b.count <= fewTexts else { return nil }
    let joined = Set(a.flatMap { first in b.map { first + $0 } })
    return joined.allSatisfy { $0.count <= longestText } ? joined : nil
  }

  func repeated(_ times: ClosedRange<Int>) -> Need {
    if times == 1...1 { return self }
    if times == 0...1, let exact, exact.count < Self.fewTexts { return Need(exact: exact.union([[]]), shortest: 0) }
    if times.lowerBound == 0 { return .unknown }
    // Beyond a few the texts say no more, but the length does.
    let few = Self.sequence(Array(repeating: self, count: min(times.lowerBound, 8)))
    if times.lowerBound == times.upperBound, times.upperBound <= 8 { return few }
    return Need(
      heads: few.heads, tails: few.tails, clauses: few.clauses, shortest: min(shortest * times.lowerBound, 1 << 20))
  }

  // MARK: one or the other

  static func either(_ parts: [Need]) -> Need {
    let shortest = parts.map(\.shortest).min() ?? 0
    if let all = union(parts.map(\.exact)) { return Need(exact: all, shortest: shortest) }
    let flat = parts.map(\.flat)
    let best = union(flat.map { $0.min { $0.commonness < $1.commonness } })
    let marks = union(flat.map { $0.filter(\.literals.isEmpty).min { $0.commonness < $1.commonness } })
    return Need(
      heads: union(parts.map { $0.heads }) ?? [[]], tails: union(parts.map { $0.tails }) ?? [[]],
      clauses: [best, marks].compactMap { $0 }.filter(\.isUseful), shortest: shortest)
  }

  private static func union(_ texts: [Set<[UInt8]>?]) -> Set<[UInt8]>? {
    var all: Set<[UInt8]> = []
    for some in texts {
      guard let some else { return nil }
      all.formUnion(some)
    }
    return all.count <= fewTexts ? all : nil
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
}

extension ByteClasses {
  /// What ordinary request targets and headers hold besides letters and digits, the most common first, and about how
  /// many of a hundred thousand hold it.
  private static let common: [(ByteClasses, Int)] = [
    (letters, 99_000), (digit, 80_000), (of("/"), 70_000), (of(".-"), 50_000), (of("_=&"), 30_000), (of(" "), 30_000),
    (of("?%:"), 20_000), (of(",+"), 15_000), (of(";()"), 10_000), (of("@~"), 4000),
  ]

  var commonness: Int {
    var rest = self
    var sum = 0
    for (classes, share) in Self.common where rest.meets(classes) {
      sum += share * intersection(classes).rawValue.nonzeroBitCount
      rest.subtract(classes)
    }
    return sum + 1000 * rest.rawValue.nonzeroBitCount
  }

  /// The same for a text: its rarest byte, and at each further one about one place in eight (letters and digits) or in
  /// thirty (marks) goes on as it does.
  static func commonness(of text: [UInt8]) -> Int {
    let classes = text.map { of($0) }
    guard let rarest = classes.min(by: { $0.commonness < $1.commonness }) else { return 100_000 }
    // A text has some ten places where it could stand.
    var places = 10_000_000
    for kind in classes.dropFirst() { places /= kind.meets([.letters, .digit]) ? 8 : 30 }
    return min(rarest.commonness, max(places / 10 * rarest.commonness / 100_000, 1))
  }
}
