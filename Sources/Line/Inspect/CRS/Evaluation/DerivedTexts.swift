/// The texts that transformations make of a request's values, each made once.
final class DerivedTexts {
  private let tree: TransformationTree
  private let values: RequestValues
  private let parents: UnsafeMutablePointer<Int32>
  private let transformations: UnsafeMutablePointer<Transformation>
  /// By node: the bytes that its transformation touches, all where it may change any text.
  private let touched: UnsafeMutablePointer<ByteClasses>
  private let nodeCount: Int
  /// By value and node; a negative start means not made yet.
  private var made: UnsafeMutablePointer<Entry>
  private var room = 64
  /// Values whose row has been cleared for the present request.
  private var ready = 0

  struct Entry {
    var slice: Slice
    var classes: ByteClasses
  }

  init(_ tree: TransformationTree, _ values: RequestValues) {
    self.tree = tree
    self.values = values
    nodeCount = tree.nodes.count
    parents = .allocate(capacity: nodeCount)
    parents.initialize(from: tree.nodes.map { Int32($0.parent) }, count: nodeCount)
    transformations = .allocate(capacity: nodeCount)
    transformations.initialize(from: tree.nodes.map(\.transformation), count: nodeCount)
    touched = .allocate(capacity: nodeCount)
    touched.initialize(from: tree.nodes.map { $0.transformation.touches ?? .all }, count: nodeCount)
    made = .allocate(capacity: room * nodeCount)
  }

  deinit {
    touched.deallocate()
    parents.deallocate()
    transformations.deallocate()
    made.deallocate()
  }

  /// Forgets everything; call after loading a request.
  func reset() { ready = 0 }

  func text(of value: Int, at node: Int) -> Slice { entry(of: value, at: node).slice }

  func entry(of value: Int, at node: Int) -> Entry {
    if node == TransformationTree.root {
      return Entry(slice: values.all[value].text, classes: values.all[value].classes)
    }
    if value >= ready { prepare(value) }
    let place = value * nodeCount + node
    if made[place].slice.start >= 0 { return made[place] }
    let before = self.entry(of: value, at: Int(parents[node]))
    let changes = touched[node] == .all || before.classes.meets(touched[node])
    let entry = changes ? apply(transformations[node], before) : before
    made[place] = entry
    return entry
  }

  /// Clears the rows up to a value's.
  private func prepare(_ value: Int) {
    if value >= room {
      let larger = max(room * 2, value + 1)
      let moved = UnsafeMutablePointer<Entry>.allocate(capacity: larger * nodeCount)
      moved.update(from: made, count: ready * nodeCount)
      made.deallocate()
      made = moved
      room = larger
    }
    let unmade = Entry(slice: Slice(start: -1, count: 0), classes: [])
    (made + ready * nodeCount).update(repeating: unmade, count: (value + 1 - ready) * nodeCount)
    ready = value + 1
  }

  private func apply(_ transformation: Transformation, _ entry: Entry) -> Entry {
    let room = transformation.room(for: Int(entry.slice.count))
    let slice = values.arena.derive(entry.slice, room: room) { transformation.apply($0, $1, $2) }
    return Entry(slice: slice, classes: ByteClasses.of(values.arena.pointer(slice), Int(slice.count)))
  }

  func text(of bytes: [UInt8], at node: Int) -> [UInt8] { tree.text(of: bytes, at: node) }
}

extension TransformationTree {
  /// The text a pipeline makes of bytes that are not a value of the request.
  func text(of bytes: [UInt8], at node: Int) -> [UInt8] {
    guard node != Self.root else { return bytes }
    let before = text(of: bytes, at: nodes[node].parent)
    let transformation = nodes[node].transformation
    return [UInt8](unsafeUninitializedCapacity: transformation.room(for: before.count) + 1) { room, count in
      (before + [0]).withUnsafeBufferPointer {
        count = transformation.apply($0.baseAddress!, before.count, room.baseAddress!)
      }
    }
  }
}
