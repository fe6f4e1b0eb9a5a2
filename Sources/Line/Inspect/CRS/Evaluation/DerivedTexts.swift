/// The texts that transformations make of a request's values, each made once.
final class DerivedTexts {
  private let tree: TransformationTree
  private let values: RequestValues
  /// By value and node; a negative start means not made yet.
  private var made: [Entry] = []

  struct Entry {
    var slice: Slice
    var classes: ByteClasses
  }

  init(_ tree: TransformationTree, _ values: RequestValues) {
    self.tree = tree
    self.values = values
  }

  /// Forgets everything; call after loading a request.
  func reset() {
    made.removeAll(keepingCapacity: true)
  }

  func text(of value: Int, at node: Int) -> Slice { entry(of: value, at: node).slice }

  func entry(of value: Int, at node: Int) -> Entry {
    if node == TransformationTree.root {
      return Entry(slice: values.all[value].text, classes: values.all[value].classes)
    }
    let place = value * tree.nodes.count + node
    if place >= made.count {
      let missing = (value + 1) * tree.nodes.count - made.count
      made += repeatElement(Entry(slice: Slice(start: -1, count: 0), classes: []), count: missing)
    }
    if made[place].slice.start >= 0 { return made[place] }
    let parent = entry(of: value, at: tree.nodes[node].parent)
    let entry = apply(tree.nodes[node].transformation, parent)
    made[place] = entry
    return entry
  }

  private func apply(_ transformation: Transformation, _ entry: Entry) -> Entry {
    if let touched = transformation.touches, !entry.classes.meets(touched) { return entry }
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
