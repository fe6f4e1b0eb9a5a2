import CDuckDB
import Model
import Synchronization

/// A database in memory with one connection to it; one thread at a time, but `interrupt` from any.
package final class DuckConnection: @unchecked Sendable {
  let library: DuckLibrary
  var api: duck_api { library.api.pointee }
  private var database: duck_database?
  private(set) var handle: duck_connection!
  private let stopped = Atomic<Bool>(false)

  /// `settings` are those of DuckDB, `memory_limit` say; nothing is read from or left on the disk of its own accord.
  package init(_ library: DuckLibrary, settings: [String: String]) throws(ArchiveError) {
    self.library = library
    let api = library.api.pointee
    var config: duck_config?
    guard api.create_config(&config) == 0, let made = config else {
      throw ArchiveError("DuckDB cannot be configured", why: "out of memory")
    }
    defer { api.destroy_config(&config) }
    let common = [
      "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "temp_directory": "",
    ]
    for (name, value) in common.merging(settings, uniquingKeysWith: { $1 }) {
      guard api.set_config(made, name, value) == 0 else {
        throw ArchiveError("DuckDB refuses a setting", why: "\(name) = \(value)")
      }
    }
    var words: UnsafeMutablePointer<CChar>?
    guard api.open_ext(nil, &database, made, &words) == 0, let database else {
      defer { api.free(words) }
      throw ArchiveError("DuckDB cannot be opened", why: words.map { String(cString: $0) } ?? "no reason given")
    }
    guard api.connect(database, &handle) == 0 else {
      api.close(&self.database)
      throw ArchiveError("DuckDB cannot be opened", why: "no connection")
    }
  }

  deinit {
    api.disconnect(&handle)
    api.close(&database)
  }

  /// Ends what runs now, and whatever would be begun; it fails as `limit`.
  package func interrupt() {
    stopped.store(true, ordering: .relaxed)
    api.interrupt(handle)
  }

  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// Runs one statement whose rows nobody wants.
  package func execute(_ sql: String, _ values: [DuckValue] = []) throws(ArchiveError) {
    let result = try query(sql, values)
    while try result.next() != nil {}
  }

  /// Runs one statement; rows come piece by piece as they are asked for.
  package func query(_ sql: String, _ values: [DuckValue] = []) throws(ArchiveError) -> DuckResult {
    let statement = try DuckStatement(self, sql)
    return try statement.run(values)
  }

  /// The numbers of a statement's single row.
  func numbers(_ sql: String, _ values: [DuckValue] = []) throws(ArchiveError) -> [Int64] {
    let result = try query(sql, values)
    guard let chunk = try result.next(), chunk.count > 0 else { return [] }
    return (0..<result.columnCount).map { chunk.int($0, 0) ?? 0 }
  }

  func failure(_ what: String, _ words: UnsafePointer<CChar>?) -> ArchiveError {
    let text = words.map { String(cString: $0) } ?? "no reason given"
    if isStopped || text.contains("INTERRUPT") || text.contains("Interrupted") {
      return ArchiveError(what, why: "it was stopped before its end", cause: .limit)
    }
    // The words behind `LINE 1:` repeat the statement, which the asker knows.
    let short = text.split(separator: "\n\nLINE ").first.map(String.init) ?? text
    let isLimit = text.hasPrefix("Out of Memory")
    let isWorld = text.hasPrefix("IO Error") || text.hasPrefix("INTERNAL")
    return ArchiveError(what, why: short, cause: isLimit ? .limit : isWorld ? .world : .question)
  }
}

/// A value that a statement is given; never part of its text.
package enum DuckValue: Sendable {
  case int(Int64)
  /// Valid UTF-8.
  case text([UInt8])
  case address(IPAddress)
  case texts([String])
  case addresses([IPAddress])
  case ints([Int64])

  /// The library's own; destroyed by whoever asked for it.
  func made(_ api: duck_api) -> duck_value? {
    switch self {
    case .int(let number): return api.create_int64(number)
    case .text(let bytes):
      // An empty text has an address too.
      return (bytes + [0]).withUnsafeBytes {
        api.create_varchar_length($0.baseAddress!.assumingMemoryBound(to: CChar.self), UInt64($0.count - 1))
      }
    case .address(let address): return api.create_uuid(duck_huge(lower: address.low, upper: address.high))
    case .texts(let texts): return Self.list(DUCK_VARCHAR, texts.map { .text(Array($0.utf8)) }, api)
    case .addresses(let addresses): return Self.list(DUCK_UUID, addresses.map { .address($0) }, api)
    case .ints(let numbers): return Self.list(DUCK_BIGINT, numbers.map { .int($0) }, api)
    }
  }

  private static func list(_ type: Int, _ values: [DuckValue], _ api: duck_api) -> duck_value? {
    var element = api.create_logical_type(Int32(type))
    defer { api.destroy_logical_type(&element) }
    var made = values.map { $0.made(api) }
    defer { for index in made.indices { api.destroy_value(&made[index]) } }
    return element.flatMap { api.create_list_value($0, &made, UInt64(made.count)) }
  }
}
