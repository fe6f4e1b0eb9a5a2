import Model

/// The address of one event and what is known of it.
struct SourceKey {
  var address: IPAddress
  var asn: UInt32
  var country: UInt16

  init(_ batch: EventBatch, _ row: Int) {
    address = batch.addresses[row]
    asn = batch.number(.sourceASN, row).map { UInt32(truncatingIfNeeded: $0) } ?? 0
    let bytes = batch.bytes(.sourceCountry, row)
    country = bytes.count == 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
  }

  func count(_ events: Int) -> SourceCount {
    SourceCount(
      ip: address.description, events: events, asn: asn == 0 ? nil : Int(asn),
      country: country == 0 ? nil : String(decoding: [UInt8(country >> 8), UInt8(country & 0xff)], as: UTF8.self))
  }
}

/// The addresses behind a key that is not itself an address, before it becomes a suspect; the latest 32 of them.
final class EarlySources {
  struct Entry {
    var source: SourceKey
    var events: Int
    var last: Int64
  }

  private(set) var entries: [Entry] = []
  private static let limit = 32
  var heldBytes: Int { entries.capacity * MemoryLayout<Entry>.stride }

  func add(_ source: SourceKey, _ time: Int64) {
    if source.address.isAbsent { return }
    if let index = entries.firstIndex(where: { $0.source.address == source.address }) {
      entries[index].events += 1
      entries[index].last = time
      return
    }
    if entries.count == Self.limit, let oldest = entries.indices.min(by: { entries[$0].last < entries[$1].last }) {
      entries.remove(at: oldest)
    }
    entries.append(Entry(source: source, events: 1, last: time))
  }
}

/// Distinct sources of a suspect and the busiest of them, in bounded memory.
struct SourceLedger {
  private var sources: [IPAddress: (source: SourceKey, events: Int)] = [:]
  private var sketch: SourceSketch?
  private static let exact = 256

  var heldBytes: Int {
    sketch?.heldBytes ?? sources.capacity * (MemoryLayout<IPAddress>.stride + MemoryLayout<(SourceKey, Int)>.stride)
  }

  mutating func add(_ source: SourceKey, events: Int, hash: UInt64) {
    if source.address.isAbsent { return }
    if sketch != nil {
      sketch!.add(source, events: events, hash: hash)
    } else {
      sources[source.address, default: (source, 0)].events += events
      if sources.count > Self.exact { becomeSketch() }
    }
  }

  private mutating func becomeSketch() {
    var new = SourceSketch()
    for (address, entry) in sources.sorted(by: { $0.key < $1.key }) {
      new.add(entry.source, events: entry.events, hash: address.hash(seed: SourceSketch.seed))
    }
    sources = [:]
    sketch = new
  }

  func tally(top: Int) -> SourceTally {
    if let sketch { return sketch.tally(top: top) }
    let ordered = sources.values.sorted {
      $0.events != $1.events ? $0.events > $1.events : $0.source.address < $1.source.address
    }
    return SourceTally(count: sources.count, top: ordered.prefix(top).map { $0.source.count($0.events) })
  }
}
