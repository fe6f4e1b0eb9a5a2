import Model
import Windows

/// Many sources: their number by HyperLogLog, the busiest by frequent items.
struct SourceSketch {
  static let seed: UInt64 = 0x736f_7572_6365
  private var distinct = HyperLogLog()
  private var frequent = FrequentItems(capacity: 512)

  var heldBytes: Int { HyperLogLog.size + frequent.heldBytes }

  mutating func add(_ source: SourceKey, events: Int, hash: UInt64? = nil) {
    let hash = hash ?? source.address.hash(seed: Self.seed)
    distinct.observe(hash)
    var source = source
    withUnsafeBytes(of: &source) { bytes in
      frequent.observe(hash, bytes.bindMemory(to: UInt8.self), weight: UInt64(events))
    }
  }

  func tally(top: Int) -> SourceTally {
    let entries = frequent.top(top).map { entry in
      entry.text.withUnsafeBytes { $0.loadUnaligned(as: SourceKey.self) }.count(entry.count)
    }
    let exact = frequent.error == 0
    return SourceTally(count: exact ? frequent.count : distinct.estimate, estimated: !exact, top: entries)
  }
}
