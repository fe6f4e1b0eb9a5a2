extension Chain {
  /// Finds the links whose last match a later link reads, drops captures that nobody reads, and gives up on a chain
  /// that reads captures made outside it.
  mutating func markSingles() {
    for index in links.indices {
      let later = links[(index + 1)...]
      let readLater = later.contains { $0.readsCapture || $0.assignments.contains { $0.readsCapture } }
      let readHere = links[index].assignments.contains { $0.readsCapture }
      links[index].captures = links[index].captures && (readLater || readHere)
      let setsFixed = links[index].assignments.contains { $0.overwritesOpenValue }
      let next = later.first
      links[index].mustBeSingle =
        links[index].captures && readLater || setsFixed && !later.isEmpty || next?.readsLastMatch ?? false
      if links[index].captures, !links[index].capturesGroups { isForeign = true }
    }
    for index in links.indices where links[index].readsCapture {
      if !links[..<index].contains(where: \.captures) { isForeign = true }
    }
  }
}

extension Link {

  /// Whether it looks at `TX:0` … `TX:9` before it has matched anything itself.
  fileprivate var readsCapture: Bool {
    (op.template?.variables ?? []).contains(where: \.isCapture)
      || sources.contains { source in
        guard case .tx = source.place, case .name(let name) = source.selector else { return false }
        return name.count == 1 && isDigit(name[0])
      }
  }

  /// Whether it looks at the variable matched last.
  fileprivate var readsLastMatch: Bool {
    sources.contains { $0.place == .matchedVar || $0.place == .matchedVarName }
      || (op.template?.variables ?? []).contains { $0 == .matchedVar || $0 == .matchedVarName }
  }

  /// Only patterns leave groups whose text is known here.
  fileprivate var capturesGroups: Bool {
    switch op {
    case .rx, .rxTemplate: true
    default: false
    }
  }
}

extension Assignment {
  fileprivate var targetVariables: [Template.Variable] {
    if case .template(let template) = target { template.variables } else { [] }
  }

  fileprivate var readsCapture: Bool { (value.variables + targetVariables).contains(where: \.isCapture) }

  /// The last match decides the value of a variable with a fixed name.
  fileprivate var overwritesOpenValue: Bool {
    guard case .name = target, case .set = operation else { return false }
    return value.constant == nil
  }
}

extension Template.Variable {
  fileprivate var isCapture: Bool { if case .tx(let number) = self { number <= 9 } else { false } }
}
