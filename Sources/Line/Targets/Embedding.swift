import Conditions
import Foundation
import Model

/// How an artifact stands in a configuration, so that it is found and taken out again.
enum Embedding: Sendable {
  /// Lines between two marks that are comments of the language; `reason` in words stands behind the first.
  case lines(comment: String)
  /// Objects of JSON whose text under `key` begins with the prefix and the reference.
  case json(key: String, prefix: String = "weir:")

  private static let label = "weir"

  func wrap(_ text: String, _ mitigation: Mitigation) -> String {
    guard case .lines(let comment) = self else { return text.hasSuffix("\n") ? text : text + "\n" }
    let reason = Self.ascii(mitigation.reason)
    let name = mitigation.reference + Self.until(mitigation)
    return "\(comment) \(Self.label) begin \(name)\(reason.isEmpty ? "" : ": " + reason)\n"
      + text + (text.hasSuffix("\n") ? "" : "\n") + "\(comment) \(Self.label) end \(mitigation.reference)\n"
  }

  /// Weir's own artifacts in a configuration, in order; a part of one that stands apart is named again.
  func find(in configuration: String) -> [Deployed] {
    switch self {
    case .lines: blocks(of: configuration).map(\.deployed)
    case .json(let key, let prefix): JSONLabel(key: key, prefix: prefix).deployed(in: configuration)
    }
  }

  /// What stands behind a reference where the mitigation has to go again.
  fileprivate static func until(_ mitigation: Mitigation) -> String {
    mitigation.expires.map { " until \(UTCTime.rfc3339($0))" } ?? ""
  }

  func remove(_ reference: String, from configuration: String) -> String? {
    switch self {
    case .json(let key, let prefix): return JSONLabel(key: key, prefix: prefix).removing(reference, from: configuration)
    case .lines:
      let gone = blocks(of: configuration).filter { $0.deployed.reference == reference }
      guard !gone.isEmpty else { return nil }
      var bytes = Array(configuration.utf8)
      for block in gone.reversed() { bytes.removeSubrange(block.range) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Complete blocks only: a begin without its own end is somebody's text, not an artifact.
  private func blocks(of configuration: String) -> [(deployed: Deployed, range: Range<Int>)] {
    guard case .lines(let comment) = self else { return [] }
    let begin = "\(comment) \(Self.label) begin ", end = "\(comment) \(Self.label) end "
    var open: (deployed: Deployed, start: Int)?
    var found: [(deployed: Deployed, range: Range<Int>)] = []
    var at = 0
    for line in Array(configuration.utf8).split(separator: 0x0A, omittingEmptySubsequences: false) {
      let text = String(decoding: line, as: UTF8.self)
      let next = at + line.count + 1
      if text.hasPrefix(begin) {
        open = Deployed(text.dropFirst(begin.count)).map { ($0, at) }
      } else if let block = open, text == end + block.deployed.reference {
        found.append((block.deployed, block.start..<min(next, configuration.utf8.count)))
        open = nil
      }
      at = next
    }
    return found
  }

  /// Words that can stand in a comment of any language: printable ASCII without the marks that end one or begin another.
  static func ascii(_ text: String, limit: Int = 200) -> String {
    var out = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      let isPlain =
        scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7F
        && !#"*/\"'`${}<>#%;&|"#.unicodeScalars.contains(scalar)
      out.unicodeScalars.append(isPlain ? scalar : "_")
    }
    return out
  }
}

/// An artifact of Weir's as it was found in a configuration.
package struct Deployed: Sendable, Hashable {
  package var reference: String
  /// When it must be gone again (ns since 1970 UTC); nil where it may stay.
  package var expires: Int64?

  /// Reads `REFERENCE`, `REFERENCE until TIME`, both with anything behind a colon or blank; nil for other text.
  init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    reference = String(words.first?.prefix { $0 != ":" } ?? "")
    guard Target.isReference(reference) else { return nil }
    guard words.count > 2, words[1] == "until", words[0].count == reference.count else { return }
    let time = words[2].hasSuffix(":") ? words[2].dropLast() : words[2]
    expires = EventTime(parsing: Array(time.utf8))?.nanoseconds
  }
}

/// How Weir's own objects in the JSON of a platform are told: by the beginning of the text under a key.
struct JSONLabel: Hashable {
  let key: String
  let prefix: String

  /// Calls `body` with every object that carries the label, anywhere in the tree, outer ones first.
  func forEachOwn(in root: Any, _ body: (Deployed, [String: Any]) -> Void) {
    Self.walk(root) { object in
      if let own = own(object) { body(own, object) }
      return object
    }
  }

  /// The references in a text, each once; empty where it is no JSON.
  func deployed(in text: String) -> [Deployed] {
    guard let root = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return [] }
    var found: [Deployed] = []
    forEachOwn(in: root) { own, _ in if !found.contains(own) { found.append(own) } }
    return found
  }

  /// The text without the objects of a reference; nil where there are none.
  func removing(_ reference: String, from text: String) -> String? {
    guard let root = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return nil }
    var isThere = false
    let rest = Self.walk(root) { object in
      guard own(object)?.reference == reference else { return object }
      isThere = true
      return nil
    }
    return isThere ? JSONTree.text(rest ?? [Any]()) : nil
  }

  /// What stands behind the prefix; when it expires, its description says too.
  private func own(_ object: [String: Any]) -> Deployed? {
    guard let label = object[key] as? String, label.hasPrefix(prefix) else { return nil }
    var own = Deployed(label.dropFirst(prefix.count))
    if let words = object["description"] as? String, words.hasPrefix("weir:") {
      own?.expires = Deployed(words.dropFirst(5))?.expires
    }
    return own
  }

  /// An object for which `change` gives nil is left out of its list.
  @discardableResult private static func walk(_ value: Any, _ change: ([String: Any]) -> [String: Any]?) -> Any? {
    if let list = value as? [Any] { return list.compactMap { walk($0, change) } }
    guard let object = value as? [String: Any] else { return value }
    return change(object)?.compactMapValues { walk($0, change) }
  }
}

/// JSON as platforms' tools print it: two spaces, keys sorted, ASCII only.
enum JSONTree {
  static func text(_ value: Any) -> String {
    let options: JSONSerialization.WritingOptions = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed,
    ]
    let data = (try? JSONSerialization.data(withJSONObject: value, options: options)) ?? Data()
    return ascii(String(decoding: data, as: UTF8.self)) + "\n"
  }

  /// Everything beyond printable ASCII as `\\uXXXX`, which is the same JSON.
  private static func ascii(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x7F }) { return text }
    return text.unicodeScalars.map { scalar in
      scalar.value < 0x7F
        ? String(scalar)
        : String(scalar).utf16.map {
          "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16)
        }
        .joined()
    }.joined()
  }

  /// The label that `Embedding.json` looks for.
  static func label(_ mitigation: Mitigation) -> String {
    let reason = Embedding.ascii(mitigation.reason)
    return "weir:" + mitigation.reference + Embedding.until(mitigation) + (reason.isEmpty ? "" : " " + reason)
  }
}
