import Foundation
import Model

/// Something that a report or a feed says is bad, and that may be met in logs.
package struct Indicator: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case address, network, host, path, agent, ja3, ja4, hash
  }

  package var kind: Kind
  package var text: String
  /// What its source calls it.
  package var label: String

  package init(_ kind: Kind, _ text: String, label: String = "") {
    self.kind = kind
    self.text = text
    self.label = label
  }
}

/// Indicators out of a file: lines, a feed as CSV, or a STIX 2.1 bundle.
package struct IndicatorList: Sendable {
  package private(set) var indicators: [Indicator] = []
  /// What was not understood, in words, with its place.
  package private(set) var oddities: [String] = []
  private var seen: Set<Indicator> = []

  /// Errors: the file cannot be read.
  package init(path: String) throws(WorldError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw WorldError(what: "the indicators cannot be read", place: path, code: errno)
    }
    self.init(data)
  }

  package init(_ data: Data) {
    if data.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{"),
      let bundle = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    {
      readSTIX(bundle)
    } else {
      for (number, line) in String(decoding: data, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() { readLine(String(line), number + 1) }
    }
  }

  mutating func add(_ indicator: Indicator) {
    var same = indicator
    same.label = ""
    if seen.insert(same).inserted { indicators.append(indicator) }
  }

  mutating func complain(_ words: String) { oddities.append(words) }

  // MARK: Lines

  /// `192.0.2.1`, `agent: sqlmap`, `198.51.100.0/24,some words`; `#` begins a remark.
  private mutating func readLine(_ line: String, _ number: Int) {
    let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty || text.hasPrefix("#") || text.hasPrefix("//") || text.hasPrefix(";") { return }
    if let colon = text.firstIndex(of: ":"), let kind = Indicator.Kind(rawValue: text[..<colon].lowercased()) {
      let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      if let indicator = Self.checked(kind, value) {
        add(indicator)
      } else {
        complain("line \(number): '\(value.prefix(60))' is no \(kind.rawValue)")
      }
      return
    }
    if let known = Self.recognised(text) { return add(known) }
    // The first cell of a feed's line, where that is something by itself.
    let cells = text.split(maxSplits: 1, omittingEmptySubsequences: false) { ",;\t| ".contains($0) }
    let first = cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
    if cells.count > 1, var known = Self.recognised(first), known.kind != .path {
      known.label = String(cells[1].trimmingCharacters(in: CharacterSet(charactersIn: "\",;|\t #")).prefix(80))
      return add(known)
    }
    complain("line \(number): say what '\(text.prefix(60))' is, as in `agent: \(text.prefix(20))`")
  }

  /// What a text is by its shape; nil where that could be anything.
  static func recognised(_ text: String) -> Indicator? {
    if IPAddress(text) != nil { return Indicator(.address, text) }
    if text.contains("/"), AddressNetwork(text) != nil { return Indicator(.network, text) }
    if text.hasPrefix("/") { return Indicator(.path, text) }
    let isHex = text.utf8.allSatisfy { hexDigit($0) != nil }
    if isHex, text.utf8.count == 32 { return Indicator(.ja3, text.lowercased()) }
    if isHex, [40, 64, 128].contains(text.utf8.count) { return Indicator(.hash, text.lowercased()) }
    if isJA4(text) { return Indicator(.ja4, text.lowercased()) }
    for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
      let rest = text.dropFirst(scheme.count)
      let host = rest.prefix { !"/:?#".contains($0) }
      if let path = rest.firstIndex(of: "/"), rest[path...].count > 1 {
        return Indicator(.path, String(rest[path...].prefix { $0 != "?" && $0 != "#" }), label: String(host))
      }
      return isHost(host) ? Indicator(.host, host.lowercased()) : nil
    }
    return isHost(text[...]) ? Indicator(.host, text.lowercased()) : nil
  }

  static func checked(_ kind: Indicator.Kind, _ text: String) -> Indicator? {
    switch kind {
    case .address: IPAddress(text).map { Indicator(kind, $0.description) }
    case .network: AddressNetwork(text) == nil ? nil : Indicator(kind, text)
    case .host: isHost(text[...]) ? Indicator(kind, text.lowercased()) : nil
    case .ja3, .hash:
      !text.isEmpty && text.utf8.allSatisfy { hexDigit($0) != nil } ? Indicator(kind, text.lowercased()) : nil
    case .path, .agent, .ja4: text.isEmpty ? nil : Indicator(kind, kind == .ja4 ? text.lowercased() : text)
    }
  }

  /// Source: FoxIO's description of JA4: a protocol, ten signs, and two hashes of twelve digits.
  private static func isJA4(_ text: String) -> Bool {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].count == 10 && "tqd".contains(text.first ?? "-")
      && parts[1...].allSatisfy { $0.count == 12 && $0.utf8.allSatisfy { hexDigit($0) != nil } }
  }

  private static func isHost(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && text.utf8.count <= 253
      && labels.allSatisfy { label in
        !label.isEmpty && label.utf8.count <= 63
          && label.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F }
      } && labels.last!.utf8.contains { ($0 | 0x20) &- 0x61 < 26 }
  }
}

/// The value of a hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x57
  default: nil
  }
}
