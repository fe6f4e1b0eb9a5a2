import CVectorscan
import Glibc
import Model
import Patterns

/// The patterns of one field in one vectorscan database: a text is looked through once for all of them.
///
/// Immutable, shared by workers. A pattern that vectorscan cannot express exactly is taken as an over-wide prefilter,
/// to be confirmed by PCRE2; one it cannot take at all is handed back in `refused`.
final class ScanDatabase: @unchecked Sendable {
  struct Pattern {
    var test: Int
    var regex: String
    var caseless = false
    var dotTakesAll = true
    /// Written by a person, so its details must be PCRE2's.
    var isAuthored = false
  }

  /// Per pattern id: the test, and whether a hit must be confirmed.
  struct Entry {
    var test: Int32
    var needsConfirming: Bool
  }

  let database: OpaquePointer
  let entries: [Entry]
  let refused: [Int]

  /// nil when no pattern is left to scan for; `refused` of a made database holds the tests that must be done otherwise.
  init?(_ patterns: [Pattern]) {
    var usable: [(pattern: Pattern, flags: UInt32, confirm: Bool)] = []
    var refused: [Int] = []
    for pattern in patterns {
      if let taken = Self.flags(for: pattern) {
        usable.append((pattern, taken.flags, taken.confirm))
      } else {
        refused.append(pattern.test)
      }
    }
    var compiled: OpaquePointer?
    while compiled == nil, !usable.isEmpty {
      let (made, culprit) = Self.compile(usable.map { ($0.pattern.regex, $0.flags) })
      compiled = made
      if made == nil {
        let index = culprit ?? usable.count - 1
        refused.append(usable.remove(at: index).pattern.test)
      }
    }
    guard let compiled else { return nil }
    database = compiled
    entries = usable.map { Entry(test: Int32($0.pattern.test), needsConfirming: $0.confirm) }
    self.refused = refused
  }

  deinit { hs_free_database(database) }

  private static func flags(for pattern: Pattern) -> (flags: UInt32, confirm: Bool)? {
    var flags = UInt32(HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY)
    if pattern.caseless { flags |= UInt32(HS_FLAG_CASELESS) }
    if pattern.dotTakesAll { flags |= UInt32(HS_FLAG_DOTALL) }
    if !pattern.isAuthored { return (flags, false) }
    if pattern.regex.utf8.contains(0) { return nil }
    // At the end of a text, `$` is wider here than in the language.
    if accepts(pattern.regex, flags) { return (flags, pattern.regex.contains("$")) }
    flags |= UInt32(HS_FLAG_PREFILTER)
    return accepts(pattern.regex, flags) ? (flags, true) : nil
  }

  private static func accepts(_ regex: String, _ flags: UInt32) -> Bool {
    var info: UnsafeMutablePointer<hs_expr_info_t>?
    var error: UnsafeMutablePointer<hs_compile_error_t>?
    let status = hs_expression_info(regex, flags, &info, &error)
    hs_free_compile_error(error)
    free(info)
    return status == HS_SUCCESS
  }

  private static func compile(_ patterns: [(regex: String, flags: UInt32)]) -> (OpaquePointer?, culprit: Int?) {
    let expressions = patterns.enumerated().map {
      PatternCompiler.Expression($1.regex, flags: $1.flags, id: UInt32($0))
    }
    do throws(PatternCompiler.Failure) {
      return (try PatternCompiler.compile(expressions), nil)
    } catch {
      return (nil, error.index)
    }
  }
}

/// One worker's memory for scans with several databases, and the hits of the last one.
final class ScanScratch {
  private var scratch: OpaquePointer?
  private var hits: UnsafeMutablePointer<UInt32>
  private var capacity = 1

  init() { hits = .allocate(capacity: 1) }

  deinit {
    hs_free_scratch(scratch)
    hits.deallocate()
  }

  /// Makes the memory fit for `database` too; false where there is none to be had.
  func admit(_ database: ScanDatabase) -> Bool {
    if database.entries.count > capacity {
      hits.deallocate()
      capacity = database.entries.count
      hits = .allocate(capacity: capacity)
    }
    return hs_alloc_scratch(database.database, &scratch) == HS_SUCCESS
  }

  private struct Found {
    var hits: UnsafeMutablePointer<UInt32>
    var count = 0
    var capacity: Int
  }

  /// The ids of the patterns that occur in a text of at least one byte, in no order; nil where the scan failed.
  func scan(_ database: ScanDatabase, _ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt32>? {
    var found = Found(hits: hits, capacity: capacity)
    let status = withUnsafeMutablePointer(to: &found) { found in
      text.baseAddress!.withMemoryRebound(to: CChar.self, capacity: text.count) { bytes in
        hs_scan(
          database.database, bytes, UInt32(truncatingIfNeeded: text.count), 0, scratch,
          { id, _, _, _, context in
            let found = context!.assumingMemoryBound(to: Found.self)
            guard found.pointee.count < found.pointee.capacity else { return 1 }
            found.pointee.hits[found.pointee.count] = id
            found.pointee.count &+= 1
            return 0
          }, found)
      }
    }
    return status == HS_SUCCESS ? UnsafeBufferPointer(start: hits, count: found.count) : nil
  }
}
