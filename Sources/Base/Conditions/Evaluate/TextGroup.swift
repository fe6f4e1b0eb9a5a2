import Model

/// All tests that look at one text of an event: what a text answers is worked out once and remembered by the worker.
final class TextGroup: Sendable {
  let source: TextSource
  let tests: [Int]
  /// Tests for equality with literals, by one look-up.
  private let exact: ExactTable
  /// The same for `lower(text)`.
  private let exactLower: ExactTable
  private let scan: ScanDatabase?
  /// Tests done one by one.
  private let slow: [Int]
  /// Those of `scan`, for a text that cannot be scanned.
  private let scanned: [Int]

  init(_ source: TextSource, _ tests: [(number: Int, test: ConditionTest)], code: ConditionCode) {
    self.source = source
    self.tests = tests.map(\.number)
    var exact: [(text: UnsafeBufferPointer<UInt8>, test: Int)] = []
    var exactLower = exact
    var patterns: [ScanDatabase.Pattern] = []
    var slow: [Int] = []
    for (number, test) in tests {
      let node = code.tests[number]
      let isEquality = test.quantifier == nil && (test.relation == .equal || test.relation == .isIn)
      if isEquality, let isLower = Self.isLowered(test.value, source) {
        let literals = test.relation == .equal ? [node.literal.text] : Array(code.texts[node.members])
        if isLower { exactLower += literals.map { ($0, number) } } else { exact += literals.map { ($0, number) } }
      } else if let pattern = Self.pattern(test, number, source) {
        patterns.append(pattern)
      } else {
        slow.append(number)
      }
    }
    self.exact = ExactTable(exact)
    self.exactLower = ExactTable(exactLower)
    scan = patterns.isEmpty ? nil : ScanDatabase(patterns)
    let refused = scan?.refused ?? patterns.map(\.test)
    self.slow = slow + refused
    scanned = patterns.map(\.test).filter { !refused.contains($0) }
  }

  /// The pattern that holds exactly when the test does, where there is one.
  private static func pattern(_ test: ConditionTest, _ number: Int, _ source: TextSource) -> ScanDatabase.Pattern? {
    guard test.quantifier == nil else { return nil }
    if test.relation == .holds, case .call(let function, let arguments) = test.value.kind, arguments.count == 2,
      let isLower = isLowered(arguments[0], source), case .literal(.text(let bytes)) = arguments[1].kind
    {
      guard let literal = literal(bytes, isLower) else { return nil }
      let regex = function == .startsWith ? #"\A"# + literal : literal + #"\z"#
      return ScanDatabase.Pattern(test: number, regex: regex, caseless: isLower)
    }
    guard let isLower = isLowered(test.value, source), case .literal(.text(let bytes)) = test.operand else {
      return nil
    }
    switch test.relation {
    case .contains:
      return literal(bytes, isLower).map { ScanDatabase.Pattern(test: number, regex: $0, caseless: isLower) }
    case .matches where !isLower:
      guard let regex = String(validating: bytes.bytes, as: UTF8.self) else { return nil }
      return ScanDatabase.Pattern(test: number, regex: regex, dotTakesAll: false, isAuthored: true)
    case .wildcard where !isLower, .strictWildcard where !isLower:
      guard let wildcard = WildcardPattern(bytes.bytes) else { return nil }
      return ScanDatabase.Pattern(test: number, regex: wildcard.regex, caseless: test.relation == .wildcard)
    default: return nil
    }
  }

  /// False for the text itself, true for `lower(text)`, nil for anything else.
  private static func isLowered(_ value: ConditionValue, _ source: TextSource) -> Bool? {
    if source.isWhole(value) { return false }
    if case .call(.lower, let arguments) = value.kind, source.isWhole(arguments[0]) { return true }
    return nil
  }

  /// A literal as a regex; nil where it is empty, or can never stand in a text of lower case.
  private static func literal(_ bytes: ByteText, _ isLower: Bool) -> String? {
    if bytes.bytes.isEmpty { return nil }
    if isLower, bytes.bytes.contains(where: { $0 &- UInt8(ascii: "A") < 26 }) { return nil }
    return RegexProgram.quoted(bytes.bytes)
  }

  // MARK: Judging

  func admit(_ scratch: ScanScratch) -> Bool { scan.map(scratch.admit) ?? true }

  /// Whether any row of a batch may have the text.
  func isThere(in batch: EventBatch) -> Bool {
    switch source {
    case .column(let field): batch.isTouched(field)
    case .fullURI: batch.isTouched(.host) && batch.isTouched(.uri)
    case .line: true
    }
  }

  /// Marks the tests that hold in the rows of `need`.
  func mark(_ reader: RowReader, need: UnsafePointer<UInt64>, _ bits: TestBits, _ memory: TextMemory) {
    switch source {
    case .column(let field):
      let column = reader.batch.column(field)
      mark(reader, need: need, bits, memory) { row in
        let cell = column[row]
        if cell == EventBatch.absentCell { return nil }
        let slice = TextSlice(cell: cell)
        return UnsafeBufferPointer(start: reader.arena + Int(slice.offset), count: Int(slice.length))
      }
    case .fullURI:
      mark(reader, need: need, bits, memory) { row in
        reader.text.reset()
        let whole = reader.derived(.fullURI, row)
        return whole.kind == .text ? whole.text : nil
      }
    case .line: mark(reader, need: need, bits, memory) { reader.batch.line($0) }
    }
  }

  @inline(__always) private func mark(
    _ reader: RowReader, need: UnsafePointer<UInt64>, _ bits: TestBits, _ memory: TextMemory,
    text: (Int) -> UnsafeBufferPointer<UInt8>?
  ) {
    // The whole address is made row by row in one place; a line comes once.
    let isKept = source != .line && memory.startBatch()
    let isStable = source != .fullURI
    for word in 0..<bits.wordCount {
      var left = need[word]
      while left != 0 {
        let row = word &<< 6 | left.trailingZeroBitCount
        left &= left &- 1
        guard let text = text(row) else { continue }
        if isKept, isStable {
          memory.enqueue(text, row: row)
        } else {
          memory.forEachHit(text, isKept: isKept) {
            // The whole address lies in the scratch itself; its maker gives that back.
            if isStable { reader.text.reset() }
            work(text, row: row, reader, memory)
          } _: {
            bits.mark($0, row)
          }
        }
      }
      memory.forEachQueued { text, row in
        reader.text.reset()
        work(text, row: row, reader, memory)
      } _: { test, row in
        bits.mark(test, row)
      }
    }
  }

  /// Puts the tests that hold for a text into the memory's list under construction.
  private func work(_ text: UnsafeBufferPointer<UInt8>, row: Int, _ reader: RowReader, _ memory: TextMemory) {
    exact.forEachTest(text) { memory.add($0) }
    if !exactLower.isEmpty {
      let lower = reader.lowered(text)
      if lower.kind == .text { exactLower.forEachTest(lower.text) { memory.add($0) } }
    }
    for test in slow where reader.holds(test, row: row) { memory.add(Int32(test)) }
    guard let scan else { return }
    if text.count > 0, let found = memory.scan.scan(scan, text) {
      for id in found {
        let entry = scan.entries[Int(id)]
        if !entry.needsConfirming || reader.holds(Int(entry.test), row: row) { memory.add(entry.test) }
      }
    } else {
      for test in scanned where reader.holds(test, row: row) { memory.add(Int32(test)) }
    }
  }
}

/// Texts that tests compare with, each with its tests. Immutable, shared by workers.
private final class ExactTable: @unchecked Sendable {
  private struct Slot {
    var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var hash: UInt64 = 0
    var first: Int32 = 0
    var count: Int32 = 0
  }

  private var slots: [Slot] = []
  private var tests: [Int32] = []
  private let seed = UInt64.random(in: 1 ... .max)

  /// The texts must outlive the table; a set's code keeps them.
  init(_ pairs: [(text: UnsafeBufferPointer<UInt8>, test: Int)]) {
    if pairs.isEmpty { return }
    var byText: [ByteText: [Int32]] = [:]
    var places: [ByteText: UnsafeBufferPointer<UInt8>] = [:]
    for (text, test) in pairs {
      let key = ByteText(Array(text))
      byText[key, default: []].append(Int32(test))
      places[key] = text
    }
    var size = 8
    while size < byText.count * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    for (key, list) in byText {
      let text = places[key]!
      let hash = byteHash(text, seed: seed) | 1
      var at = Int(truncatingIfNeeded: hash >> 1) & (size - 1)
      while slots[at].hash != 0 { at = (at + 1) & (size - 1) }
      slots[at] = Slot(text: text, hash: hash, first: Int32(tests.count), count: Int32(list.count))
      tests += list
    }
  }

  var isEmpty: Bool { slots.isEmpty }

  func forEachTest(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int32) -> Void) {
    if slots.isEmpty { return }
    let hash = byteHash(text, seed: seed) | 1
    slots.withUnsafeBufferPointer { slots in
      var at = Int(truncatingIfNeeded: hash >> 1) & (slots.count - 1)
      while slots[at].hash != 0 {
        if slots[at].hash == hash, compareBytes(slots[at].text, text) == 0 {
          for index in 0..<Int(slots[at].count) { body(tests[Int(slots[at].first) + index]) }
          return
        }
        at = (at + 1) & (slots.count - 1)
      }
    }
  }
}
