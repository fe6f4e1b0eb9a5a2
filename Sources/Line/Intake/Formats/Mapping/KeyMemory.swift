import Model

/// One distinct key at one place of a record, as a worker remembers it.
struct KeyEntry {
  /// The key's bytes with the quote behind, for one wide comparison; keys longer than that are not remembered.
  var text: InlineArray<64, UInt8> = .init(repeating: 0)
  var count: Int = 0
  var action = FieldAction.skip
  /// The node of an object's own keys; 0 where they are not looked at.
  var node = 0
  /// The key that followed this one last time: records of one job have the same keys in the same order.
  var next: UnsafeMutablePointer<KeyEntry>?
  /// The next entry with the same hash.
  var chain: UnsafeMutablePointer<KeyEntry>?
  var parent = 0

  /// Whether the value can be taken without a conversion.
  enum Way: UInt8 { case other, skip, text, number }
  var way = Way.skip
  /// The field's place among the columns.
  var column = 0

  static let limit = 62

  /// The 64 bytes of `text`.
  var bytes: UnsafePointer<UInt8> {
    @inline(__always) mutating get {
      withUnsafePointer(to: &text) { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }
    }
  }

  mutating func settle() {
    column = Int(action.field.rawValue)
    switch action.take {
    case .skip: way = .skip
    case .text, .name: way = .text
    // A status of 0 means that there was no answer; it takes the longer way.
    case .number where action.power == 0 && action.field != .status: way = .number
    default: way = .other
    }
  }
}

/// What a worker has learnt about the keys of one format's records.
///
/// It makes decoding fast and never changes its result: it is forgotten when it grows past a bound.
final class KeyMemory {
  struct Node {
    var prefix: String
    var depth: Int
    /// Stands before the node's first key.
    var head: UnsafeMutablePointer<KeyEntry>
  }

  private let map: RecordMap
  @exclusivity(unchecked) private(set) var nodes: [Node] = []
  @exclusivity(unchecked) private var entries: [UnsafeMutablePointer<KeyEntry>] = []
  private var byPath: [String: Int] = [:]
  private let table: UnsafeMutablePointer<UnsafeMutablePointer<KeyEntry>?>
  /// Rank of the key that filled each field of the record in hand.
  let ranks: UnsafeMutablePointer<UInt8>
  /// Entry for keys too long to remember.
  private let spare: UnsafeMutablePointer<KeyEntry>

  private static let slots = 1024
  private static let entryLimit = 4096

  init(_ map: RecordMap) {
    self.map = map
    table = .allocate(capacity: Self.slots)
    table.initialize(repeating: nil, count: Self.slots)
    ranks = .allocate(capacity: 128)
    ranks.initialize(repeating: 0, count: 128)
    spare = .allocate(capacity: 1)
    spare.initialize(to: KeyEntry())
    _ = node("", depth: 0)
  }

  deinit {
    forget()
    table.deallocate()
    ranks.deallocate()
    spare.deallocate()
  }

  /// The pointer before the first key of the node's objects.
  func head(_ node: Int) -> UnsafeMutablePointer<KeyEntry> { nodes[node].head }

  /// To be called between records: forgets ranks, and everything when too much was learnt.
  @inline(__always) func beginRecord() {
    ranks.update(repeating: 0, count: 128)
    if entries.count > Self.entryLimit { relearn() }
  }

  private func relearn() {
    forget()
    _ = node("", depth: 0)
  }

  private func forget() {
    for entry in entries { entry.deallocate() }
    for node in nodes { node.head.deallocate() }
    entries.removeAll()
    nodes.removeAll()
    byPath.removeAll()
    table.update(repeating: nil, count: Self.slots)
  }

  private func node(_ prefix: String, depth: Int) -> Int {
    if let known = byPath[prefix] { return known }
    let head = UnsafeMutablePointer<KeyEntry>.allocate(capacity: 1)
    head.initialize(to: KeyEntry())
    nodes.append(Node(prefix: prefix, depth: depth, head: head))
    byPath[prefix] = nodes.count - 1
    return nodes.count - 1
  }

  /// The entry of a key (without quotes) below `parent`, learnt at its first sight.
  @inline(never) func entry(_ key: UnsafeBufferPointer<UInt8>, below parent: Int) -> UnsafeMutablePointer<KeyEntry> {
    guard key.count <= KeyEntry.limit else {
      spare.pointee = learnt(key, below: parent)
      return spare
    }
    let slot = Self.hash(key, parent)
    var entry = table[slot]
    while let known = entry {
      if known.pointee.parent == parent, known.pointee.count == key.count, Self.same(known, key) { return known }
      entry = known.pointee.chain
    }
    let new = UnsafeMutablePointer<KeyEntry>.allocate(capacity: 1)
    new.initialize(to: learnt(key, below: parent))
    new.pointee.chain = table[slot]
    table[slot] = new
    entries.append(new)
    return new
  }

  private func learnt(_ key: UnsafeBufferPointer<UInt8>, below parent: Int) -> KeyEntry {
    var entry = KeyEntry()
    entry.parent = parent
    entry.count = key.count
    if key.count <= KeyEntry.limit {
      for i in 0..<key.count { entry.text[i] = key[i] }
      entry.text[key.count] = 0x22
    }
    let depth = nodes[parent].depth
    let found = map.resolve(String(decoding: key, as: UTF8.self), below: nodes[parent].prefix)
    entry.action = found.action
    if found.descends, depth < RecordMap.depthLimit { entry.node = node(found.path, depth: depth + 1) }
    entry.settle()
    return entry
  }

  private static func same(_ entry: UnsafeMutablePointer<KeyEntry>, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    for i in 0..<key.count where entry.pointee.text[i] != key[i] { return false }
    return true
  }

  private static func hash(_ key: UnsafeBufferPointer<UInt8>, _ parent: Int) -> Int {
    var hash = UInt64(truncatingIfNeeded: parent &+ 1) &* 0x9e37_79b9_7f4a_7c15
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: hash >> 20) & (slots - 1)
  }
}
