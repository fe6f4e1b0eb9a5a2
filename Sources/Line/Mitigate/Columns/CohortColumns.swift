import Glibc
import Model

/// Attacks and the traffic beside them as coded columns, as many rows as memory allows.
///
/// What does not fit is thinned by a hash of the event's place, each cohort by itself, so that a small attack keeps all
/// its rows beside a flood. The same input gives the same rows with any number of threads. Memory: some 150 bytes a row.
package final class CohortColumns {
  /// Rows of one cohort: every row of it that its own thinning keeps.
  struct Cohort {
    /// Events, weights applied, thinned or not.
    var events = 0
    /// Every `1 << thinning`-th row is kept.
    var thinning = 0
    var kept = 0
    var firstSeen = Int64.max
    var lastSeen = Int64.min
  }

  let attacks: Int
  private let limit: Int
  private let capacity: Int
  /// The attacks in their order, then the baseline.
  private(set) var cohorts: [Cohort]
  private(set) var count = 0
  private(set) var tables: [ValueTable]
  /// The codes of one facet, one a row.
  private let codes: [UnsafeMutablePointer<UInt32>]
  let times: UnsafeMutablePointer<Int64>
  /// Which attacks a row belongs to, one bit each; none: baseline.
  let masks: UnsafeMutablePointer<UInt64>
  private let places: UnsafeMutablePointer<UInt32>
  private var seen: UInt64 = 0
  private let reader = FacetReader()

  package init(attacks: Int, limit: Int) {
    precondition(attacks <= 64, "a row's attacks are the bits of a word")
    self.attacks = attacks
    self.limit = max(limit, 1_000)
    // A batch may be taken whole before the columns are thinned.
    capacity = self.limit + 1
    cohorts = Array(repeating: Cohort(), count: attacks + 1)
    tables = Facet.allCases.map { _ in ValueTable() }
    let capacity = capacity
    codes = Facet.allCases.map { _ in Self.zeroed(capacity) }
    times = .allocate(capacity: capacity)
    masks = .allocate(capacity: capacity)
    places = .allocate(capacity: capacity)
  }

  deinit {
    for column in codes { free(column) }
    times.deallocate()
    masks.deallocate()
    places.deallocate()
  }

  /// Memory that costs nothing until a code is written: most inputs have no more than half of the facets.
  private static func zeroed(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    calloc(count, MemoryLayout<UInt32>.stride)!.bindMemory(to: UInt32.self, capacity: count)
  }

  func codes(_ facet: Facet) -> UnsafeMutablePointer<UInt32> { codes[facet.rawValue] }

  /// Takes a batch's rows, one bit a row: `attacks` says which belong to which attack, `baseline` which to none.
  func take(_ batch: EventBatch, attacks: [[UInt64]], baseline: [UInt64]) {
    for row in 0..<batch.count {
      let (word, shift) = (row >> 6, UInt64(row & 63))
      var mask: UInt64 = 0
      for index in attacks.indices where attacks[index][word] >> shift & 1 == 1 { mask |= 1 << UInt64(index) }
      seen &+= 1
      if mask == 0, baseline[word] >> shift & 1 == 0 { continue }
      let weight = Int(batch.number(.weight, row) ?? 1)
      let place = UInt32(truncatingIfNeeded: hashMix(seen ^ 0x9e37_79b9_7f4a_7c15, 0xe703_7ed1_a0b4_28db) >> 16)
      let time = batch.number(.time, row) ?? 0
      if count(mask, place, weight, time) { keep(batch, row, mask, place, time) }
    }
  }

  /// Counts an event for its cohorts; whether one of them keeps the row.
  private func count(_ mask: UInt64, _ place: UInt32, _ weight: Int, _ time: Int64) -> Bool {
    var keeps = false
    forEachCohort(mask) { index in
      cohorts[index].events &+= weight
      cohorts[index].firstSeen = min(cohorts[index].firstSeen, time)
      cohorts[index].lastSeen = max(cohorts[index].lastSeen, time)
      if place & thinMask(index) == 0 {
        cohorts[index].kept += 1
        keeps = true
      }
    }
    return keeps
  }

  private func keep(_ batch: EventBatch, _ row: Int, _ mask: UInt64, _ place: UInt32, _ time: Int64) {
    for facet in Facet.allCases {
      Self.put(reader.code(facet, batch, row, &tables[facet.rawValue]), codes[facet.rawValue] + count)
    }
    times[count] = time
    masks[count] = mask
    places[count] = place
    count += 1
    while count > limit { thin() }
  }

  /// Leaves pages that hold only zeros untouched.
  @inline(__always) private static func put(_ code: UInt32, _ place: UnsafeMutablePointer<UInt32>) {
    if place.pointee != code { place.pointee = code }
  }

  /// Halves the largest cohort.
  private func thin() {
    let largest = cohorts.indices.max { cohorts[$0].kept < cohorts[$1].kept }!
    cohorts[largest].thinning += 1
    for index in cohorts.indices { cohorts[index].kept = 0 }
    var kept = 0
    for row in 0..<count {
      var keeps = false
      forEachCohort(masks[row]) { index in
        if places[row] & thinMask(index) == 0 {
          cohorts[index].kept += 1
          keeps = true
        }
      }
      guard keeps else { continue }
      for column in codes { Self.put(column[row], column + kept) }
      (times[kept], masks[kept], places[kept]) = (times[row], masks[row], places[row])
      kept += 1
    }
    count = kept
  }

  private func thinMask(_ cohort: Int) -> UInt32 { (1 << UInt32(cohorts[cohort].thinning)) - 1 }

  private func forEachCohort(_ mask: UInt64, _ body: (Int) -> Void) {
    if mask == 0 { return body(attacks) }
    var left = mask
    while left != 0 {
      body(left.trailingZeroBitCount)
      left &= left - 1
    }
  }

  /// The rows that stand for one attack, in the order of the input.
  func rows(ofAttack attack: Int) -> [Int32] {
    (0..<count).filter { masks[$0] >> UInt64(attack) & 1 == 1 && places[$0] & thinMask(attack) == 0 }.map(Int32.init)
  }

  /// The rows that stand for the baseline.
  func baselineRows() -> [Int32] {
    (0..<count).filter { masks[$0] == 0 && places[$0] & thinMask(attacks) == 0 }.map(Int32.init)
  }
}
