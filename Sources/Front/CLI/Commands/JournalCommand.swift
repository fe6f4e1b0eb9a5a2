import Model
import Records

/// `weir journal verify`: is every fact of a journal still what it was when it was written.
struct JournalCommand: Command {
  let name = "journal"
  let sentence = "the journal of facts: `verify` checks every fact's digest, `show` prints facts"
  let operands = "verify|show [OPTION…] DIR"
  let options = [
    Option(name: "kind", value: "KIND", sentence: "show: only kinds that begin so (alert, incident.opened, …)"),
    Option(name: "customer", value: "NAME", sentence: "show: only this customer's"),
    Option(name: "json", sentence: "the verdict as JSON"),
  ]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 2 else { throw UsageError("say verify or show, and the data folder") }
    let folder = arguments.operands[1]
    switch arguments.operands[0] {
    case "verify": return try verify(folder, json: arguments.has("json"))
    case "show": return try show(folder, arguments)
    case let word:
      let hint = nearestWord(to: word, in: ["verify", "show"]).map { "; did you mean \($0)?" } ?? ""
      throw UsageError("weir journal knows verify and show, not '\(word)'\(hint)")
    }
  }

  private func verify(_ folder: String, json: Bool) throws -> ExitCode {
    let verdict = try Journal.verify(folder: folder)
    if json {
      var line = Array("{".utf8)
      JSONText.key("sound", to: &line)
      line += String(verdict.sound).utf8
      JSONText.key("head", to: &line)
      JSONText.string(verdict.head.description, to: &line)
      if let fault = verdict.fault {
        JSONText.key("fault", to: &line)
        JSONText.string(fault, to: &line)
      }
      Terminal.print(line + Array("}\n".utf8))
    } else if let fault = verdict.fault {
      Terminal.print("NOT SOUND: \(fault)\n\(Words.count(Int(verdict.sound), "fact")) before it are sound")
    } else {
      Terminal.print("sound: \(Words.count(Int(verdict.sound), "fact")), head \(verdict.head)")
    }
    return verdict.fault == nil ? .fine : .found
  }

  /// Prints facts as NDJSON; the body is JSON already.
  private func show(_ folder: String, _ arguments: Arguments) throws -> ExitCode {
    let wanted = (customer: arguments["customer"], kind: arguments["kind"])
    try Journal.forEach(folder: folder, customer: wanted.customer, kind: wanted.kind) { Terminal.print($0.json) }
    return .fine
  }
}

extension Fact {
  /// One line of NDJSON.
  fileprivate var json: [UInt8] {
    var line = Array("{".utf8)
    JSONText.key("sequence", to: &line)
    line += String(sequence).utf8
    for (key, value) in [("time", UTCTime.rfc3339(time)), ("actor", actor), ("customer", customer), ("kind", kind)] {
      JSONText.key(key, to: &line)
      JSONText.string(value, to: &line)
    }
    JSONText.key("hash", to: &line)
    JSONText.string(hash.description, to: &line)
    JSONText.key("body", to: &line)
    // Facts hold JSON; whatever a stranger's file holds instead is shown as text.
    Array(body.utf8).withUnsafeBufferPointer { text in
      if JSONText.isJSON(text) { line += text } else { JSONText.string(text, to: &line) }
    }
    return line + Array("}\n".utf8)
  }
}
