import Foundation

/// DuckDB through its C API, loaded at run time: the library comes with a Python module and refers to Python's symbols,
/// so libpython is loaded first; no interpreter is started.
struct DuckDB {
  /// Where `Scripts/setup` puts it; nil when it is not there.
  static var library: String? {
    let place = FileManager.default.currentDirectoryPath + "/.deps/duckdb/libduckdb.so"
    return FileManager.default.fileExists(atPath: place) ? place : nil
  }

  private let handle: UnsafeMutableRawPointer

  init(library: String) throws {
    guard dlopen("libpython3.11.so.1.0", RTLD_NOW | RTLD_GLOBAL) != nil else {
      throw BenchError(String(cString: dlerror()))
    }
    guard let handle = dlopen(library, RTLD_NOW) else { throw BenchError(String(cString: dlerror())) }
    self.handle = handle
  }

  private typealias Open = @convention(c) (UnsafePointer<CChar>?, UnsafeMutablePointer<OpaquePointer?>) -> UInt32
  private typealias Connect = @convention(c) (OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>) -> UInt32
  private typealias Query = @convention(c) (OpaquePointer?, UnsafePointer<CChar>, UnsafeMutableRawPointer) -> UInt32
  private typealias ResultError = @convention(c) (UnsafeMutableRawPointer) -> UnsafePointer<CChar>?
  private typealias Destroy = @convention(c) (UnsafeMutableRawPointer) -> Void
  private typealias Number = @convention(c) (UnsafeMutableRawPointer, UInt64, UInt64) -> Int64

  /// Reads a file of NDJSON once, counts events by client, and returns how many clients there are.
  func countByClient(of path: String) throws -> Int {
    var database: OpaquePointer?
    var connection: OpaquePointer?
    // More than the six words of a `duckdb_result`.
    let result = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 16)
    defer { result.deallocate() }
    result.initializeMemory(as: UInt8.self, repeating: 0, count: 128)
    let open: Open = try function("duckdb_open")
    let connect: Connect = try function("duckdb_connect")
    let query: Query = try function("duckdb_query")
    guard open(nil, &database) == 0, connect(database, &connection) == 0 else {
      throw BenchError("DuckDB does not open")
    }
    let quoted = path.replacingOccurrences(of: "'", with: "''")
    let sql = """
      SELECT count(*) FROM (SELECT ClientIP, count(*) FROM read_ndjson_auto('\(quoted)') GROUP BY 1)
      """
    guard query(connection, sql, result) == 0 else {
      let reason: ResultError = try function("duckdb_result_error")
      throw BenchError("DuckDB: " + (reason(result).map { String(cString: $0) } ?? "no reason given"))
    }
    let number: Number = try function("duckdb_value_int64")
    return Int(number(result, 0, 0))
  }

  /// A database in a file, to be asked several things.
  func open(_ path: String) throws -> Session { try Session(self, path) }

  struct Session {
    private let connection: OpaquePointer
    private let query: Query
    private let reason: ResultError
    private let destroy: Destroy

    fileprivate init(_ library: DuckDB, _ path: String) throws {
      let open: Open = try library.function("duckdb_open")
      let connect: Connect = try library.function("duckdb_connect")
      (query, reason) = (try library.function("duckdb_query"), try library.function("duckdb_result_error"))
      destroy = try library.function("duckdb_destroy_result")
      var database: OpaquePointer?
      var connection: OpaquePointer?
      guard open(path, &database) == 0, connect(database, &connection) == 0, let connection else {
        throw BenchError("DuckDB does not open \(path)")
      }
      self.connection = connection
    }

    func run(_ sql: String) throws {
      let result = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 16)
      result.initializeMemory(as: UInt8.self, repeating: 0, count: 128)
      defer {
        destroy(result)
        result.deallocate()
      }
      guard query(connection, sql, result) == 0 else {
        throw BenchError("DuckDB: " + (reason(result).map { String(cString: $0) } ?? "no reason given"))
      }
    }
  }

  fileprivate func function<Signature>(_ name: String) throws -> Signature {
    guard let symbol = dlsym(handle, name) else { throw BenchError("DuckDB has no \(name)") }
    return unsafeBitCast(symbol, to: Signature.self)
  }
}
