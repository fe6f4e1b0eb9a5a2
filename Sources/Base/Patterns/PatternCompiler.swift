import CVectorscan
import Glibc
import Model

/// Turns patterns into a vectorscan database, or takes the one that an earlier run made from the very same patterns.
///
/// Compiling costs up to seconds, loading a millisecond. See `PatternCache` for where they are kept and why a kept one
/// can be trusted.
package enum PatternCompiler {
  package struct Expression: Sendable {
    package var text: String
    /// `HS_FLAG_…` values.
    package var flags: UInt32
    /// What a scan reports for it.
    package var id: UInt32

    package init(_ text: String, flags: UInt32, id: UInt32) {
      self.text = text
      self.flags = flags
      self.id = id
    }
  }

  /// Why the patterns cannot be compiled, and the place in the list of the one at fault where that is known.
  package struct Failure: Error, Sendable {
    package let message: String
    package let index: Int?
  }

  /// A database for whole texts; whoever gets it frees it with `hs_free_database`.
  package static func compile(_ expressions: [Expression]) throws(Failure) -> OpaquePointer {
    let entry = PatternCache.Entry(expressions)
    if let kept = entry?.load() { return kept }
    let database = try compiled(expressions)
    entry?.store(database)
    return database
  }

  private static func compiled(_ expressions: [Expression]) throws(Failure) -> OpaquePointer {
    let copies = expressions.map { strdup($0.text) }
    defer { copies.forEach { free($0) } }
    let pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) }
    var made: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    let status = hs_compile_multi(
      pointers, expressions.map(\.flags), expressions.map(\.id), UInt32(expressions.count), UInt32(HS_MODE_BLOCK), nil,
      &made, &failure)
    defer { hs_free_compile_error(failure) }
    if status == HS_SUCCESS, let made { return made }
    let index = failure.map { Int($0.pointee.expression) }
    throw Failure(
      message: failure.map { String(cString: $0.pointee.message) } ?? "status \(status)",
      index: index.flatMap { expressions.indices.contains($0) ? $0 : nil })
  }
}
