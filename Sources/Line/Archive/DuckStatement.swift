import CDuckDB
import Model

/// One prepared statement.
final class DuckStatement {
  private let connection: DuckConnection
  private var handle: duck_statement?

  /// Errors: it cannot be understood; it is not one statement.
  init(_ connection: DuckConnection, _ sql: String) throws(ArchiveError) {
    self.connection = connection
    let api = connection.api
    if sql.utf8.contains(0) {
      throw ArchiveError("the SQL cannot be understood", why: "it holds a NUL", cause: .question)
    }
    var statements: duck_statements?
    let count = api.extract_statements(connection.handle, sql, &statements)
    defer { api.destroy_extracted(&statements) }
    guard count == 1, let found = statements else {
      let words = count == 0 ? statements.flatMap { api.extract_statements_error($0) } : nil
      if let words { throw connection.failure("the SQL cannot be understood", words) }
      throw ArchiveError("the SQL cannot be run", why: "it must be one statement", cause: .question)
    }
    guard api.prepare_extracted_statement(connection.handle, found, 0, &handle) == 0 else {
      throw connection.failure("the SQL cannot be run", handle.flatMap { api.prepare_error($0) })
    }
  }

  deinit { connection.api.destroy_prepare(&handle) }

  /// Whether it only reads: SELECT and what is spelled otherwise and means the same.
  var onlyReads: Bool { connection.api.prepared_statement_type(handle!) == 1 }

  func run(_ values: [DuckValue]) throws(ArchiveError) -> DuckResult {
    let api = connection.api
    for (index, value) in values.enumerated() {
      var made = value.made(api)
      defer { api.destroy_value(&made) }
      guard let value = made, api.bind_value(handle!, UInt64(index + 1), value) == 0 else {
        throw connection.failure("a value cannot be given to DuckDB", api.prepare_error(handle!))
      }
    }
    let result = DuckResult(connection, self)
    guard !connection.isStopped else {
      throw ArchiveError("the question was not asked", why: "it was stopped before", cause: .limit)
    }
    guard api.execute_prepared_streaming(handle!, &result.raw) == 0 else {
      throw connection.failure("the question cannot be answered", api.result_error(&result.raw))
    }
    return result
  }
}

/// The rows of a statement, piece by piece.
package final class DuckResult {
  private let connection: DuckConnection
  private let statement: DuckStatement
  fileprivate var raw = duck_result()
  package private(set) lazy var columnCount = Int(connection.api.column_count(&raw))
  package private(set) lazy var columnNames = (0..<columnCount).map { index in
    connection.api.column_name(&raw, UInt64(index)).map { String(cString: $0) } ?? ""
  }
  package private(set) lazy var columnTypes = (0..<columnCount).map { connection.api.column_type(&raw, UInt64($0)) }

  fileprivate init(_ connection: DuckConnection, _ statement: DuckStatement) {
    self.connection = connection
    self.statement = statement
  }

  deinit { connection.api.destroy_result(&raw) }

  /// The next rows; nil at the end. Errors: whatever happened since the first.
  package func next() throws(ArchiveError) -> DuckChunk? {
    if connection.isStopped {
      throw ArchiveError("the question was not answered", why: "it was stopped before its end", cause: .limit)
    }
    guard let chunk = connection.api.fetch_chunk(raw) else {
      if let words = connection.api.result_error(&raw) {
        throw connection.failure("the question cannot be answered", words)
      }
      return nil
    }
    return DuckChunk(connection.api, chunk)
  }
}

/// Some rows as columns; valid as long as it is held.
package final class DuckChunk {
  private let api: duck_api
  private var handle: duck_chunk?
  package let count: Int
  private var columns: [Int: Column] = [:]

  /// A column's memory; no validity: everything is there.
  struct Column {
    let data: UnsafeRawPointer
    let validity: UnsafePointer<UInt64>?

    init(_ api: duck_api, _ chunk: duck_chunk, _ index: Int) {
      let vector = api.data_chunk_get_vector(chunk, UInt64(index))!
      data = UnsafeRawPointer(api.vector_get_data(vector)!)
      validity = api.vector_get_validity(vector).map { UnsafePointer($0) }
    }

    func isThere(_ row: Int) -> Bool { validity.map { $0[row >> 6] >> UInt64(row & 63) & 1 == 1 } ?? true }
    func int(_ row: Int) -> Int64 { data.load(fromByteOffset: row * 8, as: Int64.self) }
    func bool(_ row: Int) -> Bool { data.load(fromByteOffset: row, as: UInt8.self) != 0 }
    func address(_ row: Int) -> IPAddress {
      IPAddress(
        high: data.load(fromByteOffset: row * 16 + 8, as: UInt64.self) ^ 1 << 63,
        low: data.load(fromByteOffset: row * 16, as: UInt64.self))
    }
    /// Up to twelve bytes lie in the column itself, more elsewhere.
    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
      let cell = data + row * 16
      let length = Int(cell.load(as: UInt32.self))
      let start = length <= 12 ? cell + 4 : cell.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
      return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length)
    }
  }

  init(_ api: duck_api, _ handle: duck_chunk) {
    self.api = api
    self.handle = handle
    count = Int(api.data_chunk_get_size(handle))
  }

  deinit { api.destroy_data_chunk(&handle) }

  func column(_ index: Int) -> Column {
    if let known = columns[index] { return known }
    let column = Column(api, handle!, index)
    columns[index] = column
    return column
  }

  package func int(_ index: Int, _ row: Int) -> Int64? {
    let column = column(index)
    return column.isThere(row) ? column.int(row) : nil
  }

  package func text(_ index: Int, _ row: Int) -> String? {
    let column = column(index)
    return column.isThere(row) ? String(decoding: column.bytes(row), as: UTF8.self) : nil
  }
}
