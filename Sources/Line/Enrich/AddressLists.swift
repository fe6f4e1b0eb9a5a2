import Foundation
import Model

/// Named lists of addresses and networks: reputation feeds, partners, offices, monitors.
package struct AddressLists: Sendable {
  /// One list; `text` is what a matching event's `ip.src.lists` holds for it.
  package struct List: Sendable {
    package let name: String
    package let set: AddressSet
  }

  package private(set) var lists: [List] = []

  package init() {}

  package var isEmpty: Bool { lists.isEmpty }

  /// Adds the list in the file at `path`, as `networks(of:)` reads it; odd lines are returned.
  package mutating func add(name: String, path: String) throws(WorldError) -> [String] {
    let (found, odd) = try Self.networks(of: path)
    lists.append(List(name: name, set: AddressSet(found)))
    return odd
  }

  /// The file's networks, and lines that are none: one address, network or range `a-b` a line, `#` and `;` start a
  /// comment, what follows the address on its line is ignored (counts in feeds); ipset's `add NAME address` lines are
  /// read too.
  ///
  /// Errors: `WorldError` when it cannot be read or holds no address at all.
  package static func networks(of path: String) throws(WorldError) -> (found: [AddressNetwork], odd: [String]) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw WorldError(
        what: "address list cannot be read", place: path, why: "no such file or no permission", retryHelps: false)
    }
    var networks: [AddressNetwork] = []
    var odd: [String] = []
    for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard let word = Self.address(in: line) else { continue }
      if let network = AddressNetwork(word) {
        networks.append(network)
      } else if let range = Self.range(word) {
        networks += range
      } else {
        odd.append(String(word.prefix(80)))
      }
    }
    guard !networks.isEmpty else {
      throw WorldError(what: "no address list", place: path, why: "it holds no address", retryHelps: false)
    }
    return (networks, odd)
  }

  private static func address(in line: Substring) -> Substring? {
    let words = line.prefix { $0 != "#" && $0 != ";" }.split(whereSeparator: { $0.isWhitespace || $0 == "," })
    guard let first = words.first else { return nil }
    if first == "create" { return nil }
    return first == "add" && words.count >= 3 ? words[2] : first
  }

  /// `a-b` as the networks that cover it exactly; nil when it is no range.
  private static func range(_ text: Substring) -> [AddressNetwork]? {
    let ends = text.split(separator: "-").map { IPAddress(String($0)) }
    guard ends.count == 2, var first = ends[0], let last = ends[1], first <= last, first.isV4 == last.isV4 else {
      return nil
    }
    var networks: [AddressNetwork] = []
    while first <= last {
      var bits = 0
      while AddressNetwork(first, bits: bits).first != first || AddressNetwork(first, bits: bits).last > last {
        bits += 1
      }
      networks.append(AddressNetwork(first, bits: bits))
      let end = networks[networks.count - 1].last
      guard end < last else { break }
      first = IPAddress(high: end.low == .max ? end.high &+ 1 : end.high, low: end.low &+ 1)
    }
    return networks
  }
}
