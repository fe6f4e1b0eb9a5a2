import CDuckDB
import Model

/// One column of rows that wait to be written, cell after cell as DuckDB lays them out.
///
/// Texts are numbers into a dictionary, written as an enumeration: DuckDB then neither copies, checks nor hashes them.
/// A column of too many different texts holds the texts themselves.
final class GatheredColumn {
  let name: String
  private let type: Int
  private var dictionary = TextDictionary()
  /// Whether the cells are numbers of the dictionary's texts.
  private var isNumbered: Bool
  private let texts: TextStore
  private var cells: UnsafeMutableRawPointer
  /// Bytes that `cells` has room for.
  private var room: Int
  /// One bit a row: something is there.
  private var validity: UnsafeMutablePointer<UInt64>
  private var words: Int
  private(set) var count = 0
  /// Rows that there is room for.
  private var reserved = 0
  /// Rows in which something is there.
  private(set) var present = 0

  /// Different texts beyond which a column holds texts themselves.
  private static let dictionaryLimit = 1 << 14

  /// `type` is one of the library's numbers.
  init(_ name: String, type: Int, texts: TextStore) {
    self.name = name
    self.type = type
    self.texts = texts
    (room, words) = (1 << 14, 64)
    cells = .allocate(byteCount: room, alignment: 16)
    validity = .allocate(capacity: words)
    validity.initialize(repeating: 0, count: words)
    isNumbered = type == DUCK_VARCHAR
  }

  deinit {
    dictionary.free()
    cells.deallocate()
    validity.deallocate()
  }

  private var width: Int {
    switch type {
    case DUCK_BOOLEAN: 1
    case DUCK_VARCHAR: isNumbered ? 4 : 16
    case DUCK_BLOB, DUCK_UUID: 16
    default: 8
    }
  }

  /// Makes room for rows beyond those that are there; nothing is in them.
  func reserve(_ rows: Int) {
    reserved = count + rows
    let bytes = reserved * width
    defer { (cells + count * width).initializeMemory(as: UInt8.self, repeating: 0, count: rows * width) }
    if bytes > room {
      let wider = UnsafeMutableRawPointer.allocate(byteCount: bytes * 2, alignment: 16)
      wider.copyMemory(from: cells, byteCount: count * width)
      cells.deallocate()
      (cells, room) = (wider, bytes * 2)
    }
    let needed = reserved / 64 + 2
    if needed > words {
      let wider = UnsafeMutablePointer<UInt64>.allocate(capacity: needed * 2)
      wider.initialize(repeating: 0, count: needed * 2)
      wider.update(from: validity, count: words)
      validity.deallocate()
      (validity, words) = (wider, needed * 2)
    }
  }

  /// Rows with nothing in this column, until there are `rows` in all.
  func pad(to rows: Int) {
    guard rows > count else { return }
    if rows > reserved { reserve(rows - count) }
    count = rows
  }

  func forget() {
    validity.update(repeating: 0, count: min(words, count / 64 + 1))
    (count, present, reserved) = (0, 0, 0)
    isNumbered = type == DUCK_VARCHAR
    dictionary.forget()
  }

  // Adding one cell, where room was reserved.

  @inline(__always) private func mark() {
    validity[count >> 6] |= 1 << UInt64(count & 63)
    present += 1
    count += 1
  }

  func addNothing() { count += 1 }

  func add(_ number: UInt64) {
    cells.storeBytes(of: number, toByteOffset: count * 8, as: UInt64.self)
    mark()
  }

  func add(_ flag: Bool) {
    cells.storeBytes(of: flag ? 1 : 0, toByteOffset: count, as: UInt8.self)
    mark()
  }

  /// A UUID's column holds 128 bits with the highest one turned over, so that signed order is the order of bytes.
  func add(_ address: IPAddress) {
    cells.storeBytes(of: address.low, toByteOffset: count * 16, as: UInt64.self)
    cells.storeBytes(of: address.high ^ 1 << 63, toByteOffset: count * 16 + 8, as: UInt64.self)
    mark()
  }

  /// Bytes of a BLOB, or a text that is known to be one.
  func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard isNumbered else { return addKept(texts.keep(bytes), bytes.count) }
    let hash = dictionary.hash(bytes)
    if let number = dictionary.number(of: bytes, hash: hash) { addNumber(number) } else { addNew(bytes, hash) }
  }

  /// A text if it is one: false where no VARCHAR holds it as it is, and nothing was added. A text that is in the
  /// dictionary was looked at before.
  func addText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let hash = isNumbered ? dictionary.hash(bytes) : 0
    if isNumbered, let number = dictionary.number(of: bytes, hash: hash) {
      addNumber(number)
      return true
    }
    guard bytes.isPlain else { return false }
    if isNumbered { addNew(bytes, hash) } else { addKept(texts.keep(bytes), bytes.count) }
    return true
  }

  /// A word of a list, by its place; `numbers` remembers the dictionary's numbers of one batch, -1 where not known yet.
  func add(_ place: Int, of words: [String], _ numbers: inout [Int32]) {
    if isNumbered, numbers[place] >= 0 { return addNumber(UInt32(numbers[place])) }
    var word = words[place].replacing("\0", with: "")
    word.withUTF8 { add($0) }
    if isNumbered { numbers[place] = cells.load(fromByteOffset: (count - 1) * 4, as: Int32.self) }
  }

  private func addNew(_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64) {
    let kept = texts.keep(bytes)
    if dictionary.count == Self.dictionaryLimit {
      spellOut()
      addKept(kept, bytes.count)
    } else {
      addNumber(dictionary.add(kept, length: bytes.count, hash: hash))
    }
  }

  private func addNumber(_ number: UInt32) {
    cells.storeBytes(of: number, toByteOffset: count * 4, as: UInt32.self)
    mark()
  }

  private func addKept(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
    Self.store(bytes, length, at: cells + count * 16)
    mark()
  }

  /// Puts the texts in place of their numbers.
  private func spellOut() {
    room = max(room, reserved * 32)
    let spelt = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    spelt.initializeMemory(as: UInt8.self, repeating: 0, count: reserved * 16)
    for row in 0..<count where validity[row >> 6] >> UInt64(row & 63) & 1 == 1 {
      let text = dictionary.text(cells.load(fromByteOffset: row * 4, as: UInt32.self))
      Self.store(text.baseAddress!, text.count, at: spelt + row * 16)
    }
    cells.deallocate()
    cells = spelt
    isNumbered = false
  }

  /// Up to twelve bytes lie in the cell itself, what is unused of it zero; of longer ones the first four and the address.
  private static func store(_ bytes: UnsafePointer<UInt8>, _ length: Int, at cell: UnsafeMutableRawPointer) {
    cell.storeBytes(of: UInt32(length), as: UInt32.self)
    guard length > 12 else {
      cell.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
      cell.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
      (cell + 4).copyMemory(from: bytes, byteCount: length)
      return
    }
    (cell + 4).copyMemory(from: bytes, byteCount: 4)
    cell.storeBytes(of: bytes, toByteOffset: 8, as: UnsafePointer<UInt8>.self)
  }

  // Handing over to DuckDB.

  /// Texts of the dictionary that are written as an enumeration; none: the column is written as it is.
  private var members: Int { isNumbered ? dictionary.count : 0 }

  /// The library's own type; destroyed by whoever asked for it.
  func makeType(_ api: duck_api) -> duck_type? {
    guard members > 0 else { return api.create_logical_type(Int32(type)) }
    var names = (0..<members).map { number -> UnsafePointer<CChar>? in
      UnsafeRawPointer(dictionary.text(UInt32(number)).baseAddress!).assumingMemoryBound(to: CChar.self)
    }
    return api.create_enum_type(&names, UInt64(members))
  }

  /// Copies rows into a vector of that type, from its row `start` on.
  func copy(_ rows: Range<Int>, to vector: duck_vector, at start: Int, _ api: duck_api) {
    if present < count { copyValidity(rows, to: vector, at: start, api) }
    guard present > 0, let data = api.vector_get_data(vector) else { return }
    let from = cells + rows.lowerBound * width
    guard members > 0, members <= 65_535 else {
      return (data + start * width).copyMemory(from: from, byteCount: rows.count * width)
    }
    // The library's cells of an enumeration are as narrow as its size allows.
    let numbers = from.assumingMemoryBound(to: UInt32.self)
    if members <= 255 {
      let narrow = data.assumingMemoryBound(to: UInt8.self) + start
      for row in 0..<rows.count { narrow[row] = UInt8(truncatingIfNeeded: numbers[row]) }
    } else {
      let narrow = data.assumingMemoryBound(to: UInt16.self) + start
      for row in 0..<rows.count { narrow[row] = UInt16(truncatingIfNeeded: numbers[row]) }
    }
  }

  private func copyValidity(_ rows: Range<Int>, to vector: duck_vector, at start: Int, _ api: duck_api) {
    api.vector_ensure_validity_writable(vector)
    guard let target = api.vector_get_validity(vector) else { return }
    if rows.lowerBound & 63 == 0, start & 63 == 0 {
      (target + start >> 6).update(from: validity + rows.lowerBound >> 6, count: (rows.count + 63) / 64)
      return
    }
    for offset in 0..<rows.count {
      let (row, place) = (rows.lowerBound + offset, start + offset)
      let bit: UInt64 = 1 << UInt64(place & 63)
      if validity[row >> 6] >> UInt64(row & 63) & 1 == 1 {
        target[place >> 6] |= bit
      } else {
        target[place >> 6] &= ~bit
      }
    }
  }
}
