import Conditions
import Model

/// The signature rules of a run compiled together; immutable, shared by all workers.
package final class SigmaScan: Sendable {
  package let signatures: [Signature]
  let conditions: ConditionSet
  /// Each rule's title as JSON text, as the column `sigma.rules` lists it.
  let titles: [[UInt8]]

  /// Errors: a condition that needs a named list which is not there.
  package init(_ signatures: [Signature], lists: NamedLists = NamedLists()) throws(ContentError) {
    self.signatures = signatures
    conditions = try ConditionSet(signatures.map(\.condition), lists: lists)
    titles = signatures.map { Self.json($0.title) }
  }

  package func worker() -> SigmaWorker { SigmaWorker(self) }

  /// The columns that must be filled before the scan.
  package var fields: Set<EventField> { conditions.fields }

  private static func json(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte < 0x20 ? 0x20 : byte)
    }
    return bytes + [UInt8(ascii: "\"")]
  }
}

/// One thread's scan: fills `sigma.rules`.
package final class SigmaWorker {
  private let scan: SigmaScan
  private let scratch: ConditionScratch

  init(_ scan: SigmaScan) {
    self.scan = scan
    scratch = scan.conditions.makeScratch()
  }

  /// Writes the titles of the matching rules into each row that has any, as a JSON list.
  package func inspect(_ batch: EventBatch) {
    if scan.signatures.isEmpty { return }
    scan.conditions.evaluate(batch, scratch)
    batch.touch(.sigmaRules)
    for rule in scan.signatures.indices { scratch.forEachMatch(rule) { add(rule, to: $0, of: batch) } }
  }

  private func add(_ rule: Int, to row: Int, of batch: EventBatch) {
    let old = batch.slice(.sigmaRules, row)
    let title = scan.titles[rule]
    let room = title.count + 2 + (old.isAbsent ? 0 : Int(old.length))
    guard batch.arena.reserve(room) else { return }
    let start = batch.arena.count
    if old.isAbsent {
      _ = batch.arena.append(CollectionOfOne(UInt8(ascii: "[")))
    } else {
      // The list so far without its closing bracket.
      let before = batch.bytes(old)
      _ = batch.arena.append(UnsafeBufferPointer(rebasing: before.dropLast()))
      _ = batch.arena.append(CollectionOfOne(UInt8(ascii: ",")))
    }
    _ = batch.arena.append(title)
    _ = batch.arena.append(CollectionOfOne(UInt8(ascii: "]")))
    batch.set(.sigmaRules, row, TextSlice(offset: start, length: batch.arena.count - start))
  }

  /// Whether a rule held in a row of the last batch.
  func matched(_ rule: Int, row: Int) -> Bool { scratch.matches(rule)[row] }
}
