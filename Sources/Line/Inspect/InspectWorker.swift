import Model

/// One thread's inspection: fills the payload columns of a batch.
///
/// A verdict is a pure function of the request's recorded parts, so it is remembered under their exact bytes.
package final class InspectWorker {
  private let judge: RuleJudge
  private let sigma: SigmaWorker
  private let request = RecordedRequest()
  private var remembered = ByteMemo<Finding>(slots: 1 << 15, byteLimit: 8 << 20, filler: Finding())
  private var lists = ListTable()

  init(_ inspector: Inspector) {
    judge = RuleJudge(inspector.rules)
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

  private func finding(_ request: RequestView) -> Finding {
    let crs = judge.judge(request)
    if crs.isClean { return Finding() }
    return Finding(
      isAttack: crs.blocked, score: UInt8(clamping: crs.score), crsScore: Int32(clamping: crs.score), classes: 0,
      rules: lists.number(of: crs.matches.map { String($0.ruleID) }))
  }

  private func write(_ finding: Finding, to row: Int, of batch: EventBatch) {
    batch.set(.payloadVerdict, row, Int64(finding.isAttack ? 1 : 0))
    batch.set(.payloadScore, row, Int64(finding.score))
    batch.set(.crsScore, row, Int64(finding.crsScore))
    if finding.classes != 0 { batch.set(.payloadClasses, row, batch.arena.append(lists[finding.classes])) }
    if finding.rules != 0 { batch.set(.payloadRules, row, batch.arena.append(lists[finding.rules])) }
  }
}
