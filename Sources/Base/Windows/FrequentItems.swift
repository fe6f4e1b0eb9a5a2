/// The most frequent keys of a stream with their counts, in bounded memory: a count is too small by at most `error`.
///
/// Misra and Gries 1982 in the form with amortised decrements (Anderson, Bevan, Lang, Liberty, Rhodes, Thaler 2017),
/// which gives the guarantees of Space-Saving and merges (Agarwal, Cormode, Huang, Phillips, Wei, Yi 2013). Exact while
/// no more than half its capacity of distinct keys was seen. About 10 ns an event; texts are copied only when a key
/// enters.
package struct FrequentItems: Sendable {
  struct Item: Sendable {
    var hash: UInt64
    var count: UInt64
    var offset: UInt32
    var length: UInt32
  }

  /// One key with its count.
  package struct Entry: Sendable, Equatable {
    package var text: [UInt8]
    package var count: Int
  }

  private var items: [Item]
  private var texts: [UInt8] = []
  private var used = 0
  /// How much any count may be too small.
  package private(set) var error: UInt64 = 0
  private let limit: Int
  /// Bytes kept of a text.
  package static let textLimit = 300

  /// Keeps at least `capacity` / 2 keys after a purge.
  package init(capacity: Int) {
    limit = max(capacity, 8)
    items = Array(repeating: Item(hash: 0, count: 0, offset: 0, length: 0), count: 16)
  }

  package var heldBytes: Int { items.count * MemoryLayout<Item>.stride + texts.capacity }

  package mutating func observe(_ hash: UInt64, _ text: UnsafeBufferPointer<UInt8>, weight: UInt64 = 1) {
    if !bump(hash, weight: weight) { insert(hash, text, weight: weight) }
  }

  /// Counts a key that is held already; false where it is not.
  package mutating func bump(_ hash: UInt64, weight: UInt64) -> Bool {
    let hash = hash == 0 ? 1 : hash
    let mask = items.count - 1
    var at = Int(truncatingIfNeeded: hash) & mask
    while items[at].hash != 0 {
      if items[at].hash == hash {
        items[at].count &+= weight
        return true
      }
      at = (at + 1) & mask
    }
    return false
  }

  /// Lets a key in that is not held.
  package mutating func insert(_ hash: UInt64, _ text: UnsafeBufferPointer<UInt8>, weight: UInt64) {
    let hash = hash == 0 ? 1 : hash
    if used >= limit { purge() }
    if used * 4 >= items.count * 3 { rebuild(items.filter { $0.hash != 0 }, size: items.count * 2) }
    let bytes = text.prefix(Self.textLimit)
    place(
      Item(hash: hash, count: weight, offset: UInt32(texts.count), length: UInt32(bytes.count)))
    texts.append(contentsOf: bytes)
    used += 1
  }

  private mutating func place(_ item: Item) {
    let mask = items.count - 1
    var at = Int(truncatingIfNeeded: item.hash) & mask
    while items[at].hash != 0 { at = (at + 1) & mask }
    items[at] = item
  }

  /// Takes the median count off every key and drops the keys that have nothing left.
  private mutating func purge() {
    let median = items.filter { $0.hash != 0 }.map(\.count).sorted()[used / 2]
    error &+= median
    var kept = items.filter { $0.hash != 0 && $0.count > median }
    for index in kept.indices { kept[index].count -= median }
    rebuild(kept, size: items.count)
  }

  private mutating func rebuild(_ kept: [Item], size: Int) {
    var newTexts: [UInt8] = []
    newTexts.reserveCapacity(texts.count)
    items = Array(repeating: Item(hash: 0, count: 0, offset: 0, length: 0), count: size)
    used = kept.count
    for var item in kept {
      let start = Int(item.offset)
      item.offset = UInt32(newTexts.count)
      newTexts.append(contentsOf: texts[start..<start + Int(item.length)])
      place(item)
    }
    texts = newTexts
  }

  package mutating func merge(_ other: FrequentItems) {
    error &+= other.error
    other.texts.withUnsafeBufferPointer { texts in
      for item in other.items where item.hash != 0 {
        let text = UnsafeBufferPointer(rebasing: texts[Int(item.offset)..<Int(item.offset + item.length)])
        observe(item.hash, text, weight: item.count)
      }
    }
  }

  /// Keys held now; the number of all distinct keys while `error` is zero.
  package var count: Int { used }

  /// The most frequent keys, most frequent first, ties in the order of their texts; counts carry the error back in.
  package func top(_ number: Int) -> [Entry] {
    items.filter { $0.hash != 0 }
      .map { Entry(text: Array(texts[Int($0.offset)..<Int($0.offset + $0.length)]), count: Int($0.count &+ error)) }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0.text.lexicographicallyPrecedes($1.text) }
      .prefix(number).map { $0 }
  }
}
