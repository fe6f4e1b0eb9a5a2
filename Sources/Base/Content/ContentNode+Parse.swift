import CYAML
import Foundation
import Model

extension ContentNode {
  /// The documents of a YAML text, in order.
  ///
  /// Errors: `ContentError` with the place where the text stops being YAML, or a key that stands twice. Anchors and
  /// aliases are resolved; a text that would grow past `limit` nodes that way is refused (the "billion laughs").
  package static func documents(of text: String, file: String? = nil, limit: Int = 200_000) throws(ContentError)
    -> [ContentNode]
  {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw ContentError(ContentProblem(file: file, line: 0, column: 0, message: "no memory for the YAML parser"))
    }
    defer { yaml_parser_delete(&parser) }
    let bytes = Array(text.utf8)
    var documents: [ContentNode] = []
    let failure: ContentError? = bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      do throws(ContentError) {
        while true {
          var document = yaml_document_t()
          guard yaml_parser_load(&parser, &document) == 1 else { throw complaint(of: parser, file: file) }
          defer { yaml_document_delete(&document) }
          guard let root = yaml_document_get_root_node(&document) else { return nil }
          var builder = Builder(file: file, left: limit)
          documents.append(try builder.node(root, in: &document, depth: 0))
          if !builder.problems.isEmpty { throw ContentError(builder.problems) }
        }
      } catch { return error }
    }
    if let failure { throw failure }
    return documents
  }

  private static func complaint(of parser: yaml_parser_t, file: String?) -> ContentError {
    let words = parser.problem.map { String(cString: $0) } ?? "not YAML"
    return ContentError(
      ContentProblem(
        file: file, line: Int(parser.problem_mark.line) + 1, column: Int(parser.problem_mark.column) + 1, message: words
      ))
  }
}

/// Turns libyaml's node table into a tree.
private struct Builder {
  let file: String?
  var left: Int
  var problems: [ContentProblem] = []

  mutating func node(
    _ raw: UnsafeMutablePointer<yaml_node_t>, in document: inout yaml_document_t, depth: Int
  ) throws(ContentError) -> ContentNode {
    let line = Int(raw.pointee.start_mark.line) + 1
    let column = Int(raw.pointee.start_mark.column) + 1
    left -= 1
    guard left > 0, depth < 100 else {
      throw ContentError(ContentProblem(file: file, line: line, column: column, message: "too large or too deep"))
    }
    return ContentNode(
      value: try value(of: raw, in: &document, depth: depth), file: file, line: line, column: column)
  }

  private mutating func value(
    of raw: UnsafeMutablePointer<yaml_node_t>, in document: inout yaml_document_t, depth: Int
  ) throws(ContentError) -> ContentNode.Value {
    switch raw.pointee.type {
    case YAML_SEQUENCE_NODE:
      var items: [ContentNode] = []
      var item = raw.pointee.data.sequence.items.start
      while let current = item, current < raw.pointee.data.sequence.items.top {
        if let child = yaml_document_get_node(&document, current.pointee) {
          items.append(try node(child, in: &document, depth: depth + 1))
        }
        item = current + 1
      }
      return .list(items)
    case YAML_MAPPING_NODE:
      return .map(try entries(of: raw, in: &document, depth: depth))
    default:
      let scalar = raw.pointee.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(String(decoding: bytes, as: UTF8.self), plain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }
  }

  private mutating func entries(
    of raw: UnsafeMutablePointer<yaml_node_t>, in document: inout yaml_document_t, depth: Int
  ) throws(ContentError) -> [(key: ContentNode, value: ContentNode)] {
    var entries: [(key: ContentNode, value: ContentNode)] = []
    var seen: Set<String> = []
    var pair = raw.pointee.data.mapping.pairs.start
    while let current = pair, current < raw.pointee.data.mapping.pairs.top {
      if let rawKey = yaml_document_get_node(&document, current.pointee.key),
        let rawValue = yaml_document_get_node(&document, current.pointee.value)
      {
        let key = try node(rawKey, in: &document, depth: depth + 1)
        if let text = key.text, !seen.insert(text).inserted {
          problems.append(key.problem("key '\(text)' stands twice"))
        }
        entries.append((key, try node(rawValue, in: &document, depth: depth + 1)))
      }
      pair = current + 1
    }
    return entries
  }
}

extension ContentNode {
  /// The documents of the YAML file at `path`.
  package static func documents(ofFile path: String) throws(ContentError) -> [ContentNode] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ContentError(ContentProblem(file: path, line: 0, column: 0, message: "the file cannot be read"))
    }
    return try documents(of: String(decoding: data, as: UTF8.self), file: path)
  }
}
