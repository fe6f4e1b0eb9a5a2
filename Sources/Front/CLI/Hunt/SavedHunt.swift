import Archive
import Conditions
import Content
import Foundation
import Model
import Watch

/// A question that has a name: authored as YAML in `Content/hunts`, in a folder laid over it, or by `--save`.
struct SavedHunt: Equatable {
  /// Why anybody asks this; one sentence.
  var purpose: String?
  var condition: String?
  var sql: String?
  var fields: [String] = []
  var distinct: String?
  var every: String?
  var counts = false
  var top: Int?
  var since: String?
  var until: String?

  func span() throws(UsageError) -> TimeSpan {
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    func instant(_ name: String, _ text: String?) throws(UsageError) -> Int64? {
      guard let text else { return nil }
      if let instant = TimeWords.instant(text, now: now) { return instant }
      throw UsageError("--\(name) must be a time such as 2h, yesterday 14:00 or 2026-11-28T09:00:00Z, not '\(text)'")
    }
    let span = TimeSpan(since: try instant("since", since), until: try instant("until", until))
    if let since = span.since, let until = span.until, since >= until {
      throw UsageError("--until must be later than --since")
    }
    return span
  }

  func wish(limit: Int) throws(UsageError) -> Hunt.Wish {
    var grouping = Grouping()
    for name in fields { grouping.fields.append(try Self.field(name, "group-by")) }
    if let distinct { grouping.distinct = try Self.field(distinct, "distinct") }
    if let every {
      guard let step = TimeWords.span(every) else {
        throw UsageError("--every must be a span of time such as 1m, 5m or 1h, not '\(every)'")
      }
      grouping.step = step
    }
    if grouping != Grouping() {
      return .groups(grouping, limit: top ?? (grouping.step == nil ? 20 : 1_000_000))
    }
    return counts ? .count : .events(limit: limit)
  }

  private static func field(_ name: String, _ option: String) throws(UsageError) -> EventField {
    if let field = EventField.named(name) { return field }
    let hint = nearestWord(to: name, in: EventField.allCases.map(\.name)).map { "; did you mean \($0)?" } ?? ""
    throw UsageError("--\(option): no field is called '\(name)'\(hint)")
  }

  /// Reads one. Errors: everything that is wrong with it.
  init(_ node: ContentNode) throws(ContentError) {
    var reader = ContentReader(node)
    purpose = reader.text("purpose")
    condition = reader.text("condition")
    sql = reader.text("sql")
    fields = reader.texts("group_by")
    distinct = reader.text("distinct")
    every = reader.text("every")
    counts = reader.bool("count") ?? false
    top = reader.int("top", in: 1...1_000_000)
    since = reader.text("since")
    until = reader.text("until")
    if (condition == nil) == (sql == nil) { reader.complain(node.problem("a hunt has a 'condition' or 'sql'")) }
    let problems = reader.finish()
    if !problems.isEmpty { throw ContentError(problems) }
    if let condition, let value = node["condition"] {
      _ = try Condition(parsing: condition, file: value.file, line: value.line)
    }
  }

  init() {}

  /// The file that says the same.
  var yaml: String {
    var lines: [String] = []
    func add(_ key: String, _ text: String?) {
      guard let text else { return }
      var json: [UInt8] = []
      // A JSON string is a YAML string.
      JSONText.string(text, to: &json)
      lines.append("\(key): \(String(decoding: json, as: UTF8.self))")
    }
    add("purpose", purpose)
    add("condition", condition)
    add("sql", sql)
    if !fields.isEmpty { lines.append("group_by: [\(fields.joined(separator: ", "))]") }
    add("distinct", distinct)
    add("every", every)
    if counts { lines.append("count: true") }
    if let top { lines.append("top: \(top)") }
    add("since", since)
    add("until", until)
    return lines.joined(separator: "\n") + "\n"
  }
}

/// The hunts that are here by name.
struct SavedHunts {
  private let content: ContentFolder
  /// Where `--save` writes: the last folder laid over the content, or the user's own.
  private let own: String

  init(_ arguments: Arguments) throws(ContentError) {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["XDG_CONFIG_HOME"] ?? (environment["HOME"] ?? ".") + "/.config"
    let overlays = arguments.all("content")
    own = overlays.last ?? home + "/weir"
    content = try ContentFolder(overlays: [home + "/weir"] + overlays)
  }

  /// Errors: there is none of that name, or it is wrong.
  func hunt(named name: String) throws -> SavedHunt {
    let files = content.files(in: "hunts")
    guard let file = files.first(where: { $0.name == name + ".yaml" || $0.name == name + ".yml" }) else {
      let names = files.map { String($0.name.prefix { $0 != "." }) }
      let hint = nearestWord(to: name, in: names).map { "; did you mean \($0)?" } ?? ""
      throw UsageError("--saved: no hunt is called '\(name)'\(hint)")
    }
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    guard let node = try ContentNode.documents(of: text, file: file.path).first else {
      throw ContentError(ContentProblem(file: file.path, line: 1, column: 1, message: "the hunt is empty"))
    }
    return try SavedHunt(node)
  }

  /// Keeps a question; answers where. Errors: a name that is no file's, a folder that cannot be written.
  func save(_ question: HuntQuestion, as name: String) throws -> String {
    guard !name.isEmpty,
      name.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F })
    else { throw UsageError("--save must be letters, digits, - and _") }
    let folder = own + "/hunts"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/\(name).yaml"
    try Data(question.saved.yaml.utf8).write(to: URL(filePath: path), options: .atomic)
    return path
  }
}
