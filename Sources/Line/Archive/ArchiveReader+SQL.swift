import CDuckDB
import Foundation
import Model

/// The answer to a question in SQL, as text a cell.
package struct SQLAnswer: Sendable {
  package var columns: [String] = []
  /// nil: NULL. Hostile: escape wherever it is shown.
  package var rows: [[String?]] = []
  /// Columns that hold numbers, for whoever writes JSON or draws.
  package var numeric: [Bool] = []
  /// Whether there were more rows than asked for.
  package var isCut = false
}

extension ArchiveReader {
  /// Answers one SELECT over the table `events`; it can read these files and nothing else, and writes nothing.
  ///
  /// Addresses are shown as such, everything that is no number as text. Errors: SQL that is wrong, a limit.
  package func answer(_ sql: String, during span: (since: Int64?, until: Int64?), limit: Int) throws(ArchiveError)
    -> SQLAnswer
  {
    guard !files.isEmpty else {
      throw ArchiveError("there is nothing to ask", why: "the archive holds no event of this time", cause: .question)
    }
    // From here on this connection opens these files only, and that cannot be undone.
    try connection.execute("SET allowed_paths = ?", [paths])
    try connection.execute("SET enable_external_access = false")
    try connection.execute("SET lock_configuration = true")
    try AddressFunctions.register(on: connection)
    let fields = EventField.allCases.map {
      columns.contains($0) ? $0.column : "NULL::\($0.columnKind.type) AS \($0.column)"
    }
    let extra = [ArchiveColumn.input, ArchiveColumn.line]
    // The span's ends are this program's own numbers.
    let ends = [span.since.map { (">=", $0) }, span.until.map { ("<", $0) }].compactMap { $0 }
    let time = EventField.time.column
    let filter =
      ends.isEmpty ? "" : " WHERE " + ends.map { "\(time) \($0) make_timestamp_ns(\($1))" }.joined(separator: " AND ")
    let table =
      "WITH events AS (SELECT \((fields + extra).joined(separator: ", ")) FROM \(table(for: columns))\(filter)) "
    // What is asked must be a whole by itself before it becomes part of another.
    let question = "(\n\(sql)\n)"
    let (names, types) = try shape(table, question)
    let cells = types.enumerated().map { index, type in
      Self.native.contains(type) ? "#\(index + 1)" : "#\(index + 1)::VARCHAR"
    }
    let result = try connection.query(table + "SELECT \(cells.joined(separator: ", ")) FROM " + question, [paths])
    var answer = SQLAnswer(columns: names, numeric: types.map { Self.numeric.contains($0) })
    while let chunk = try result.next() {
      for row in 0..<chunk.count {
        guard answer.rows.count < limit else {
          answer.isCut = true
          return answer
        }
        answer.rows.append(types.indices.map { chunk.words($0, row, types[$0]) })
      }
    }
    return answer
  }

  /// The columns of what is asked; errors: it is no question.
  private func shape(_ table: String, _ question: String) throws(ArchiveError) -> ([String], [Int32]) {
    let plain = try DuckStatement(connection, table + "SELECT * FROM " + question + " LIMIT 0")
    guard plain.onlyReads else {
      throw ArchiveError("the SQL cannot be run", why: "only SELECT may be asked", cause: .question)
    }
    let result = try plain.run([paths])
    let shape = (result.columnNames, result.columnTypes)
    while try result.next() != nil {}
    return shape
  }

  /// Types that are read as they are; all others are cast to text.
  private static let native: Set<Int32> = [
    Int32(DUCK_VARCHAR), Int32(DUCK_BIGINT), Int32(DUCK_UUID), Int32(DUCK_TIMESTAMP_NS),
  ]
  /// From TINYINT to DOUBLE, HUGEINT, DECIMAL.
  private static let numeric: Set<Int32> = Set(2...11).union([16, 19, 32])
}

extension DuckChunk {
  fileprivate func words(_ index: Int, _ row: Int, _ type: Int32) -> String? {
    let column = column(index)
    guard column.isThere(row) else { return nil }
    switch Int(type) {
    case DUCK_BIGINT: return String(column.int(row))
    case DUCK_UUID: return column.address(row).description
    case DUCK_TIMESTAMP_NS: return UTCTime.rfc3339(column.int(row))
    default: return String(decoding: column.bytes(row), as: UTF8.self)
    }
  }
}

/// Functions for SQL that know addresses: `ip('192.0.2.1')`, `ip_text(ip_src)`, `in_network(ip_src, '192.0.2.0/24')`.
enum AddressFunctions {
  static func register(on connection: DuckConnection) throws(ArchiveError) {
    try add("ip", [DUCK_VARCHAR], DUCK_UUID, connection) { _, chunk, output in
      AddressFunctions.run(chunk, output) { columns, row, write in
        let text = String(decoding: columns[0].bytes(row), as: UTF8.self)
        guard let address = IPAddress(text) else { return false }
        write.address(row, address)
        return true
      }
    }
    try add("ip_text", [DUCK_UUID], DUCK_VARCHAR, connection) { _, chunk, output in
      AddressFunctions.run(chunk, output) { columns, row, write in
        write.text(row, columns[0].address(row).description)
        return true
      }
    }
    try add("in_network", [DUCK_UUID, DUCK_VARCHAR], DUCK_BOOLEAN, connection) { _, chunk, output in
      AddressFunctions.run(chunk, output) { columns, row, write in
        let text = String(decoding: columns[1].bytes(row), as: UTF8.self)
        guard let network = AddressNetwork(text) else { return false }
        let address = columns[0].address(row)
        write.bool(row, address.isV4 == network.first.isV4 && network.first <= address && address <= network.last)
        return true
      }
    }
  }

  private typealias Body = @convention(c) (duck_info?, duck_chunk?, duck_vector?) -> Void

  private static func add(
    _ name: String, _ parameters: [Int], _ result: Int, _ connection: DuckConnection, _ body: Body
  ) throws(ArchiveError) {
    let api = connection.api
    var function = api.create_scalar_function()
    defer { api.destroy_scalar_function(&function) }
    guard let made = function else { throw ArchiveError("DuckDB refuses a function", why: name) }
    api.scalar_function_set_name(made, name)
    for (number, isResult) in parameters.map({ ($0, false) }) + [(result, true)] {
      var type = api.create_logical_type(Int32(number))
      if isResult {
        api.scalar_function_set_return_type(made, type!)
      } else {
        api.scalar_function_add_parameter(made, type!)
      }
      api.destroy_logical_type(&type)
    }
    api.scalar_function_set_function(made, body)
    guard api.register_scalar_function(connection.handle, made) == 0 else {
      throw ArchiveError("DuckDB refuses a function", why: name)
    }
  }

  /// Runs over the rows; whatever is NULL, or `body` has no answer for, is NULL.
  private static func run(
    _ chunk: duck_chunk?, _ output: duck_vector?, _ body: ([DuckChunk.Column], Int, Writing) -> Bool
  ) {
    guard let library = try? DuckLibrary.get(), let chunk, let output else { return }
    let api = library.api.pointee
    let count = Int(api.data_chunk_get_size(chunk))
    let columns = (0..<Int(api.data_chunk_get_column_count(chunk))).map { DuckChunk.Column(api, chunk, $0) }
    let write = Writing(api: api, vector: output, data: api.vector_get_data(output)!)
    api.vector_ensure_validity_writable(output)
    let validity = api.vector_get_validity(output)!
    for row in 0..<count {
      if columns.allSatisfy({ $0.isThere(row) }), body(columns, row, write) { continue }
      validity[row >> 6] &= ~(1 << UInt64(row & 63))
    }
  }

  struct Writing {
    let api: duck_api
    let vector: duck_vector
    let data: UnsafeMutableRawPointer

    func address(_ row: Int, _ address: IPAddress) {
      data.storeBytes(of: address.low, toByteOffset: row * 16, as: UInt64.self)
      data.storeBytes(of: address.high ^ 1 << 63, toByteOffset: row * 16 + 8, as: UInt64.self)
    }

    func text(_ row: Int, _ text: String) {
      var text = text
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          api.vector_assign_string_element_len(vector, UInt64(row), $0.baseAddress!, UInt64($0.count))
        }
      }
    }

    func bool(_ row: Int, _ value: Bool) { data.storeBytes(of: value ? 1 : 0, toByteOffset: row, as: UInt8.self) }
  }
}
