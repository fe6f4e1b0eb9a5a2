import Windows

extension Seasons {
  private static let magic: UInt64 = 0x3153_4149_5245_4557

  /// All of it as bytes, for a file: whole numbers little endian, texts behind their length, only hours that hold
  /// something.
  package var bytes: [UInt8] {
    var out = ByteWriter()
    out.put(Self.magic)
    out.put(learnedUntil)
    out.put(UInt32(books.count))
    for (id, book) in books.sorted(by: { $0.key < $1.key }) {
      out.put(id)
      out.put(book.measure)
      out.put(book.slotsPerHour)
      out.put(UInt32(book.keys.count))
      for (hash, key) in book.keys.sorted(by: { $0.key < $1.key }) {
        let hours = key.baseline.hours
        out.put(hash)
        out.put(key.name)
        out.put(UInt32(hours.count))
        for (number, hour) in hours {
          out.put(number)
          out.put(hour.events)
          out.put(hour.busiest)
          out.put(hour.assets)
          out.put(UInt32(hour.isTroubled ? 1 : 0))
        }
      }
    }
    return out.bytes
  }

  /// From such bytes; nil where they are something else or end early.
  package convenience init?(_ bytes: [UInt8]) {
    self.init()
    var reader = ByteReader(bytes)
    guard reader.next(UInt64.self) == Self.magic, let until = reader.next(Int64.self),
      let count = reader.next(UInt32.self)
    else { return nil }
    learnedUntil = until
    for _ in 0..<count {
      guard let id = reader.text(), let measure = reader.next(UInt64.self), let slots = reader.next(Int64.self),
        (1...3_600_000).contains(slots), let keys = reader.next(UInt32.self)
      else { return nil }
      let book = SeasonBook(measure: measure, slotsPerHour: slots)
      for _ in 0..<keys {
        guard let hash = reader.next(UInt64.self), let name = reader.text(), let hours = reader.next(UInt32.self)
        else { return nil }
        let key = SeasonalKey(name, slotsPerHour: slots)
        for _ in 0..<hours {
          guard let number = reader.next(Int64.self), number.magnitude < 1 << 40,
            let events = reader.next(UInt32.self), let busiest = reader.next(UInt32.self),
            let assets = reader.next(UInt32.self), let flags = reader.next(UInt32.self)
          else { return nil }
          key.baseline[number] = SeasonalBaseline.Hour(
            events: events, busiest: busiest, assets: assets, isTroubled: flags & 1 == 1)
        }
        book.add(key, hash)
      }
      add(book, of: id)
    }
  }
}

private struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  mutating func put(_ text: String) {
    put(UInt32(text.utf8.count))
    bytes += text.utf8
  }
}

private struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func next<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    let size = MemoryLayout<Number>.size
    guard rest.count >= size else { return nil }
    defer { rest.removeFirst(size) }
    return rest.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }

  mutating func text() -> String? {
    guard let count = next(UInt32.self), count <= 4_096, rest.count >= Int(count) else { return nil }
    defer { rest.removeFirst(Int(count)) }
    return String(decoding: rest.prefix(Int(count)), as: UTF8.self)
  }
}
