import CDuckDB
import Model

/// How fields lie in the archive's files: one column a field, named as the field with `_` for `.`.
enum ArchiveColumn {
  /// Columns beyond the fields.
  static let input = "log_input"
  static let line = "log_line"
  static let text = "log_text"
  /// What a column cannot hold as it is: see `OddCells`.
  static let odd = "odd"
  static let extra: [(name: String, type: String, number: Int)] = [
    (input, "VARCHAR", DUCK_VARCHAR), (line, "BIGINT", DUCK_BIGINT), (text, "BLOB", DUCK_BLOB),
    (odd, "BLOB", DUCK_BLOB),
  ]
}

extension EventField {
  /// `ip_src` for `ip.src`.
  package var column: String { name.replacing(".", with: "_") }

  var columnKind: ColumnKind {
    switch spec.type {
    case .text, .list, .map: .text
    case .keyword(let words): .keyword(words)
    case .int: .int
    case .bool: .bool
    case .time: .time
    case .ip: .address
    }
  }
}

enum ColumnKind {
  case text, int, bool, time, address
  case keyword([String])

  var type: String {
    switch self {
    case .text, .keyword: "VARCHAR"
    case .int: "BIGINT"
    case .bool: "BOOLEAN"
    case .time: "TIMESTAMP_NS"
    case .address: "UUID"
    }
  }

  var number: Int {
    switch self {
    case .text, .keyword: DUCK_VARCHAR
    case .int: DUCK_BIGINT
    case .bool: DUCK_BOOLEAN
    case .time: DUCK_TIMESTAMP_NS
    case .address: DUCK_UUID
    }
  }
}

/// Cells that their column cannot hold as they are, exactly: texts that are no UTF-8 or hold a NUL, times at the very ends.
///
/// Field's name and bytes, each with its length before it. The column itself holds the text repaired, or nothing.
enum OddCells {
  static func append(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>, to odd: inout [UInt8]) {
    let name = Array(field.name.utf8)
    odd.append(UInt8(name.count))
    odd += name
    for shift in [0, 8, 16, 24] { odd.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
    odd += bytes
  }

  /// Hands out each cell; what cannot be understood ends it.
  static func forEach(_ odd: UnsafeBufferPointer<UInt8>, _ body: (EventField, UnsafeBufferPointer<UInt8>) -> Void) {
    var at = 0
    while at < odd.count {
      let nameEnd = at + 1 + Int(odd[at])
      guard nameEnd + 4 <= odd.count else { return }
      let name = String(decoding: odd[(at + 1)..<nameEnd], as: UTF8.self)
      let length = (0..<4).reduce(0) { $0 | Int(odd[nameEnd + $1]) << ($1 * 8) }
      guard length <= odd.count - nameEnd - 4 else { return }
      let start = nameEnd + 4
      if let field = EventField.named(name) {
        body(field, UnsafeBufferPointer(rebasing: odd[start..<(start + length)]))
      }
      at = start + length
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether a VARCHAR holds it as it is: valid UTF-8 without NUL.
  var isPlain: Bool {
    guard let base = baseAddress else { return true }
    let raw = UnsafeRawPointer(base)
    var at = 0
    while at + 8 <= count {
      let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      // A high bit, or a zero byte (Mycroft's test) whose borrow may tell of one too many.
      if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { return isPlainSlowly }
      at += 8
    }
    while at < count {
      if self[at] >= 0x80 || self[at] == 0 { return isPlainSlowly }
      at += 1
    }
    return true
  }

  private var isPlainSlowly: Bool { !contains(0) && String(validating: self, as: UTF8.self) != nil }
}
