/// The TX variables while one request is judged.
struct TXState {
  private var known: [[UInt8]?]
  /// Variables whose names came up at run time.
  private var others: [(name: String, value: [UInt8])] = []
  private let names: Names
  /// What was written since the last reset.
  private var touched: [Int] = []
  /// What the running chain has added to the anomaly score.
  var gained = 0

  init(_ program: RuleProgram) {
    known = program.initial
    names = program.names
  }

  mutating func reset(_ program: RuleProgram) {
    for number in touched { known[number] = program.initial[number] }
    touched.removeAll(keepingCapacity: true)
    others.removeAll(keepingCapacity: true)
    gained = 0
  }

  subscript(number: Int) -> [UInt8]? {
    get { known[number] }
    set {
      known[number] = newValue
      touched.append(number)
    }
  }

  mutating func assign(_ number: Int, _ assignment: Assignment, _ value: [UInt8]) {
    let before = known[number]
    self[number] = assignment.result(before, value)
    if assignment.isScore { gained += Self.difference(before, known[number]) }
  }

  /// A variable whose name came out of a macro.
  mutating func assign(_ name: String, _ assignment: Assignment, _ value: [UInt8]) {
    if let number = names.known(name) { return assign(number, assignment, value) }
    let index = others.firstIndex { $0.name.lowercased() == name.lowercased() }
    let result = assignment.result(index.map { others[$0].value }, value)
    switch (index, result) {
    case (let index?, let result?): others[index].value = result
    case (let index?, nil): others.remove(at: index)
    case (nil, let result?): others.append((name, result))
    case (nil, nil): break
    }
  }

  private static func difference(_ before: [UInt8]?, _ after: [UInt8]?) -> Int {
    func number(_ text: [UInt8]?) -> Int {
      (text ?? []).withUnsafeBufferPointer { bytes in bytes.baseAddress.map { decimal($0, bytes.count) } ?? 0 }
    }
    return number(after) &- number(before)
  }

  /// The variables a rule means, with their names.
  func all(_ selector: Source.Selector, _ names: Names, _ data: MatchData) -> [(String, [UInt8])] {
    var found: [(String, [UInt8])] = []
    if case .name(let name) = selector {
      if let number = names.known(lowered: name) { return known[number].map { [(names.all[number], $0)] } ?? [] }
      let text = String(decoding: name, as: UTF8.self)
      return others.filter { $0.name.lowercased() == text }.map { ($0.name, $0.value) }
    }
    for (number, value) in known.enumerated() {
      if let value, selector.takes(names.bytes[number], data) { found.append((names.all[number], value)) }
    }
    for other in others where selector.takes(Array(other.name.utf8), data) { found.append((other.name, other.value)) }
    return found
  }
}
