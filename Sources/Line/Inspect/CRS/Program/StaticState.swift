import Model

/// What is known of the TX variables before any request: rules that depend on nothing else are decided once.
struct StaticState {
  enum Outcome { case never, always, open }

  private(set) var values: [[UInt8]?]
  /// Variables that some chain may change while a request is judged.
  private var open: Set<Int> = []
  private var openPrefixes: [String] = []
  private var allNames: [String]
  /// Since the chain before: whether a rule failed, which empties the list of matched variables …
  private var cleared = true
  /// … and whether a rule matched after that, so that something may stand in it that is not followed here.
  private var unclear = false
  private let data = MatchData(groups: 64)

  init(names: Names) {
    allNames = names.all
    values = Array(repeating: nil, count: names.all.count)
  }

  /// Decides a chain as far as possible; what stays open is simplified in place.
  mutating func run(_ chain: inout Chain, _ names: Names) throws(ContentError) -> Outcome {
    allNames = names.all
    values += Array(repeating: nil, count: names.all.count - values.count)
    var isDecided = true
    for index in chain.links.indices {
      try fill(&chain.links[index])
      let link = chain.links[index]
      guard isStatic(link) else {
        isDecided = false
        continue
      }
      if !matches(link), chain.links[..<index].allSatisfy(\.assignments.isEmpty) {
        cleared = true
        unclear = false
        return .never
      }
    }
    if isInert(chain) {
      unclear = true
      cleared = false
      return isDecided ? .always : .never
    }
    if isDecided, !chain.logs, !chain.isForeign, apply(chain) {
      unclear = true
      cleared = false
      return .always
    }
    chain.clearsMatched = cleared
    if unclear, !cleared, chain.readsMatchedList { chain.isForeign = true }
    cleared = false
    unclear = false
    leaveOpen(chain)
    return .open
  }

  /// Matching changes nothing that anybody sees.
  private func isInert(_ chain: Chain) -> Bool {
    !chain.logs && !chain.skips && !chain.hasControl && chain.links.allSatisfy(\.assignments.isEmpty)
  }

  private func isKnown(_ number: Int) -> Bool {
    !open.contains(number) && number > 9 && !openPrefixes.contains { allNames[number].hasPrefix($0) }
  }

  private func value(_ variable: Template.Variable) -> [UInt8]? {
    guard case .tx(let number) = variable, isKnown(number) else { return nil }
    return values[number] ?? []
  }

  private func fill(_ link: inout Link) throws(ContentError) {
    if let template = link.op.template { link.op = try link.op.with(template.filled(value)) }
    for index in link.assignments.indices {
      link.assignments[index].value = link.assignments[index].value.filled(value)
      if case .template(let name) = link.assignments[index].target {
        link.assignments[index].target = .template(name.filled(value))
      }
    }
  }

  private func isStatic(_ link: Link) -> Bool {
    if case .foreign = link.op { return false }
    if let template = link.op.template, template.constant == nil { return false }
    return link.sources.allSatisfy { source in
      switch source.place {
      case .nothing, .constant: true
      case .tx: isStatic(source.selector)
      default: false
      }
    }
  }

  private func isStatic(_ selector: Source.Selector) -> Bool {
    guard case .name(let name) = selector else { return open.isEmpty && openPrefixes.isEmpty }
    let text = String(decoding: name, as: UTF8.self)
    guard let number = allNames.firstIndex(of: text) else { return !openPrefixes.contains { text.hasPrefix($0) } }
    return isKnown(number)
  }

  private func matches(_ link: Link) -> Bool {
    let argument = link.op.template?.constant ?? []
    return link.sources.contains { source in
      var found = texts(source)
      if source.counts { found = [Array(String(found.count).utf8)] }
      return found.contains { text in
        var groups = 0
        let padded = text + [0]
        return padded.withUnsafeBufferPointer {
          link.op.matches($0.baseAddress!, text.count, argument: argument, data: data, groups: &groups)
        } != link.negated
      }
    }
  }

  private func texts(_ source: Source) -> [[UInt8]] {
    switch source.place {
    case .constant(let text): return [text]
    case .tx:
      return values.indices.compactMap { number in
        source.selector.takes(Array(allNames[number].utf8), data) ? values[number] : nil
      }
    default: return []
    }
  }

  /// Carries out what a decided chain sets; false when a value depends on something open.
  private mutating func apply(_ chain: Chain) -> Bool {
    let assignments = chain.links.flatMap(\.assignments)
    let isDecided = assignments.allSatisfy { assignment in
      guard case .name(let number) = assignment.target, assignment.value.constant != nil else { return false }
      return isKnown(number)
    }
    guard isDecided else { return false }
    for assignment in assignments {
      guard case .name(let number) = assignment.target else { continue }
      values[number] = assignment.result(values[number], assignment.value.constant ?? [])
    }
    return true
  }

  private mutating func leaveOpen(_ chain: Chain) {
    for assignment in chain.links.flatMap(\.assignments) {
      switch assignment.target {
      case .name(let number): open.insert(number)
      case .template(let template):
        if case .text(let prefix)? = template.pieces.first {
          openPrefixes.append(String(decoding: prefix, as: UTF8.self).lowercased())
        } else {
          openPrefixes.append("")
        }
      }
    }
  }
}

extension Assignment {
  /// The variable's new value; nil removes it.
  func result(_ old: [UInt8]?, _ value: [UInt8]) -> [UInt8]? {
    switch operation {
    case .set: return value
    case .remove: return nil
    case .add, .subtract:
      let before = old.map(Self.number) ?? 0
      let change = Self.number(value)
      return Array(String(operation == .add ? before &+ change : before &- change).utf8)
    }
  }

  private static func number(_ text: [UInt8]) -> Int {
    text.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { Int(Int32(exactly: decimal($0, bytes.count)) ?? 0) } ?? 0
    }
  }
}

extension Source.Selector {
  /// Whether a key is meant.
  func takes(_ key: [UInt8], _ data: MatchData) -> Bool {
    key.withUnsafeBufferPointer { bytes in
      withUnsafePointer(to: UInt8(0)) { nowhere in takes(bytes.baseAddress ?? nowhere, bytes.count, data) }
    }
  }

  func takes(_ key: UnsafePointer<UInt8>, _ count: Int, _ data: MatchData) -> Bool {
    switch self {
    case .all: true
    case .name(let name):
      name.count == count && (0..<count).allSatisfy { lowered(key[$0]) == name[$0] }
    case .pattern(let pattern): pattern.match(key, count, data) > 0
    }
  }
}

extension Chain {
  /// Whether a link looks at the list of matched variables, which outlives a rule.
  var readsMatchedList: Bool {
    links.contains { link in
      link.sources.contains {
        switch $0.place {
        case .matchedVars, .matchedVarsNames: true
        default: false
        }
      }
    }
  }
}
