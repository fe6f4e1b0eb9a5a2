import Model
import Synchronization

/// What the first reading of an input found, so that the second need not judge again.
///
/// A verdict is a pure function of the request's recorded parts. Kept are the few requests that are not clean, under 128
/// bits of a keyed hash of their parts; a request that is not among them is clean. Bound: `limit` requests, some 40
/// bytes each; an input with more is judged anew. Shared by all threads.
package final class InspectionMemory: Sendable {
  struct Digest: Hashable {
    var high: UInt64
    var low: UInt64
  }

  private struct State {
    var findings: [Digest: Finding] = [:]
    var lists = ListTable()
    var isOverfull = false
  }

  private let state = Mutex(State())
  private let seeds: (UInt64, UInt64)
  private let limit: Int

  package init(limit: Int = 1_000_000) {
    self.limit = limit
    seeds = (.random(in: 1 ... .max), .random(in: 1 ... .max))
  }

  func digest(of key: UnsafeBufferPointer<UInt8>) -> Digest {
    Digest(high: byteHash(key, seed: seeds.0), low: byteHash(key, seed: seeds.1))
  }

  /// Notes a finding that is not clean, with the lists that its numbers mean.
  func note(_ finding: Finding, _ digest: Digest, _ lists: ListTable) {
    state.withLock { state in
      guard state.findings.count < limit || state.findings[digest] != nil else {
        state.isOverfull = true
        return
      }
      var kept = finding
      kept.classes = state.lists.number(ofText: lists[finding.classes])
      kept.rules = state.lists.number(ofText: lists[finding.rules])
      state.findings[digest] = kept
    }
  }

  /// All that was noted; nil where it was too much to keep.
  package func recall() -> Recollection? {
    state.withLock { state in
      state.isOverfull ? nil : Recollection(findings: state.findings, lists: state.lists, memory: self)
    }
  }
}

/// A memory that nothing more is noted in: the verdicts of a second reading.
package struct Recollection: Sendable {
  private let findings: [InspectionMemory.Digest: Finding]
  let lists: ListTable
  private let memory: InspectionMemory

  fileprivate init(findings: [InspectionMemory.Digest: Finding], lists: ListTable, memory: InspectionMemory) {
    self.findings = findings
    self.lists = lists
    self.memory = memory
  }

  /// nil for a clean request.
  func finding(of key: UnsafeBufferPointer<UInt8>) -> Finding? { findings[memory.digest(of: key)] }
}
