import Model

/// What checking a journal found.
package struct JournalVerdict: Sendable, Equatable {
  /// Facts whose place and digest are right, from the first on.
  package var sound: Int64 = 0
  /// Digest of the last sound fact: note it elsewhere, and a shortened journal shows too.
  package var head = SHA256.none
  /// What is wrong, in words; nil where every fact is sound.
  package var fault: String?
}

extension Journal {
  /// Checks a journal's file and its whole chain without changing a fact; about 1 µs a fact.
  ///
  /// Errors: there is no journal, or SQLite cannot read its file at all.
  package static func verify(folder: String) throws(WorldError) -> JournalVerdict {
    let database = try Database(recovering: folder + "/journal.sqlite")
    var verdict = JournalVerdict()
    var damage: String?
    try database.query("PRAGMA quick_check(1)") { row in
      if row.text(0) != "ok" { damage = "the file is damaged: \(row.text(0))" }
      return false
    }
    if let damage {
      verdict.fault = damage
      return verdict
    }
    // Whoever made the file may have been killed before its table was there: then it holds nothing yet.
    var hasTable = false
    try database.query("SELECT 1 FROM sqlite_master WHERE name = 'facts'") { _ in
      hasTable = true
      return false
    }
    while verdict.fault == nil, hasTable {
      let facts = try facts(
        database, "WHERE sequence > ? ORDER BY sequence LIMIT 10000", [.int(verdict.sound)])
      if facts.isEmpty { break }
      for fact in facts {
        verdict.fault = fault(of: fact, behind: verdict)
        if verdict.fault != nil { break }
        verdict.sound = fact.sequence
        verdict.head = fact.hash
      }
    }
    return verdict
  }

  private static func fault(of fact: Fact, behind verdict: JournalVerdict) -> String? {
    if fact.sequence != verdict.sound + 1 {
      return "facts \(verdict.sound + 1) to \(fact.sequence - 1) are missing"
    }
    if fact.previous != verdict.head { return "fact \(fact.sequence) does not follow the one before it" }
    if fact.hash != fact.expectedHash { return "fact \(fact.sequence) was changed: its digest is another" }
    return nil
  }
}
