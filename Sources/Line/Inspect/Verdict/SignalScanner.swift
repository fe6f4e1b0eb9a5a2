import CVectorscan
import Glibc

/// What stops the signals from being compiled: a fault of this source, not of the input.
package struct SignalError: Error, CustomStringConvertible {
  package let description: String
}

/// The compiled signals; immutable and shared by all workers.
package final class SignalPatterns: @unchecked Sendable {
  /// One for each family, in order: merging all patterns into one automaton would take three times as long.
  fileprivate let databases: [OpaquePointer]

  package init() throws(SignalError) {
    var databases: [OpaquePointer] = []
    var first = 0
    do {
      for family in Signals.families {
        databases.append(try Self.compile(family, first: first))
        first += family.count
      }
    } catch {
      databases.forEach { hs_free_database($0) }
      throw error
    }
    self.databases = databases
  }

  deinit { databases.forEach { hs_free_database($0) } }

  /// `first` is the number of the family's first signal among all.
  private static func compile(_ signals: [Signal], first: Int) throws(SignalError) -> OpaquePointer {
    let patterns = signals.map { strdup($0.pattern) }
    defer { patterns.forEach { free($0) } }
    let expressions = patterns.map { UnsafePointer($0) }
    let flag = UInt32(HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH)
    let flags = [UInt32](repeating: flag, count: signals.count)
    let numbers = signals.indices.map { UInt32(first + $0) }
    var database: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    let status = hs_compile_multi(
      expressions, flags, numbers, UInt32(signals.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
    guard status == HS_SUCCESS, let database else {
      let at = failure.map { Int($0.pointee.expression) } ?? -1
      let text = failure.map { String(cString: $0.pointee.message) } ?? "status \(status)"
      hs_free_compile_error(failure)
      throw SignalError(description: "signal \(signals.indices.contains(at) ? signals[at].id : "?"): \(text)")
    }
    return database
  }
}

/// Finds the signals in a text; one per worker.
final class SignalScanner {
  private let patterns: SignalPatterns
  private var scratch: OpaquePointer?

  init(_ patterns: SignalPatterns) throws(SignalError) {
    self.patterns = patterns
    for database in patterns.databases where hs_alloc_scratch(database, &scratch) != HS_SUCCESS {
      throw SignalError(description: "no memory for the pattern scanner")
    }
  }

  deinit { hs_free_scratch(scratch) }

  /// Calls `found` with the index of each signal in the text, in no particular order, each once.
  func scan(_ text: [UInt8], into hits: inout [Int]) {
    guard !text.isEmpty else { return }
    withUnsafeMutablePointer(to: &hits) { hits in
      text.withUnsafeBytes { bytes in
        for database in patterns.databases {
          _ = hs_scan(
            database, bytes.baseAddress, UInt32(clamping: bytes.count), 0, scratch,
            { number, _, _, _, context in
              context?.assumingMemoryBound(to: [Int].self).pointee.append(Int(number))
              return 0
            }, hits)
        }
      }
    }
  }
}
