import Model

/// One thread's inspection: fills the payload columns of a batch.
///
/// Most requests consist of parts that are known to be clean and cost a look-up a part. A verdict is a pure function of
/// the request's recorded parts, so the others are remembered under their exact bytes.
package final class InspectWorker {
  private let judges: Judges
  private let sigma: SigmaWorker
  private let request = RecordedRequest()
  private var lists = ListTable()
  /// What is written for a request in which nothing is found.
  private let clean: Finding
  private let memory: InspectionMemory?
  private let recollection: Recollection?

  init(_ inspector: Inspector, noting memory: InspectionMemory?, recalling: Recollection?) throws(SignalError) {
    judges = try Judges(inspector, remembering: recalling == nil)
    sigma = inspector.sigma.worker()
    let silence = inspector.rules.silence
    clean = Finding(
      crsScore: Int32(clamping: silence.score), rules: lists.number(of: silence.matches.map { String($0.ruleID) }))
    self.memory = memory
    recollection = recalling
  }

  /// Fills `payload.*` of all rows that hold a request, and `sigma.rules` of all that a signature fits.
  package func inspect(_ batch: EventBatch) {
    judgePayloads(batch)
    sigma.inspect(batch)
  }

  private func judgePayloads(_ batch: EventBatch) {
    guard request.open(batch) else { return }
    for field in Finding.fields { batch.touch(field) }
    if let recollection {
      for row in 0..<batch.count {
        guard let view = request.view(row, of: batch) else { continue }
        write(recollection.finding(of: request.key(of: view)) ?? clean, recollection.lists, to: row, of: batch)
      }
    } else {
      for row in 0..<batch.count {
        guard let view = request.view(row, of: batch) else { continue }
        write(judges.rules.isClean(view) ? clean : known(view), lists, to: row, of: batch)
      }
    }
  }

  /// Why the request of one row is judged as it is, in words; empty where nothing speaks against it.
  package func reasons(_ row: Int, of batch: EventBatch) -> [String] {
    guard request.open(batch), let view = request.view(row, of: batch) else { return [] }
    return judges.verdict.judge(view, crs: judges.rules.judge(view)).reasons
  }

  private func known(_ view: RequestView) -> Finding {
    let key = request.key(of: view)
    let packed = judges.remembered.value(of: key) { _ in
      let finding = finding(view)
      if let memory, finding != clean { memory.note(finding, memory.digest(of: key), lists) }
      return finding.packed
    }
    return Finding(packed: packed)
  }

  private func finding(_ request: RequestView) -> Finding {
    let crs = judges.rules.judge(request)
    let verdict = judges.verdict.weigh(request, crs: crs)
    return Finding(
      isAttack: verdict.verdict == .attack, score: UInt8(clamping: verdict.score), crsScore: Int32(clamping: crs.score),
      classes: lists.number(of: verdict.classes.names.map { "\"\($0)\"" }),
      rules: lists.number(of: verdict.rules.map { String($0) }))
  }

  private func write(_ finding: Finding, _ lists: borrowing ListTable, to row: Int, of batch: EventBatch) {
    batch.set(.payloadVerdict, row, Int64(finding.isAttack ? 1 : 0))
    batch.set(.payloadScore, row, Int64(finding.score))
    batch.set(.crsScore, row, Int64(finding.crsScore))
    if finding.classes != 0 { batch.set(.payloadClasses, row, batch.arena.append(lists[finding.classes])) }
    if finding.rules != 0 { batch.set(.payloadRules, row, batch.arena.append(lists[finding.rules])) }
  }
}

/// The judges of one thread and what they remember; one that only recalls has hardly any memory.
private final class Judges {
  let rules: RuleJudge
  let verdict: VerdictJudge
  var remembered: ByteMemo

  init(_ inspector: Inspector, remembering: Bool) throws(SignalError) {
    verdict = try VerdictJudge(inspector.signals)
    rules = RuleJudge(inspector.rules, beside: verdict, memory: remembering ? 24 << 20 : 1 << 20)
    remembered = ByteMemo(
      slots: remembering ? 1 << 14 : 64, byteLimit: remembering ? 8 << 20 : 1 << 20)
  }
}
