import CVectorscan

/// All literals that any link asks for, found in one pass; shared by all workers.
final class LiteralScan: @unchecked Sendable {
  // Written once in `init`; scanning only reads it.
  fileprivate let database: OpaquePointer?
  /// Which links a literal satisfies, and in which of their two clauses.
  let uses: [[(link: Int, clause: Int)]]
  let linkCount: Int

  init(_ requirements: [Requirement]) throws(RuleSetError) {
    var places: [[UInt8]: Int] = [:]
    var literals: [[UInt8]] = []
    var uses: [[(link: Int, clause: Int)]] = []
    for (link, requirement) in requirements.enumerated() {
      for (clause, wanted) in requirement.clauses.enumerated() {
        for literal in wanted.literals {
          let place = places[literal, default: literals.count]
          if place == literals.count {
            places[literal] = place
            literals.append(literal)
            uses.append([])
          }
          uses[place].append((link, clause))
        }
      }
    }
    self.uses = uses
    linkCount = requirements.count
    database = try Self.compile(literals)
  }

  deinit { hs_free_database(database) }

  private static func compile(_ literals: [[UInt8]]) throws(RuleSetError) -> OpaquePointer? {
    guard !literals.isEmpty else { return nil }
    let copies = literals.map { literal in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: literal.count + 1)
      for (index, byte) in literal.enumerated() { copy[index] = CChar(bitPattern: byte) }
      copy[literal.count] = 0
      return copy
    }
    defer { copies.forEach { $0.deallocate() } }
    let flags = [UInt32](
      repeating: UInt32(HS_FLAG_CASELESS) | UInt32(HS_FLAG_SINGLEMATCH), count: literals.count)
    var made: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    let status = hs_compile_lit_multi(
      copies.map { UnsafePointer($0) }, flags, (0..<UInt32(literals.count)).map { $0 }, literals.map(\.count),
      UInt32(literals.count), UInt32(HS_MODE_BLOCK), nil, &made, &failure)
    defer { hs_free_compile_error(failure) }
    guard status == HS_SUCCESS, let made else {
      throw .unavailable("vectorscan: " + (failure.map { String(cString: $0.pointee.message) } ?? "no database"))
    }
    return made
  }
}

/// One worker's memory for a scan: the clauses that a text fulfils.
final class LiteralHits {
  private let scan: LiteralScan
  private let scratch: OpaquePointer?
  /// The first clauses, then the second.
  let words: UnsafeMutablePointer<UInt64>
  let width: Int

  init(_ scan: LiteralScan) {
    self.scan = scan
    width = (scan.linkCount + 63) / 64
    words = .allocate(capacity: 2 * width + 1)
    words.initialize(repeating: 0, count: 2 * width + 1)
    var made: OpaquePointer?
    if let database = scan.database {
      guard hs_alloc_scratch(database, &made) == HS_SUCCESS else {
        preconditionFailure("no memory for a scan's working space")
      }
    }
    scratch = made
  }

  deinit {
    hs_free_scratch(scratch)
    words.deallocate()
  }

  /// Finds the clauses that the text fulfils by its literals.
  func find(in text: UnsafePointer<UInt8>, _ count: Int) {
    words.update(repeating: 0, count: 2 * width)
    guard let database = scan.database, count > 0 else { return }
    _ = hs_scan(
      database, UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self), UInt32(truncatingIfNeeded: count), 0,
      scratch,
      { literal, _, _, _, context in
        let hits = Unmanaged<LiteralHits>.fromOpaque(context!).takeUnretainedValue()
        for use in hits.scan.uses[Int(literal)] {
          hits.words[use.clause * hits.width + (use.link >> 6)] |= 1 << UInt64(use.link & 63)
        }
        return 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}
