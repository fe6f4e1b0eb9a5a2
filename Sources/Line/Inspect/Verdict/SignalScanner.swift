import CVectorscan
import Dispatch
import Glibc
import Patterns
import Synchronization

/// What stops the signals from being compiled: a fault of this source, not of the input.
package struct SignalError: Error, CustomStringConvertible {
  package let description: String
}

/// The compiled signals; immutable and shared by all workers. Compiling takes some two seconds of CPU time, spread over
/// the processors: merging all patterns into one automaton would take three times as long.
package final class SignalPatterns: @unchecked Sendable {
  /// One for each family, in order.
  fileprivate let databases: [OpaquePointer]
  fileprivate let needs: SignalNeeds

  package init() throws(SignalError) {
    needs = try SignalNeeds()
    let counts = Signals.families.map(\.count)
    let firsts = counts.indices.map { counts[..<$0].reduce(0, +) }
    let outcomes = Mutex([Result<CompiledFamily, SignalError>?](repeating: nil, count: Signals.families.count))
    DispatchQueue.concurrentPerform(iterations: Signals.families.count) { index in
      let outcome = CompiledFamily.compile(Signals.families[index], first: firsts[index])
      outcomes.withLock { $0[index] = outcome }
    }
    let compiled = outcomes.withLock { $0 }.compactMap { try? $0?.get().database }
    databases = compiled
    for outcome in outcomes.withLock({ $0 }) {
      guard case .failure(let error)? = outcome else { continue }
      throw error
    }
  }

  deinit { databases.forEach { hs_free_database($0) } }
}

/// One family's automaton on its way from the thread that compiled it.
private struct CompiledFamily: @unchecked Sendable {
  let database: OpaquePointer

  /// `first` is the number of the family's first signal among all.
  static func compile(_ signals: [Signal], first: Int) -> Result<CompiledFamily, SignalError> {
    let flags = UInt32(HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH)
    let expressions = signals.indices.map {
      PatternCompiler.Expression(signals[$0].pattern, flags: flags, id: UInt32(first + $0))
    }
    do throws(PatternCompiler.Failure) {
      return .success(CompiledFamily(database: try PatternCompiler.compile(expressions)))
    } catch {
      let id = error.index.map { signals[$0].id } ?? "?"
      return .failure(SignalError(description: "signal \(id): \(error.message)"))
    }
  }
}

/// Finds the signals in a text; one per worker.
final class SignalScanner {
  private let patterns: SignalPatterns
  private let screen: SignalScreen
  private var scratch: OpaquePointer?

  init(_ patterns: SignalPatterns) throws(SignalError) {
    self.patterns = patterns
    screen = SignalScreen(patterns.needs)
    for database in patterns.databases where hs_alloc_scratch(database, &scratch) != HS_SUCCESS {
      throw SignalError(description: "no memory for the pattern scanner")
    }
  }

  deinit { hs_free_scratch(scratch) }

  /// Appends the number of each signal in a text that means something at its place, in no particular order; others may
  /// be among them.
  func scan(_ text: [UInt8], at place: PartPlace, into hits: inout [Int]) {
    withUnsafeMutablePointer(to: &hits) { hits in
      text.withUnsafeBytes { bytes in
        var families = screen.families(in: bytes, at: place)
        while families != 0 {
          _ = hs_scan(
            patterns.databases[families.trailingZeroBitCount], bytes.baseAddress, UInt32(clamping: bytes.count), 0,
            scratch,
            { number, _, _, _, context in
              context?.assumingMemoryBound(to: [Int].self).pointee.append(Int(number))
              return 0
            }, hits)
          families &= families &- 1
        }
      }
    }
  }

  /// Whether neither the text nor any piece of it can hold a signal at any place.
  func isMute(_ text: UnsafeRawBufferPointer) -> Bool { screen.isMute(text) }

  /// Whether the text holds a signal that means something at its place.
  func holdsSignal(_ text: UnsafeRawBufferPointer, at place: PartPlace) -> Bool {
    var families = screen.families(in: text, at: place)
    if families == 0 { return false }
    var search = Search(wanted: screen.signals(at: place), isFound: false)
    while families != 0, !search.isFound {
      _ = hs_scan(
        patterns.databases[families.trailingZeroBitCount], text.baseAddress, UInt32(clamping: text.count), 0, scratch,
        { number, _, _, _, context in
          let search = context!.assumingMemoryBound(to: Search.self)
          search.pointee.isFound = search.pointee.wanted[Int(number >> 6)] >> UInt64(number & 63) & 1 != 0
          // The first match that counts ends the scan.
          return search.pointee.isFound ? 1 : 0
        }, &search)
      families &= families &- 1
    }
    return search.isFound
  }

  private struct Search {
    let wanted: UnsafePointer<UInt64>
    var isFound: Bool
  }
}
