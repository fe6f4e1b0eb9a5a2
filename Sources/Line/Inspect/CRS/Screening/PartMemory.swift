import Model

/// What was found out about the parts of requests, by their exact bytes; one per worker.
final class PartMemory {
  private let names: [[UInt8]]
  private let table: ScreeningTable
  private let evaluator: Evaluator
  private let screen: Screen
  private let judge: VerdictJudge?
  private let limit: Int
  private let width: Int
  private var lines: ByteMemo
  private var headers: ByteMemo
  /// Different findings; most parts share the first few. Each is `width` words of open gates and a word of flags.
  private var findings: UnsafeMutablePointer<UInt64>
  private var findingCount = 0
  private var numbers: [[UInt64]: Int] = [:]
  private let key = KeyBuffer()
  /// The gates that the parts of the running request open, and how often each counted header is there.
  private let open: UnsafeMutablePointer<UInt64>
  private let counted: UnsafeMutablePointer<Int>
  /// The number of the finding for an empty body, without and with the content type of a form.
  private var bodies = (-1, -1)

  /// An attacker who varies what he sends makes ever new findings; beyond this all are learnt anew.
  private static let mostFindings = 20_000

  private enum Flag {
    static let form: UInt64 = 1
    static let foreign: UInt64 = 2
    /// From here on: the place of the header's name among the counted ones, plus one.
    static let nameShift: UInt64 = 8
  }

  init(_ rules: RuleSet, _ evaluator: Evaluator, _ screen: Screen, beside judge: VerdictJudge?, limit: Int) {
    names = rules.plan.countedNames
    table = rules.table
    self.evaluator = evaluator
    self.screen = screen
    self.judge = judge
    self.limit = limit
    width = table.width
    lines = Self.lineMemo(limit)
    headers = Self.headerMemo(limit)
    findings = .allocate(capacity: Self.mostFindings * (width + 1))
    open = .allocate(capacity: width + 1)
    open.initialize(repeating: 0, count: width + 1)
    counted = .allocate(capacity: names.count + 1)
    counted.initialize(repeating: 0, count: names.count + 1)
  }

  deinit {
    findings.deallocate()
    open.deallocate()
    counted.deallocate()
  }

  private static func lineMemo(_ limit: Int) -> ByteMemo {
    ByteMemo(slots: limit / 100, byteLimit: limit / 2)
  }

  /// Headers are few and long.
  private static func headerMemo(_ limit: Int) -> ByteMemo {
    ByteMemo(slots: limit / 500, byteLimit: limit / 4)
  }

  /// What is known of a request without a body.
  struct Answer {
    /// Whether some chain of the rule set may match.
    var mayMatch: Bool
    /// Whether no part holds a sign of the verdict's own; false without a judge beside the rules.
    var isQuiet: Bool
  }

  func look(_ request: RequestView) -> Answer {
    if findingCount + request.headers.count + 4 > Self.mostFindings { forget() }
    for word in 0..<width { open[word] = 0 }
    for name in 0..<names.count { counted[name] = 0 }
    let line = line(request)
    var quiet = line & 1
    var flags = take(line >> 1)
    for header in request.headers {
      let number = self.header(header)
      quiet &= number & 1
      flags |= take(number >> 1)
    }
    flags |= take(emptyBody(flags & Flag.form != 0))
    return Answer(mayMatch: flags & Flag.foreign != 0 || anyChain(request.knows), isQuiet: quiet == 1)
  }

  /// Adds a part's finding and returns its flags.
  @inline(__always)
  private func take(_ number: Int) -> UInt64 {
    let finding = findings + number * (width + 1)
    for word in 0..<width { open[word] |= finding[word] }
    let flags = finding[width]
    if flags >> Flag.nameShift != 0 { counted[Int(flags >> Flag.nameShift) - 1] += 1 }
    return flags & (Flag.form | Flag.foreign)
  }

  private func anyChain(_ knows: Knowledge) -> Bool {
    for chain in table.countingChains where table.mayMatch(Int(chain), open, counted, knows) { return true }
    return anyChain(of: open, knows)
  }

  /// Of the chains that begin with one of these gates.
  private func anyChain(of gates: UnsafeMutablePointer<UInt64>, _ knows: Knowledge) -> Bool {
    for word in 0..<width {
      var left = gates[word]
      while left != 0 {
        let chain = table.chainOfGate[word << 6 | left.trailingZeroBitCount]
        left &= left &- 1
        if table.mayMatch(Int(chain), gates, counted, knows) { return true }
      }
    }
    return false
  }

  /// How often each counted header is there, for `ScreeningTable.mayMatch`.
  func count(_ request: RequestView) -> UnsafePointer<Int> {
    for (place, name) in names.enumerated() {
      counted[place] = request.headers.count { Self.isSame($0.name, name) }
    }
    return UnsafePointer(counted)
  }

  private static func isSame(_ name: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> Bool {
    guard name.count == wanted.count else { return false }
    for index in 0..<name.count where lowered(name[index]) != wanted[index] { return false }
    return true
  }

  private func forget() {
    lines = Self.lineMemo(limit)
    headers = Self.headerMemo(limit)
    findingCount = 0
    numbers = [:]
    bodies = (-1, -1)
  }

  // MARK: parts
  //
  // A part is remembered by the number of its finding, shifted by the bit that says that it is quiet.

  private func line(_ request: RequestView) -> Int {
    Int(lines.value(of: key.join(request.method, request.uri, request.version)) { _ in newLine(request) })
  }

  private func newLine(_ request: RequestView) -> UInt64 {
    let number = find(line: TargetShape(request.uri)) { values in
      values.loadLine(request.method.upToNul, request.uri.upToNul, request.version.upToNul.droppingProtocolName)
    }
    // Where a rule may match the request is judged as a whole in any case.
    let isQuiet = !opensChain(number, request.knows) && judge?.isQuiet(target: request.uri) ?? false
    return UInt64(number) << 1 | (isQuiet ? 1 : 0)
  }

  /// Whether a finding alone, without any header, lets some chain match.
  private func opensChain(_ number: Int, _ knows: Knowledge) -> Bool {
    let finding = findings + number * (width + 1)
    return finding[width] & Flag.foreign != 0 || anyChain(of: finding, knows)
  }

  private func header(_ header: RequestView.Header) -> Int {
    let key = key.join(header.name, header.value, UnsafeRawBufferPointer(start: nil, count: 0))
    return Int(headers.value(of: key) { _ in newHeader(header) })
  }

  private func newHeader(_ header: RequestView.Header) -> UInt64 {
    let name = names.firstIndex { Self.isSame(header.name, $0) }
    let number = find(flags: UInt64((name ?? -1) + 1) << Flag.nameShift) { $0.loadHeader(header) }
    return UInt64(number) << 1 | (judge?.isQuiet(header) ?? false ? 1 : 0)
  }

  /// The gates that an empty body opens, with and without the content type of a form.
  private func emptyBody(_ hasForm: Bool) -> Int {
    let known = hasForm ? bodies.1 : bodies.0
    if known >= 0 { return known }
    let number = find { values in
      values.hasForm = hasForm
      values.loadBody(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    if hasForm { bodies.1 = number } else { bodies.0 = number }
    return number
  }

  /// Screens the values that `load` loads and returns the number of what was found.
  private func find(
    flags: UInt64 = 0, line: TargetShape = .other, _ load: (RequestValues) -> Void
  ) -> Int {
    evaluator.values.reset()
    load(evaluator.values)
    evaluator.derived.reset()
    screen.runLine(line)
    var finding = Array(UnsafeBufferPointer(start: screen.open, count: width))
    finding.append(
      flags | (evaluator.values.hasForm ? Flag.form : 0) | (evaluator.values.isForeign ? Flag.foreign : 0))
    if let known = numbers[finding] { return known }
    (findings + findingCount * (width + 1)).initialize(from: finding, count: width + 1)
    let number = findingCount
    numbers[finding] = number
    findingCount += 1
    return number
  }
}

/// Up to three texts laid one after the other with their lengths, so that different texts give different keys.
private final class KeyBuffer {
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)

  deinit { bytes.deallocate() }

  func join(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, _ c: UnsafeRawBufferPointer
  ) -> UnsafeBufferPointer<UInt8> {
    let count = 16 + a.count + b.count + c.count
    if bytes.count < count {
      bytes.deallocate()
      bytes = .allocate(byteCount: count * 2, alignment: 8)
    }
    let base = bytes.baseAddress!
    base.storeBytes(of: a.count, as: Int.self)
    base.storeBytes(of: b.count, toByteOffset: 8, as: Int.self)
    if let part = a.baseAddress { (base + 16).copyMemory(from: part, byteCount: a.count) }
    if let part = b.baseAddress { (base + 16 + a.count).copyMemory(from: part, byteCount: b.count) }
    if let part = c.baseAddress { (base + 16 + a.count + b.count).copyMemory(from: part, byteCount: c.count) }
    return UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
  }
}
