import Foundation

/// The zone of times that carry none: how far local clocks stood from UTC at any moment.
///
/// An hour that a clock shows twice counts as its first; one that it skips as if it had not been put forward yet.
package struct ClockZone: Sendable, Equatable {
  /// Seconds east of UTC before the first change.
  private let first: Int
  /// Local seconds since 1970 from which on an offset holds, in order.
  private let changes: [Change]

  private struct Change: Equatable {
    let local: Int64
    let offset: Int
  }

  package static let utc = ClockZone(offset: 0)

  /// Always `offset` seconds east of UTC.
  package init(offset: Int) { self.init(first: offset, changes: []) }

  private init(first: Int, changes: [Change]) {
    self.first = first
    self.changes = changes
  }

  /// The zone that `name` means: `UTC`, `+02:00`, `-0530`, or a name of the IANA time zone database (`Europe/Berlin`);
  /// nil where it means none.
  package init?(_ name: String) {
    if let offset = Self.offset(name) {
      self.init(offset: offset)
      return
    }
    guard let zone = Self.zone(name) else { return nil }
    var changes: [Change] = []
    var at = Date(timeIntervalSince1970: 0)
    let end = Date(timeIntervalSince1970: 4_102_444_800)
    let first = zone.secondsFromGMT(for: at)
    var before = first
    while let next = zone.nextDaylightSavingTimeTransition(after: at), next < end, next > at {
      let after = zone.secondsFromGMT(for: next)
      changes.append(
        Change(local: Int64(next.timeIntervalSince1970) + Int64(max(before, after)), offset: after))
      (before, at) = (after, next)
    }
    self.init(first: first, changes: changes)
  }

  /// Names of the database, for suggestions.
  package static var names: [String] { TimeZone.knownTimeZoneIdentifiers }

  /// Seconds east of UTC when local clocks show `local` seconds since 1970.
  @inline(__always) func offset(atLocal local: Int64) -> Int {
    changes.isEmpty ? first : changedOffset(local)
  }

  @inline(never) private func changedOffset(_ local: Int64) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].local <= local { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : changes[low - 1].offset
  }

  /// `UTC`, `Z`, `±HH`, `±HH:MM` or `±HHMM`.
  private static func offset(_ name: String) -> Int? {
    if ["UTC", "GMT", "Z"].contains(name.uppercased()) { return 0 }
    guard let parts = name.wholeMatch(of: /([+-])([0-9]{2})(?::?([0-9]{2}))?/), let hours = Int(parts.2),
      let minutes = Int(parts.3 ?? "0"), hours <= 14, minutes <= 59
    else { return nil }
    return (parts.1 == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// Foundation also takes shorthands that mean other zones to other people (`IST`, `CST`); the database's names do not.
  private static func zone(_ name: String) -> TimeZone? {
    guard let known = names.first(where: { $0.lowercased() == name.lowercased() }) else {
      return name.contains("/") ? TimeZone(identifier: name) : nil
    }
    return TimeZone(identifier: known)
  }
}
