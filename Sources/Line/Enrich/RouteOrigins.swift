import Foundation
import Model

/// Which network announces which prefixes, as a customer says, and what an announcement is by that.
///
/// The judgement is that of route origin validation: valid where a prefix that covers the announced one names its origin,
/// invalid where covering prefixes name others only. Source: RFC 6811 section 2.
package struct RouteOrigins: Sendable {
  private struct Entry {
    var network: AddressNetwork
    var origin: Int64
  }

  private var entries: [Entry] = []

  package var isEmpty: Bool { entries.isEmpty }

  init() {}

  /// Adds the lines of a file: a prefix and the number of its network, `203.0.113.0/24 AS64500`; `#` starts a comment.
  ///
  /// Errors: `WorldError` where it cannot be read or a line is something else.
  mutating func add(path: String) throws(WorldError) {
    guard let text = readText(path) else {
      throw WorldError(
        what: "prefixes cannot be read", place: path, why: "no such file or no permission", retryHelps: false)
    }
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: { $0.isWhitespace || $0 == "," })
      if words.isEmpty { continue }
      guard words.count == 2, let network = AddressNetwork(words[0]),
        let origin = Int64(words[1].uppercased().replacing("AS", with: ""))
      else {
        throw WorldError(
          what: "line \(place + 1) is no prefix with its network", place: path,
          why: "it must be as 203.0.113.0/24 AS64500", retryHelps: false)
      }
      entries.append(Entry(network: network, origin: origin))
    }
  }

  /// The place in `EventField.routeValidities` of an announced prefix; `origin` is below zero where nothing was announced.
  func validity(of network: IPAddress, bits: Int, origin: Int64) -> Int64 {
    var isCovered = false
    for entry in entries where bits >= entry.network.bits && network.isV4 == entry.network.base.isV4 {
      guard network.network(entry.network.bits) == entry.network.base else { continue }
      if entry.origin == origin { return 0 }
      isCovered = true
    }
    return isCovered ? (origin < 0 ? 3 : 1) : 2
  }
}

extension EnrichWorker {
  /// Judges every route against what customers said.
  func judgeRoutes(_ batch: EventBatch, _ origins: RouteOrigins) {
    guard batch.isTouched(.routePrefix) else { return }
    batch.touch(.routeValidity)
    for row in 0..<batch.count where batch.isPresent(.routePrefix, row) {
      let text = batch.bytes(.routePrefix, row)
      guard let slash = text.lastIndex(of: 0x2f) else { continue }
      let bits = text[(slash + 1)...].reduce(0) { $0 * 10 + Int($1 &- 0x30) }
      let origin = batch.number(.routeOrigin, row) ?? -1
      batch.set(
        .routeValidity, row, origins.validity(of: batch.address(.ipDestination, row), bits: bits, origin: origin))
    }
  }
}
