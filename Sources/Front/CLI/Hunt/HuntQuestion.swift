import Archive
import Conditions
import Model
import Watch

/// What `weir hunt` was asked, out of the command line and a saved hunt.
struct HuntQuestion {
  var condition: Condition = .and([])
  var sql: String?
  var span: TimeSpan
  var wish: Hunt.Wish
  var form: AnswerTable.Form
  var limit: Int
  var paths: [String]
  /// As it was asked, for saving.
  var saved: SavedHunt

  init(_ arguments: Arguments) throws {
    let known = try arguments["saved"].map { try SavedHunts(arguments).hunt(named: $0) }
    var hunt = known ?? SavedHunt()
    var operands = arguments.operands[...]
    if let sql = arguments["sql"] {
      (hunt.sql, hunt.condition) = (sql, nil)
    } else if known == nil {
      guard let text = operands.popFirst() else { throw UsageError("say what to look for: a condition, or --sql") }
      hunt.condition = text
    }
    paths = Array(operands)
    if paths.filter({ $0 == "-" }).count > 1 { throw UsageError("standard input (-) can be read only once") }
    let fields = arguments.all("group-by").flatMap { $0.split(separator: ",").map(String.init) }
    if !fields.isEmpty { hunt.fields = fields }
    if let field = arguments["distinct"] { hunt.distinct = field }
    if let span = arguments["every"] { hunt.every = span }
    if arguments.has("count") { hunt.counts = true }
    hunt.since = arguments["since"] ?? hunt.since
    hunt.until = arguments["until"] ?? hunt.until
    hunt.top = try arguments.int("top", in: 1...1_000_000) ?? hunt.top
    saved = hunt
    sql = hunt.sql
    if let text = hunt.condition { condition = try ListedConditions(arguments).condition(text) }
    span = try hunt.span()
    limit = try arguments.int("limit", in: 0...Int(Int32.max)) ?? (sql == nil ? .max : 10_000)
    wish = try hunt.wish(limit: limit)
    form = try Self.form(arguments)
  }

  static func form(_ arguments: Arguments) throws(UsageError) -> AnswerTable.Form {
    guard let text = arguments["output"] else { return arguments.has("json") ? .ndjson : .table }
    if let form = AnswerTable.Form(rawValue: text) { return form }
    let words = AnswerTable.Form.allCases.map(\.rawValue)
    let hint = nearestWord(to: text, in: words).map { "; did you mean \($0)?" } ?? ""
    throw UsageError("--output must be \(words.joined(separator: ", ")), not '\(text)'\(hint)")
  }
}
