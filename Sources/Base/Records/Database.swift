import CSQLite
import Glibc
import Model

/// One connection to an SQLite file; belongs to one thread at a time.
final class Database {
  let path: String
  private let handle: OpaquePointer
  private var prepared: [String: OpaquePointer] = [:]

  /// `recovering` opens a file that is there for reading, and lets SQLite finish what a killed writer left half done,
  /// where the file may be written.
  convenience init(recovering path: String) throws(WorldError) {
    guard access(path, W_OK) == 0 else {
      try self.init(path, readOnly: true)
      return
    }
    try self.init(path, creating: false)
    try execute("PRAGMA query_only=ON")
  }

  init(_ path: String, readOnly: Bool = false, creating: Bool = true) throws(WorldError) {
    self.path = path
    var opened: OpaquePointer?
    let flags =
      (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0))
      | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let why = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
      sqlite3_close_v2(opened)
      throw WorldError(what: "the journal cannot be opened", place: path, why: why)
    }
    handle = opened
    sqlite3_busy_timeout(handle, 2_000)
    sqlite3_extended_result_codes(handle, 1)
  }

  deinit {
    for statement in prepared.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Runs statements that give no rows.
  func execute(_ sql: String) throws(WorldError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  /// Runs one statement and hands each row to `row`, until it answers false.
  func query(_ sql: String, _ values: [Value] = [], row: (Row) -> Bool = { _ in true }) throws(WorldError) {
    let statement = try prepare(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() { bind(value, statement, Int32(index + 1)) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: if !row(Row(statement: statement)) { return }
      case SQLITE_DONE: return
      default: throw failure()
      }
    }
  }

  private func prepare(_ sql: String) throws(WorldError) -> OpaquePointer {
    if let known = prepared[sql] { return known }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK,
      let statement
    else { throw failure() }
    prepared[sql] = statement
    return statement
  }

  private func bind(_ value: Value, _ statement: OpaquePointer, _ place: Int32) {
    switch value {
    case .int(let number): sqlite3_bind_int64(statement, place, number)
    case .text(let text):
      var text = text
      text.withUTF8 { bytes in
        // An empty buffer has no address, and without one SQLite would store NULL.
        guard let base = bytes.baseAddress else {
          csqlite_bind_text(statement, place, "", 0)
          return
        }
        _ = base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
          csqlite_bind_text(statement, place, $0, Int32(bytes.count))
        }
      }
    case .blob(let bytes):
      _ = bytes.withUnsafeBytes { csqlite_bind_blob(statement, place, $0.baseAddress, Int32($0.count)) }
    }
  }

  private func failure() -> WorldError {
    let code = sqlite3_extended_errcode(handle) & 0xff
    return WorldError(
      what: "the journal cannot be used", place: path, why: String(cString: sqlite3_errmsg(handle)),
      retryHelps: code == SQLITE_FULL || code == SQLITE_BUSY || code == SQLITE_NOMEM)
  }

  enum Value {
    case int(Int64)
    case text(String)
    case blob([UInt8])
  }

  /// The row a statement stands on; valid until the next step.
  struct Row {
    let statement: OpaquePointer

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func bytes(_ column: Int32) -> [UInt8] {
      guard let base = sqlite3_column_blob(statement, column) else { return [] }
      return [UInt8](UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(statement, column))))
    }
  }
}
