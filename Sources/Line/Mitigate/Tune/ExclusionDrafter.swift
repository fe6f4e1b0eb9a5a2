import Model

/// A request that was wrongly blocked, and by what.
package struct Accusation: Sendable {
  package var path: String
  package var hits: [RuleHit]

  package init(path: String, hits: [RuleHit]) {
    self.path = path
    self.hits = hits
  }
}

/// Drafts the few exclusions that clear wrongly blocked requests, round by round: what a round leaves blocked comes back
/// with what still matches.
///
/// An exclusion is as narrow as its requests allow: one variable on one path, else below one folder, else anywhere. Where
/// a variable cannot be named, or excluding it did not help, the rule does not run there.
package struct ExclusionDrafter {
  package private(set) var exclusions: [Exclusion] = []
  private var found: [RuleHit: Set<String>] = [:]
  /// Rules that no variable excuses.
  private var hopeless: Set<Int> = []

  package init() {}

  /// Takes what is blocked still; false when there is nothing left to try.
  ///
  /// A request is excused from the hits that most others share, until what is left adds up to less than `threshold`;
  /// `score` says what a rule adds.
  package mutating func excuse(_ accusations: [Accusation], threshold: Int, score: (Int) -> Int) -> Bool {
    var counts: [RuleHit: Int] = [:]
    for hit in accusations.flatMap(\.hits) { counts[hit, default: 0] += 1 }
    var isNew = false
    let before = found
    for accusation in accusations {
      var left = accusation.hits.reduce(0) { $0 + score($1.rule) }
      for hit in accusation.hits.sorted(by: { (counts[$1]!, $0.rule) < (counts[$0]!, $1.rule) }) {
        if left < threshold { break }
        left -= score(hit.rule)
        if before[hit]?.contains(accusation.path) == true {
          // It was excused here before and matches still.
          if hopeless.insert(hit.rule).inserted { isNew = true }
        } else if found[hit, default: []].insert(accusation.path).inserted {
          isNew = true
        }
      }
    }
    exclusions = drafted()
    return isNew
  }

  private func drafted() -> [Exclusion] {
    var paths: [Exclusion: Set<String>] = [:]
    for (hit, own) in found {
      let isNamed = !hopeless.contains(hit.rule) && Self.isPlain(hit.variable)
      let what = Exclusion(rule: hit.rule, variable: isNamed ? hit.variable : nil, scope: .everywhere)
      paths[what, default: []].formUnion(own)
    }
    return paths.map { what, own in Exclusion(rule: what.rule, variable: what.variable, scope: Self.scope(of: own)) }
      .sorted { ($0.rule, $0.words) < ($1.rule, $1.words) }
  }

  /// The narrowest scope that holds all paths.
  static func scope(of paths: Set<String>) -> Exclusion.Scope {
    if paths.count == 1, let path = paths.first, isPlain(path) { return .path(path) }
    var common = paths.min() ?? "/"
    for path in paths {
      while !path.hasPrefix(common) { common.removeLast() }
    }
    // What a path spells in odd bytes is left to the folder above it.
    let plain = common.prefix { isPlain(String($0)) }
    guard let slash = plain.lastIndex(of: "/"), slash > plain.startIndex else { return .everywhere }
    return .below(String(plain[...slash]))
  }

  /// Letters, digits and marks that mean nothing to SecLang, in a name of sensible length.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 200
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/_.:-~[]".utf8.contains(byte)
      }
      && !text.hasPrefix("TX:") && !text.hasPrefix("MATCHED_")
  }
}
