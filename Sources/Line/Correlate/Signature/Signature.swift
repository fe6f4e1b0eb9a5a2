import Model

/// One readable condition that selects what any of several conditions selects.
///
/// Conditions that differ in one field only become one with a set (`ip.src in {…}`), what all of them demand stands in
/// front once, and their time windows become one window over all of them: the same deed by the same sources between
/// two alerts belongs to the incident as well. Cost: linear in the number of conditions but for the sorting.
package struct Signature {
  package let condition: String

  /// `ofOneIncident`: what one of its addresses does counts for all of them, so that the addresses are listed once.
  package init(_ queries: [String], ofOneIncident: Bool = false) {
    var seen: Set<String> = []
    var branches = queries.filter { !$0.isEmpty && seen.insert($0).inserted }.map { QueryBranch($0) }
    if ofOneIncident { Self.shareAddresses(&branches) }
    for field in Self.joinable { branches = Self.joined(branches, over: field) }
    condition = Self.text(of: branches, ofOneIncident: ofOneIncident)
  }

  private static func shareAddresses(_ branches: inout [QueryBranch]) {
    let lists = branches.map { $0.values["ip.src"] ?? [] }
    guard lists.allSatisfy({ !$0.isEmpty }) else { return }
    let all = Set(lists.joined()).sorted()
    // Equal branches are joined before they are given the whole list, so that this stays linear.
    branches = joined(branches, over: "ip.src")
    for index in branches.indices { branches[index].set("ip.src", to: all) }
  }

  /// When this many different conditions accuse one address, and their text is longer than a person reads, what that
  /// address did within the time is the attack, whatever each detection looked at.
  private static let agreeing = 3
  /// Bytes of text.
  private static let readable = 400

  /// Fields whose values are listed rather than repeated, in the order of trying.
  private static let joinable = [
    "ip.src", "auth.account", "cf.bot_management.ja4", "cf.bot_management.ja3_hash", "http.user_agent",
    "ip.src.asnum", "http.host", "http.request.uri.path", "http.request.uri.path.normal",
  ]

  /// Branches that demand the same but for the value of `field` as one.
  private static func joined(_ branches: [QueryBranch], over field: String) -> [QueryBranch] {
    var places: [Set<String>: Int] = [:]
    var result: [QueryBranch] = []
    for branch in branches {
      guard branch.values[field] != nil else {
        result.append(branch)
        continue
      }
      let rest = branch.demands(without: field)
      if let place = places[rest] {
        result[place].take(branch, field: field)
      } else {
        places[rest] = result.count
        result.append(branch)
      }
    }
    return result
  }

  private static func text(of branches: [QueryBranch], ofOneIncident: Bool) -> String {
    guard let first = branches.first else { return "" }
    let window = branches.dropFirst().reduce(first.window) { $0.covering($1.window) }
    let demands = branches.map { Set($0.terms) }
    let common = demands.dropFirst().reduce(demands[0]) { $0.intersection($1) }
    let inFront = first.terms.filter(common.contains)
    var alternatives = Self.shortest(branches.map { $0.terms.filter { !common.contains($0) } })
    if ofOneIncident, alternatives.count >= Self.agreeing, first.values["ip.src"]?.count == 1,
      alternatives.reduce(0, { $0 + $1.joined().utf8.count }) > Self.readable
    {
      alternatives = []
    }
    var parts = inFront
    if let only = alternatives.first, alternatives.count == 1 {
      parts += only
    } else if !alternatives.isEmpty {
      let texts = alternatives.map { $0.count == 1 ? $0[0] : "(" + $0.joined(separator: " and ") + ")" }
      parts.append("(" + texts.joined(separator: " or ") + ")")
    }
    parts += window.terms
    return parts.joined(separator: " and ")
  }

  /// Drops alternatives that another one implies; empty when one of them demands nothing more.
  private static func shortest(_ alternatives: [[String]]) -> [[String]] {
    if alternatives.contains(where: \.isEmpty) { return [] }
    var seen: Set<Set<String>> = []
    let unique = alternatives.filter { seen.insert(Set($0)).inserted }
    // Comparing each with each is worth it only while a person would read the result.
    guard unique.count <= 200 else { return unique }
    let sets = unique.map { Set($0) }
    return unique.indices.filter { index in !sets.contains { $0 != sets[index] && $0.isSubset(of: sets[index]) } }
      .map { unique[$0] }
  }
}
