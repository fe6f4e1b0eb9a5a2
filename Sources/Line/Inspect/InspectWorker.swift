import Model

/// One thread's inspection: fills the payload columns of a batch.
///
/// A verdict is a pure function of the request's recorded parts, so it is remembered under their exact bytes.
package final class InspectWorker {
  private let rules: RuleJudge
  private let judge: VerdictJudge
  private let sigma: SigmaWorker
  private let request = RecordedRequest()
  private var remembered = ByteMemo<Finding>(slots: 1 << 15, byteLimit: 8 << 20, filler: Finding())
  private var lists = ListTable()

  init(_ inspector: Inspector) throws(SignalError) {
    rules = RuleJudge(inspector.rules)
    judge = try VerdictJudge(inspector.signals)
    sigma = inspector.sigma.worker()
  }

  /// Fills `payload.*` of all rows that hold a request, and `sigma.rules` of all that a signature fits.
  package func inspect(_ batch: EventBatch) {
    judgePayloads(batch)
    sigma.inspect(batch)
  }

  private func judgePayloads(_ batch: EventBatch) {
    guard batch.isTouched(.uri) || batch.isTouched(.path) else { return }
    for field in Finding.fields { batch.touch(field) }
    for row in 0..<batch.count where request.read(row, of: batch) {
      let finding = remembered.value(of: request.key) { _ in request.withView { self.finding($0) } }
      write(finding, to: row, of: batch)
    }
  }

  /// Why the request of one row is judged as it is, in words; empty where nothing speaks against it.
  package func reasons(_ row: Int, of batch: EventBatch) -> [String] {
    guard request.read(row, of: batch) else { return [] }
    return request.withView { judge.judge($0, crs: rules.judge($0)).reasons }
  }

  private func finding(_ request: RequestView) -> Finding {
    let crs = rules.judge(request)
    let verdict = judge.judge(request, crs: crs)
    return Finding(
      isAttack: verdict.verdict == .attack, score: UInt8(clamping: verdict.score), crsScore: Int32(clamping: crs.score),
      classes: lists.number(of: verdict.classes.names.map { "\"\($0)\"" }),
      rules: lists.number(of: verdict.rules.map { String($0) }))
  }

  private func write(_ finding: Finding, to row: Int, of batch: EventBatch) {
    batch.set(.payloadVerdict, row, Int64(finding.isAttack ? 1 : 0))
    batch.set(.payloadScore, row, Int64(finding.score))
    batch.set(.crsScore, row, Int64(finding.crsScore))
    if finding.classes != 0 { batch.set(.payloadClasses, row, batch.arena.append(lists[finding.classes])) }
    if finding.rules != 0 { batch.set(.payloadRules, row, batch.arena.append(lists[finding.rules])) }
  }
}
