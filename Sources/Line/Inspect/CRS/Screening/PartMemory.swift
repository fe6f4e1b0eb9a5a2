import Model

/// What was found out about the parts of requests, by their exact bytes.
final class PartMemory {
  private let plan: ScreeningPlan
  private let evaluator: Evaluator
  private let screen: Screen
  private let limit: Int
  private var lines: ByteMemo<Int32>
  private var headers: ByteMemo<Int32>
  /// Different findings; most parts share the first few.
  private var findings: [Finding] = []
  private var numbers: [Finding: Int32] = [:]
  private var key: [UInt8] = []
  private var open: BitSet
  private var counted: [Int]
  /// The number of the finding for an empty body, without and with the content type of a form.
  private var bodies: [Int?] = [nil, nil]

  private struct Finding: Hashable {
    var open: BitSet
    /// The place of the header's name among those that rules count.
    var counted: Int
    var hasForm: Bool
    var isForeign: Bool
  }

  init(_ plan: ScreeningPlan, _ evaluator: Evaluator, _ screen: Screen, limit: Int) {
    self.plan = plan
    self.evaluator = evaluator
    self.screen = screen
    self.limit = limit
    lines = ByteMemo(slots: limit / 256, byteLimit: limit / 2, filler: 0)
    headers = ByteMemo(slots: limit / 256, byteLimit: limit / 2, filler: 0)
    open = BitSet(count: plan.gates.count)
    counted = Array(repeating: 0, count: plan.countedNames.count)
  }

  /// Whether some chain may match a request without a body.
  func mayMatch(_ request: RequestView) -> Bool {
    if findings.count > Self.manyFindings { forget() }
    open.removeAll()
    for index in counted.indices { counted[index] = 0 }
    var hasForm = false
    open.formUnion(findings[line(request)].open)
    for header in request.headers {
      let number = self.header(header)
      open.formUnion(findings[number].open)
      if findings[number].counted >= 0 { counted[findings[number].counted] += 1 }
      hasForm = hasForm || findings[number].hasForm
      if findings[number].isForeign { return true }
    }
    open.formUnion(findings[emptyBody(hasForm)].open)
    return anyChain(evaluator.program.chains, request.knows)
  }

  /// An attacker who varies what he sends makes ever new findings; beyond this they are learnt anew.
  private static let manyFindings = 50_000

  private func forget() {
    lines = ByteMemo(slots: limit / 256, byteLimit: limit / 2, filler: 0)
    headers = ByteMemo(slots: limit / 256, byteLimit: limit / 2, filler: 0)
    findings = []
    numbers = [:]
    bodies = [nil, nil]
  }

  private func anyChain(_ chains: [Chain], _ knows: Knowledge) -> Bool {
    for chain in plan.countingChains where chains[chain].needs.isSubset(of: knows) {
      if plan.mayMatch(chain, open, counted) { return true }
    }
    for word in open.words.indices {
      var left = open.words[word]
      while left != 0 {
        let gate = word << 6 | left.trailingZeroBitCount
        left &= left &- 1
        let chain = plan.gates[gate].chain
        if plan.mayMatch(chain, open, counted), chains[chain].needs.isSubset(of: knows) { return true }
      }
    }
    return false
  }

  /// How often each counted header is there.
  func counts(_ request: RequestView) -> [Int] {
    plan.countedNames.map { name in request.headers.count { Self.isSame($0.name, name) } }
  }

  private static func isSame(_ name: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> Bool {
    guard name.count == wanted.count else { return false }
    for index in 0..<name.count where lowered(name[index]) != wanted[index] { return false }
    return true
  }

  // MARK: parts

  private func line(_ request: RequestView) -> Int {
    key.removeAll(keepingCapacity: true)
    for part in [request.method, request.uri, request.version] { append(part) }
    return Int(
      key.withUnsafeBufferPointer { key in
        lines.value(of: key) { _ in
          find { values in
            values.loadLine(
              request.method.upToNul, request.uri.upToNul, request.version.upToNul.droppingProtocolName)
          }
        }
      })
  }

  private func header(_ header: RequestView.Header) -> Int {
    key.removeAll(keepingCapacity: true)
    append(header.name)
    append(header.value)
    return Int(
      key.withUnsafeBufferPointer { key in
        headers.value(of: key) { _ in
          let counted = plan.countedNames.firstIndex { Self.isSame(header.name, $0) } ?? -1
          return find(counted: counted) { $0.loadHeader(header) }
        }
      })
  }

  /// The gates that an empty body opens, with and without the content type of a form.
  private func emptyBody(_ hasForm: Bool) -> Int {
    if let known = bodies[hasForm ? 1 : 0] { return known }
    let number = Int(
      find { values in
        values.hasForm = hasForm
        values.loadBody(UnsafeRawBufferPointer(start: nil, count: 0))
      })
    bodies[hasForm ? 1 : 0] = number
    return number
  }

  private func append(_ part: UnsafeRawBufferPointer) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: part.count)) { key.append(contentsOf: $0) }
    key.append(contentsOf: part)
  }

  /// Screens the values that `load` loads.
  private func find(counted: Int = -1, _ load: (RequestValues) -> Void) -> Int32 {
    evaluator.values.reset()
    load(evaluator.values)
    evaluator.derived.reset()
    let finding = Finding(
      open: screen.openGates(), counted: counted, hasForm: evaluator.values.hasForm,
      isForeign: evaluator.values.isForeign)
    if let known = numbers[finding] { return known }
    let number = Int32(truncatingIfNeeded: findings.count)
    findings.append(finding)
    numbers[finding] = number
    return number
  }
}
