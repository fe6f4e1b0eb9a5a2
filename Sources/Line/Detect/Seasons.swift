import Foundation
import Model
import Windows

/// What is usual for one customer in each hour of the week: a book for each detection that judges by it.
///
/// One thread at a time. Memory: at most 512 keys a book, 16 kB each.
package final class Seasons {
  /// Everything that arrived until then (ns since 1970 UTC) was learned.
  package var learnedUntil = Int64.min
  /// Where the customer's clocks stand: their Monday at nine is at nine in summer too. Where clocks are put back, the
  /// hour that comes twice counts as one. Another zone than before moves what is known by the difference.
  package var zone = TimeZone.gmt
  private(set) var books: [String: SeasonBook] = [:]

  package init() {}

  /// Keys and what is known of them, for each detection by id; the busiest first.
  package var contents: [(detection: String, keys: [SeasonalKey])] {
    books.sorted { $0.key < $1.key }.map { id, book in
      (id, book.keys.values.sorted { ($1.baseline.events, $0.name) < ($0.baseline.events, $1.name) })
    }
  }

  /// The book of a detection; a new one where it counts other events than before.
  func book(of detection: Detection) -> SeasonBook? {
    let hour: Int64 = 3_600_000_000_000
    guard detection.window.slot > 0, detection.window.slot <= hour else { return nil }
    let measure = SeasonBook.measure(detection)
    let known = books[detection.id].flatMap { $0.measure == measure ? $0 : nil }
    let book = known ?? SeasonBook(measure: measure, slotsPerHour: hour / detection.window.slot)
    book.zone = zone
    books[detection.id] = book
    return book
  }

  func add(_ book: SeasonBook, of detection: String) { books[detection] = book }

  /// Takes what another run learned from the same traffic or from other times: nothing counts twice.
  package func join(_ other: Seasons) {
    for (id, book) in other.books {
      guard let known = books[id], known.measure == book.measure else {
        books[id] = book
        continue
      }
      known.join(book)
    }
  }
}

/// What one detection usually counts, key by key.
final class SeasonBook {
  static let limit = 512
  /// Hash of what is counted: condition, key and slot.
  let measure: UInt64
  let slotsPerHour: Int64
  var zone = TimeZone.gmt
  private(set) var keys: [UInt64: SeasonalKey] = [:]
  /// The hour for which it was looked up last how far local clocks stand from UTC, and that in slots.
  private var shiftedHour = Int64.min
  private var shift: Int64 = 0
  /// The hour in which room was made last: a flood of keys that come once must not make it every time.
  private var roomMade = Int64.min

  init(measure: UInt64, slotsPerHour: Int64) {
    self.measure = measure
    self.slotsPerHour = slotsPerHour
  }

  static func measure(_ detection: Detection) -> UInt64 {
    let words =
      "\(detection.condition) \(detection.key.map(\.name)) \(detection.window.slot) \(detection.window.marks.map(\.description))"
    return Array(words.utf8).withUnsafeBufferPointer { byteHash($0, seed: 0) }
  }

  /// The name of the zone for words.
  var zoneName: String { zone == .gmt ? "UTC" : zone.identifier }

  /// The slot's number by local clocks.
  func local(_ slot: Int64) -> Int64 {
    let hour = hour(of: slot)
    if hour != shiftedHour {
      shiftedHour = hour
      let seconds = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(hour) * 3_600))
      shift = Int64(seconds) * slotsPerHour / 3_600
    }
    return slot &+ shift
  }

  func hour(of slot: Int64) -> Int64 { slot / slotsPerHour - (slot % slotsPerHour < 0 ? 1 : 0) }

  /// The key of that hash, made where there is room for it.
  func key(_ hash: UInt64, _ hour: Int64, name: () -> String) -> SeasonalKey? {
    if let known = keys[hash] { return known }
    if keys.count >= Self.limit {
      guard roomMade < hour else { return nil }
      roomMade = hour
      drop(keeping: Self.limit * 3 / 4)
    }
    let key = SeasonalKey(String(name().prefix(200)), slotsPerHour: slotsPerHour)
    keys[hash] = key
    return key
  }

  func add(_ key: SeasonalKey, _ hash: UInt64) { keys[hash] = key }

  func join(_ other: SeasonBook) {
    for (hash, key) in other.keys {
      if let known = keys[hash] { known.baseline.join(key.baseline) } else { keys[hash] = key }
    }
    if keys.count > Self.limit { drop(keeping: Self.limit) }
  }

  /// Keeps the busiest keys.
  private func drop(keeping count: Int) {
    let order = keys.map { (hash: $0.key, events: $0.value.baseline.events) }
      .sorted { ($0.events, $1.hash) > ($1.events, $0.hash) }
    for entry in order.dropFirst(count) { keys[entry.hash] = nil }
  }
}

/// One key, a host say, and what it usually brings.
package final class SeasonalKey {
  package let name: String
  package var baseline: SeasonalBaseline

  init(_ name: String, slotsPerHour: Int64) {
    self.name = name
    baseline = SeasonalBaseline(slotsPerHour: slotsPerHour)
  }
}
