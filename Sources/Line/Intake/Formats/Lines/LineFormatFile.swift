import Content
import Model

/// One authored format: a YAML document below `Content/formats`, with its examples.
struct LineFormatFile {
  /// A line and what must come of it.
  struct Example {
    let node: ContentNode
    let line: String
    /// Fields by name with their values as JSON would print them; every other field must be absent.
    let expected: [(field: String, value: String)]
    /// Whether the line must be refused.
    let isRefused: Bool
  }

  let format: any LogFormat
  let rank: Int
  let examples: [Example]
  let title: String
  /// The name of the general format within which this one is tried first.
  let refines: ContentNode?

  /// All formats below `formats/`, by rank and then by name.
  ///
  /// Errors: `ContentError` with all problems of all files.
  static func all(in content: ContentFolder) throws(ContentError) -> [LineFormatFile] {
    var files: [LineFormatFile] = []
    var problems: [ContentProblem] = []
    for file in content.files(in: "formats") {
      do throws(ContentError) {
        for document in try ContentNode.documents(of: try text(of: file.path), file: file.name) {
          files.append(try LineFormatFile(document))
        }
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw ContentError(problems) }
    return files.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
  }

  /// The formats with those that refine another tried within it.
  ///
  /// Errors: `ContentError` as `all`, and where the format to be refined is not there.
  static func families(in content: ContentFolder) throws(ContentError) -> [any LogFormat] {
    let files = try all(in: content)
    let names = files.filter { $0.refines == nil }.map(\.format.name)
    let strays = files.compactMap { file in
      file.refines.flatMap { names.contains($0.text ?? "") ? nil : $0 }
    }
    if !strays.isEmpty {
      throw ContentError(
        strays.map {
          $0.problem(
            "there is no format '\($0.text ?? "")' to refine", suggestion: nearestWord(to: $0.text ?? "", in: names))
        })
    }
    return files.filter { $0.refines == nil }.map { file in
      let special = files.filter { $0.refines?.text == file.format.name }.map(\.format)
      return special.isEmpty ? file.format : FamilyFormat(file.format, special)
    }
  }

  private static func text(of path: String) throws(ContentError) -> String {
    guard case .success(let source) = ByteSource.open(path) else {
      throw ContentError(ContentProblem(file: path, line: 0, column: 0, message: "cannot be opened"))
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = buffer.withUnsafeMutableBufferPointer { source.read(into: $0.baseAddress!, capacity: $0.count) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// Reads one document.
  ///
  /// Errors: `ContentError` with every problem of it.
  init(_ node: ContentNode) throws(ContentError) {
    var reader = ContentReader(node)
    let name = reader.requiredText("name")
    title = reader.requiredText("title")
    _ = reader.text("documented")
    refines = reader.optional("refines")
    rank = reader.int("rank", in: 0...1000) ?? 500
    let kind = reader.word("kind", as: Kind.self) ?? .line
    let made: (any LogFormat)? =
      switch kind {
      case .line: Self.lineFormat(name, &reader)
      case .json: JSONFormat(name: name, &reader)
      }
    examples = Self.examples(&reader)
    let problems = reader.finish()
    guard problems.isEmpty, let made else { throw ContentError(problems) }
    format = made
  }

  /// What a document describes: a line's shape, or a table of JSON keys.
  private enum Kind: String, CaseIterable { case line, json }

  private static func lineFormat(_ name: String, _ reader: inout ContentReader) -> (any LogFormat)? {
    let escaping = reader.word("escapes", as: Escaping.self) ?? .c
    let eventClass = reader.text("class") ?? "http"
    if !EventField.eventClasses.contains(eventClass) {
      reader.complain(
        reader.node["class"]!.problem(
          "'\(eventClass)' is no class of events", suggestion: nearestWord(to: eventClass, in: EventField.eventClasses))
      )
    }
    let amongText = reader.bool("among_text") ?? false
    let constants = Self.constants(&reader)
    return format(&reader, name, escaping, RowConstants(eventClass: eventClass, constants, amongText: amongText))
  }

  /// The format that `pattern` or `regex` describes; nil after a complaint.
  private static func format(
    _ reader: inout ContentReader, _ name: String, _ escaping: Escaping, _ constants: RowConstants
  ) -> (any LogFormat)? {
    if reader.optional("regex") != nil {
      let programs = authored("regex", &reader) { (text) throws(PatternProblem) in try RegexProgram(text) }
      return RegexFormat(name: name, programs: programs, escaping: escaping, constants: constants)
    }
    let patterns = authored("pattern", &reader) { (text) throws(PatternProblem) in
      let pattern = try LinePattern(text)
      // Made twice: here for the place of a complaint, and in the format for use.
      _ = try LineProgram(pattern, honoursBackslash: false)
      return pattern
    }
    return try? LineFormat(name: name, patterns: patterns, escaping: escaping, constants: constants)
  }

  /// The texts under `key`, one or a list, each made into something; a complaint for each that cannot be.
  private static func authored<Made>(
    _ key: String, _ reader: inout ContentReader, _ make: (String) throws(PatternProblem) -> Made
  ) -> [Made] {
    guard let value = reader.required(key) else { return [] }
    var made: [Made] = []
    for node in value.list ?? [value] {
      guard let text = node.text else {
        reader.complain(node.problem("'\(key)' is text or a list of texts"))
        continue
      }
      do throws(PatternProblem) {
        made.append(try make(text))
      } catch {
        reader.complain(
          ContentProblem(
            file: node.file, line: node.line, column: node.column + error.offset, message: error.message,
            suggestion: error.suggestion))
      }
    }
    return made
  }

  private static func constants(_ reader: inout ContentReader) -> [(field: EventField, value: RowConstants.Value)] {
    guard let node = reader.optional("set") else { return [] }
    guard let entries = node.map else {
      reader.complain(node.problem("'set' must be a map of fields and values"))
      return []
    }
    return entries.compactMap { entry -> (field: EventField, value: RowConstants.Value)? in
      let name = entry.key.text ?? ""
      guard let field = EventField.named(name) else {
        reader.complain(
          entry.key.problem(
            "'\(name)' is no field", suggestion: nearestWord(to: name, in: EventField.allCases.map(\.name))))
        return nil
      }
      guard let value = value(entry.value, of: field) else {
        reader.complain(entry.value.problem("this is no value of \(name)"))
        return nil
      }
      return (field, value)
    }
  }

  private static func value(_ node: ContentNode, of field: EventField) -> RowConstants.Value? {
    switch field.spec.type {
    case .text, .list, .map: node.text.map { .text(Array($0.utf8)) }
    case .int: node.int.map { .number(Int64($0)) }
    case .bool: node.bool.map { .number($0 ? 1 : 0) }
    case .keyword(let words): words.firstIndex(of: node.text ?? "").map { .number(Int64($0)) }
    case .ip, .time: nil
    }
  }

  private static func examples(_ reader: inout ContentReader) -> [Example] {
    guard let list = reader.required("examples")?.list, !list.isEmpty else {
      reader.complain(reader.node.problem("a format needs at least one example"))
      return []
    }
    return list.compactMap { node in
      var example = ContentReader(node)
      let refused = example.text("refused")
      let line = refused ?? example.requiredText("line")
      let fields = (example.optional("expect")?.map ?? []).map { ($0.key.text ?? "", Self.printed($0.value)) }
      reader.complain(example.finish())
      return Example(node: node, line: line, expected: fields, isRefused: refused != nil)
    }
  }

  /// A value as the JSON writer prints it.
  private static func printed(_ node: ContentNode) -> String {
    if let text = node.text { return text }
    return "[" + (node.list ?? []).map { "\"\($0.text ?? "")\"" }.joined(separator: ",") + "]"
  }
}
