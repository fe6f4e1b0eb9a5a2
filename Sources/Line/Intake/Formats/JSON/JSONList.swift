/// The elements of a JSON array, in place. An array that is cut off or malformed ends early.
struct JSONList: Sequence, IteratorProtocol {
  private var cursor: JSONCursor
  private var first = true

  init(_ array: RawValue) {
    cursor = JSONCursor(array.start + 1, array.end)
  }

  mutating func next() -> RawValue? {
    if !first, !cursor.take(0x2c) { return nil }
    first = false
    cursor.skipSpace()
    guard cursor.p < cursor.end, cursor.p.pointee != 0x5d else { return nil }
    return try? cursor.value()
  }

  static func first(_ array: RawValue) -> RawValue? {
    var list = JSONList(array)
    return list.next()
  }
}

/// The keys and values of a JSON object, in place. An object that is cut off or malformed ends early.
struct JSONPairs: Sequence, IteratorProtocol {
  private var cursor: JSONCursor
  private var first = true

  init(_ object: RawValue) {
    cursor = JSONCursor(object.start + 1, object.end)
  }

  mutating func next() -> (key: RawValue, value: RawValue)? {
    if !first, !cursor.take(0x2c) { return nil }
    first = false
    guard cursor.take(0x22), let key = try? cursor.string(), cursor.take(0x3a), let value = try? cursor.value() else {
      return nil
    }
    return (key, value)
  }
}
