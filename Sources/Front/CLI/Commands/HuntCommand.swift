import Archive
import Conditions
import Foundation
import Model
import Watch

/// `weir hunt`: which events meet a condition, straight over files or over the archive, or a question in SQL.
struct HuntCommand: Command {
  let name = "hunt"
  let sentence = "questions over files or the archive: which events meet a condition, how many, which values; SQL too"
  let operands = "[OPTION…] CONDITION PATH… | CONDITION --archive DIR | --sql SQL …"
  let options =
    [
      Option(name: "sql", value: "SELECT", sentence: "a SELECT over the table `events` instead of a condition"),
      Option(
        name: "saved", value: "NAME", sentence: "a hunt that was saved, or comes with Weir, instead of a condition"),
      Option(name: "save", value: "NAME", sentence: "keep this question under a name, for --saved"),
      Option(name: "count", sentence: "print only the number of matching events"),
      Option(
        name: "group-by", value: "FIELD[,FIELD]", repeats: true,
        sentence: "count per value of a field (of several: per combination)"),
      Option(name: "distinct", value: "FIELD", sentence: "count different values of a field, in each group"),
      Option(name: "every", value: "SPAN", sentence: "count by time, in slots of 1m, 5m, 1h, 1d"),
      Option(name: "top", value: "N", sentence: "with --group-by: only the N most frequent (default 20)"),
      Option(name: "limit", value: "N", sentence: "print at most N events, or rows of SQL"),
      Option(name: "output", value: "FORM", sentence: "table, csv, ndjson or chart (default table; events are NDJSON)"),
      Option(name: "json", sentence: "as --output ndjson"),
      Option(name: "time-limit", value: "SPAN", sentence: "end with what there is after 30s, 5m"),
      Option(name: "memory", value: "MIB", sentence: "memory of the database (default 1024)"),
    ] + ArchiveOptions.time + ArchiveOptions.place + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    let question = try HuntQuestion(arguments)
    if let name = arguments["save"] {
      let path = try SavedHunts(arguments).save(question, as: name)
      Terminal.complain("saved as \(path)")
      if question.paths.isEmpty, arguments["archive"] == nil { return .fine }
    }
    let folder = try ArchiveOptions.folder(arguments)
    if folder != nil, !question.paths.isEmpty {
      throw UsageError("ask files or --archive, not both: '\(question.paths[0])'")
    }
    if folder == nil, question.paths.isEmpty {
      throw UsageError("name at least one file, directory or - for standard input, or an --archive")
    }
    let assembly = try Assembly(InputOptions.configuration(arguments))
    var limits = QuestionLimits()
    limits.threads = assembly.configuration.threads
    limits.memory = try arguments.int("memory", in: 64...1_048_576) ?? limits.memory
    let deadline = try timeLimit(arguments).map { ContinuousClock.now + .nanoseconds($0) }
    if let sql = question.sql { return try ask(sql, question, folder, assembly, limits, deadline, arguments) }
    let hunt = Hunt(question.condition, during: question.span, wish: question.wish, in: assembly)
    let answer: Hunt.Answer
    if let folder {
      answer = try hunt.run(archive: folder, limits: limits, until: deadline) { Terminal.print($0) }
    } else {
      answer = try hunt.run(question.paths, until: deadline) { Terminal.print($0) }
    }
    try show(answer, question, arguments)
    if answer.isUnfinished { Terminal.complain("the time limit came before the end: this is not everything") }
    let code = InputWords.complain(about: answer.intake)
    return answer.isUnfinished ? .unreadable : code
  }

  private func timeLimit(_ arguments: Arguments) throws(UsageError) -> Int64? {
    guard let text = arguments["time-limit"] else { return nil }
    guard let span = TimeWords.span(text) else { throw UsageError("--time-limit must be a span such as 30s or 5m") }
    return span
  }

  private func show(_ answer: Hunt.Answer, _ question: HuntQuestion, _ arguments: Arguments) throws {
    switch question.wish {
    case .events: break
    case .count where question.form == .ndjson: Terminal.print(#"{"events":\#(answer.events)}"#)
    case .count: Terminal.print(String(answer.events))
    case .groups(let grouping, let limit):
      var columns = (grouping.step == nil ? [] : ["event.time"]) + grouping.fields.map(\.name)
      var numeric = columns.map { _ in false }
      columns.append("events")
      numeric.append(true)
      if let field = grouping.distinct {
        columns.append("distinct \(field.name)")
        numeric.append(true)
      }
      let rows = answer.groups.map { group in
        group.values.map { $0 as String? } + [String(group.events)] + (group.distinct.map { [String($0)] } ?? [])
      }
      AnswerTable(columns: columns, rows: rows, numeric: numeric).print(as: question.form)
      let rest = answer.groupCount - limit
      if rest > 0 { Terminal.complain("\(Words.count(rest, "more group")); raise --top to see them") }
    }
    if answer.isCut {
      Terminal.complain("there were more values than can be kept; the rarest that came late are missing")
    }
  }

  private func ask(
    _ sql: String, _ question: HuntQuestion, _ folder: ArchiveFolder?, _ assembly: Assembly, _ limits: QuestionLimits,
    _ deadline: ContinuousClock.Instant?, _ arguments: Arguments
  ) throws -> ExitCode {
    let passing = folder == nil ? try PassingArchive(question.paths, assembly) : nil
    let asked = SQLQuestion(sql, during: question.span, limit: question.limit)
    let answer = try asked.run(folder ?? passing!.folder, limits: limits, until: deadline)
    AnswerTable(columns: answer.columns, rows: answer.rows, numeric: answer.numeric).print(as: question.form)
    if answer.isCut { Terminal.complain("there are more rows; raise --limit to see them") }
    return passing.map { InputWords.complain(about: $0.report) } ?? .fine
  }
}
