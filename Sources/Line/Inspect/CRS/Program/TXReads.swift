import Model

/// Which TX variables any rule reads: what nobody reads need not be written.
struct TXReads {
  private var names: Set<String> = []
  private var patterns: [Pattern] = []
  private var readsAll = false

  init(_ rules: [SecRule]) throws(ContentError) {
    for rule in rules {
      for target in rule.targets where target.collection == "TX" {
        switch target.selector {
        case .all: readsAll = true
        case .name(let name): names.insert(name.lowercased())
        case .pattern(let pattern): patterns.append(try Pattern(pattern, caseless: true))
        }
      }
      take(macrosOf: rule.op?.argument ?? "")
      rule.all("setvar").forEach { take(macrosOf: $0) }
    }
  }

  private mutating func take(macrosOf text: String) {
    var all = Names()
    for case .tx(let number) in Template(text, names: &all).variables { names.insert(all.all[number]) }
  }

  /// Whether a rule may read a variable of this name; of a name with macros, `prefix` is what stands before the first.
  func reads(_ prefix: String, isWhole: Bool, data: MatchData) -> Bool {
    if readsAll || isScore(prefix) { return true }
    if isWhole { return names.contains(prefix) || patterns.contains { $0.found(in: prefix, data) } }
    return names.contains { $0.hasPrefix(prefix) } || !patterns.isEmpty
  }

  /// The scores of the paranoia levels and their sum are what it is all for.
  private func isScore(_ name: String) -> Bool { name.hasPrefix("anomaly_score") }
}

extension Pattern {
  func found(in text: String, _ data: MatchData) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { match($0, bytes.count, data) > 0 } ?? false
    }
  }
}
