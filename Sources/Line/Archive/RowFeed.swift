import CDuckDB

/// Hands gathered rows to DuckDB as a table function, `gathered()`, of which they are copied once.
///
/// A table in between would be written and read once more, and compressed twice: it cost three quarters of the time.
/// One statement at a time, on the thread that runs it. Source: DuckDB's C API, table functions.
final class RowFeed {
  private let library: DuckLibrary
  private var columns: [GatheredColumn] = []
  private var types: [duck_type?] = []
  private var runs: [Range<Int>] = []
  private var run = 0
  private var row = 0
  /// Rows of a chunk at most: the library's own measure.
  private static let chunkRows = 2048

  /// Makes the function known to a connection, which must not outlive this.
  init(_ connection: DuckConnection) throws(ArchiveError) {
    library = connection.library
    let api = connection.api
    var function = api.create_table_function()
    defer { api.destroy_table_function(&function) }
    guard let made = function else { throw ArchiveError("DuckDB refuses a function", why: "gathered") }
    api.table_function_set_name(made, "gathered")
    api.table_function_set_extra_info(made, Unmanaged.passUnretained(self).toOpaque(), nil)
    api.table_function_set_bind(made) { info in
      guard let info, let feed = RowFeed.behind(info, { $0.bind_get_extra_info($1) }) else { return }
      feed.bind(info)
    }
    api.table_function_set_init(made) { info in
      guard let info, let feed = RowFeed.behind(info, { $0.init_get_extra_info($1) }) else { return }
      (feed.run, feed.row) = (0, feed.runs.first?.lowerBound ?? 0)
    }
    api.table_function_set_function(made) { info, chunk in
      guard let info, let chunk, let feed = RowFeed.behind(info, { $0.function_get_extra_info($1) }) else { return }
      feed.fill(chunk)
    }
    guard api.register_table_function(connection.handle, made) == 0 else {
      throw ArchiveError("DuckDB refuses a function", why: "gathered")
    }
  }

  deinit { forget() }

  /// What the function answers from now on: some rows of these columns.
  func offer(_ columns: [GatheredColumn]) throws(ArchiveError) {
    forget()
    let api = library.api.pointee
    self.columns = columns
    types = columns.map { $0.makeType(api) }
    if types.contains(where: { $0 == nil }) {
      throw ArchiveError("events cannot be handed to DuckDB", why: "it has no type for a column")
    }
  }

  func offer(_ runs: [Range<Int>]) { self.runs = runs }

  func forget() {
    for index in types.indices { library.api.pointee.destroy_logical_type(&types[index]) }
    (columns, types, runs) = ([], [], [])
  }

  private static func behind(
    _ info: duck_info, _ place: (duck_api, duck_info) -> UnsafeMutableRawPointer?
  ) -> RowFeed? {
    guard let library = try? DuckLibrary.get(), let place = place(library.api.pointee, info) else { return nil }
    return Unmanaged<RowFeed>.fromOpaque(place).takeUnretainedValue()
  }

  private func bind(_ info: duck_info) {
    for (column, type) in zip(columns, types) { library.api.pointee.bind_add_result_column(info, column.name, type!) }
  }

  /// The next rows of the runs; none at their end.
  private func fill(_ chunk: duck_chunk) {
    let api = library.api.pointee
    var pieces: [(rows: Range<Int>, start: Int)] = []
    var count = 0
    while count < Self.chunkRows, run < runs.count {
      let rows = row..<min(runs[run].upperBound, row + Self.chunkRows - count)
      pieces.append((rows, count))
      count += rows.count
      row = rows.upperBound
      if row == runs[run].upperBound {
        run += 1
        row = run < runs.count ? runs[run].lowerBound : 0
      }
    }
    for (index, column) in columns.enumerated() {
      guard let vector = api.data_chunk_get_vector(chunk, UInt64(index)) else { continue }
      for piece in pieces { column.copy(piece.rows, to: vector, at: piece.start, api) }
    }
    api.data_chunk_set_size(chunk, UInt64(count))
  }
}
