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
    return "\(comment) \(Self.label) begin \(mitigation.reference)\(reason.isEmpty ? "" : ": " + reason)\n"
      + text + (text.hasSuffix("\n") ? "" : "\n") + "\(comment) \(Self.label) end \(mitigation.reference)\n"
  }

  func find(in configuration: String) -> [String] {
    switch self {
    case .lines: blocks(of: configuration).map(\.reference)
    case .json(let key, let prefix): JSONRules(configuration, key: key, prefix: prefix)?.references ?? []
    }
  }

  func remove(_ reference: String, from configuration: String) -> String? {
    switch self {
    case .json(let key, let prefix): return JSONRules(configuration, key: key, prefix: prefix)?.removing(reference)
    case .lines:
      let gone = blocks(of: configuration).filter { $0.reference == reference }
      guard !gone.isEmpty else { return nil }
      var bytes = Array(configuration.utf8)
      for block in gone.reversed() { bytes.removeSubrange(block.range) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Complete blocks only: a begin without its own end is somebody's text, not an artifact.
  private func blocks(of configuration: String) -> [(reference: String, range: Range<Int>)] {
    guard case .lines(let comment) = self else { return [] }
    let begin = "\(comment) \(Self.label) begin ", end = "\(comment) \(Self.label) end "
    var open: (reference: String, start: Int)?
    var found: [(reference: String, range: Range<Int>)] = []
    var at = 0
    for line in Array(configuration.utf8).split(separator: 0x0A, omittingEmptySubsequences: false) {
      let text = String(decoding: line, as: UTF8.self)
      let next = at + line.count + 1
      if text.hasPrefix(begin) {
        let reference = String(text.dropFirst(begin.count).prefix { $0 != ":" })
        open = Target.isReference(reference) ? (reference, at) : nil
      } else if let block = open, text == end + block.reference {
        found.append((block.reference, block.start..<min(next, configuration.utf8.count)))
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

/// Weir's own objects in the JSON of a platform: an object, a list of objects, or an object with such a list.
private struct JSONRules {
  private let root: Any
  private let key: String
  private let prefix: String

  init?(_ text: String, key: String, prefix: String) {
    guard let root = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return nil }
    self.root = root
    self.key = key
    self.prefix = prefix
  }

  var references: [String] {
    var found: [String] = []
    Self.walk(root) { object in
      if let reference = reference(of: object), !found.contains(reference) { found.append(reference) }
      return object
    }
    return found
  }

  func removing(_ reference: String) -> String? {
    var isThere = false
    let rest = Self.walk(root) { object in
      guard self.reference(of: object) == reference else { return object }
      isThere = true
      return nil
    }
    guard isThere else { return nil }
    return JSONTree.text(rest ?? [Any]())
  }

  /// What stands behind the prefix at the beginning of an object's label.
  private func reference(of object: [String: Any]) -> String? {
    guard let label = object[key] as? String, label.hasPrefix(prefix) else { return nil }
    let reference = String(label.dropFirst(prefix.count).prefix { $0 != " " })
    return Target.isReference(reference) ? reference : nil
  }

  /// Children first; an object for which `change` gives nil is left out of its list.
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
    return "weir:" + mitigation.reference + (reason.isEmpty ? "" : " " + reason)
  }
}
