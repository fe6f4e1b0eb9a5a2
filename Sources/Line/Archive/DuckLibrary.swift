import CDuckDB
import Foundation

/// DuckDB's library, loaded when it is first needed.
package struct DuckLibrary: @unchecked Sendable {
  let api: UnsafePointer<duck_api>

  private static let loaded = Result<DuckLibrary, ArchiveError> { () throws(ArchiveError) in try load() }

  /// The library. Errors: it is not here, or is another version.
  package static func get() throws(ArchiveError) -> DuckLibrary { try loaded.get() }

  /// What it calls itself, `v2.0.0` say.
  package var version: String { api.pointee.library_version().map { String(cString: $0) } ?? "" }

  private static func load() throws(ArchiveError) -> DuckLibrary {
    guard let path = places.first(where: FileManager.default.fileExists(atPath:)) else {
      throw ArchiveError("DuckDB's library is not here", why: "run Scripts/setup, or name it in WEIR_DUCKDB")
    }
    var why = [CChar](repeating: 0, count: 512)
    guard let api = duck_load(path, &why, why.count) else {
      let words = String(decoding: why.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw ArchiveError("DuckDB's library \(path) cannot be used", why: words)
    }
    return DuckLibrary(api: api)
  }

  /// `$WEIR_DUCKDB`, beside an installed program, in a build tree's folder above the program, in the working directory.
  private static var places: [String] {
    if let set = ProcessInfo.processInfo.environment["WEIR_DUCKDB"] { return [set] }
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var folder = (executable as NSString).deletingLastPathComponent
    var places = [folder + "/../lib/weir/duckdb/libduckdb.so", "/usr/lib/weir/duckdb/libduckdb.so"]
    while folder.count > 1 {
      places.append(folder + "/.deps/duckdb/libduckdb.so")
      folder = (folder as NSString).deletingLastPathComponent
    }
    return places + [".deps/duckdb/libduckdb.so"]
  }
}

extension Result where Failure == ArchiveError {
  fileprivate init(_ body: () throws(ArchiveError) -> Success) {
    do throws(ArchiveError) { self = .success(try body()) } catch { self = .failure(error) }
  }
}
