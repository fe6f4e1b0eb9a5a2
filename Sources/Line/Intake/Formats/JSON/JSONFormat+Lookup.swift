import Model

// Looking into a record's own text: for merging by time, for conditions on raw keys, for showing what no field holds.
extension JSONFormat {
  package func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard let start = Self.objectStart(record) else { return nil }
    for path in map.timePaths {
      guard let value = JSONLookup.value(at: path.keys, in: record, from: start) else { continue }
      guard value.kind == .string || value.kind == .number else { continue }
      if let time = scratch.clock.parse(trimmed(value.bytes), power: path.power) { return time }
    }
    return nil
  }

  package func extras(of row: Int, _ batch: EventBatch, _ scratch: DecodeScratch) -> [(key: String, json: String)] {
    let line = batch.line(row)
    guard Self.objectStart(line) != nil else { return [] }
    var probe = HeldValues(row, batch, map)
    guard let start = Self.objectStart(probe.line) else { return [] }
    var found: [(key: String, json: String)] = []
    let object = RawValue(kind: .object, start: start, count: probe.line.baseAddress! + probe.line.count - start)
    scratch.withClock { gather(object, prefix: "", shown: "", depth: 0, &probe, $0, into: &found) }
    return found
  }

  private func gather(
    _ object: RawValue, prefix: String, shown: String, depth: Int, _ probe: inout HeldValues,
    _ clock: UnsafeMutablePointer<TimeParser>, into found: inout [(key: String, json: String)]
  ) {
    for (key, value) in JSONPairs(object) {
      let name = String(decoding: key.bytes, as: UTF8.self)
      let whole = shown.isEmpty ? name : shown + "." + name
      let known = map.resolve(name, below: prefix)
      if known.descends, value.kind == .object, depth < RecordMap.depthLimit {
        gather(value, prefix: known.path, shown: whole, depth: depth + 1, &probe, clock, into: &found)
      } else if known.action.take == .skip || !probe.holds(value, known.action, clock) {
        let quoted =
          value.kind == .string ? UnsafeBufferPointer(start: value.start - 1, count: value.count + 2) : value.bytes
        found.append((whole, String(decoding: quoted, as: UTF8.self)))
      }
    }
  }
}

/// Finds one key in a record's text without decoding the rest.
package enum JSONLookup {
  /// The value at `keys` (an object within an object and so on) of the object that begins at `start`; of equal keys
  /// the last. A key of the outermost object that is spelled with points counts too. Nil where there is none.
  static func value(
    at keys: [[UInt8]], in record: UnsafeBufferPointer<UInt8>, from start: UnsafePointer<UInt8>
  ) -> RawValue? {
    guard let base = record.baseAddress, !keys.isEmpty else { return nil }
    var object = RawValue(kind: .object, start: start, count: base + record.count - start)
    for (depth, key) in keys.enumerated() {
      var found: RawValue?
      for (name, value) in JSONPairs(object) where name.bytes.elementsEqual(key) { found = value }
      if found == nil, depth == 0, keys.count > 1 {
        let dotted = keys.joined(separator: [0x2e])
        for (name, value) in JSONPairs(object) where name.bytes.elementsEqual(dotted) { found = value }
        return found
      }
      guard let found else { return nil }
      if depth == keys.count - 1 { return found }
      guard found.kind == .object else { return nil }
      object = found
    }
    return nil
  }

  /// The bytes of the value at `key` (its levels joined with points) in a line that holds a JSON object: a string's
  /// without quotes and still escaped, anything else as it stands. Nil where the line has no such key.
  package static func bytes(of key: String, in line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard let start = JSONFormat.objectStart(line) else { return nil }
    let keys = key.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
    return value(at: keys, in: line, from: start)?.bytes
  }
}
