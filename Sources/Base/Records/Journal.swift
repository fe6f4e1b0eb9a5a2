import Foundation
import Model
import Synchronization

/// What happened, in order, in one SQLite file that only ever grows; each fact holds the digest of the one before it.
///
/// `append` returns when the facts are on the disk (WAL, synchronous FULL); appends of several threads share a commit.
/// Whoever changes or removes a fact afterwards breaks the chain, which `verify` finds. Source of the idea: Haber and
/// Stornetta, "How to Time-Stamp a Digital Document", 1991.
package final class Journal: @unchecked Sendable {
  package let path: String
  let writer: Database
  private let reader: Mutex<ReaderBox>
  // Guarded by the commit: one group at a time.
  private var last: (sequence: Int64, hash: SHA256)
  private var commits: GroupCommit<Append>!

  /// One call's facts on their way to the disk.
  private final class Append {
    let facts: [NewFact]
    var written: [Fact] = []
    init(_ facts: [NewFact]) { self.facts = facts }
  }

  private struct ReaderBox: @unchecked Sendable { let database: Database }

  /// Opens the journal in `folder`, and makes it where there is none.
  ///
  /// Errors: the file cannot be opened or is no sound database, or its last fact is not what its digest says.
  package init(folder: String) throws(WorldError) {
    path = folder + "/journal.sqlite"
    writer = try Database(path)
    try writer.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    try writer.execute(Self.schema)
    try syncFolder(folder)
    let tail = try Self.facts(writer, "ORDER BY sequence DESC LIMIT 1", []).first
    if let tail, tail.hash != tail.expectedHash {
      throw WorldError(
        what: "the journal was changed", place: path, why: "fact \(tail.sequence) does not have the digest it carries")
    }
    last = (tail?.sequence ?? 0, tail?.hash ?? .none)
    reader = Mutex(ReaderBox(database: try Database(path, readOnly: true)))
    commits = GroupCommit { [unowned self] appends throws(WorldError) in try self.commit(appends) }
  }

  /// Writes facts in one piece: all of them are durable when this returns, or none is.
  ///
  /// Errors: the disk is full or read-only; nothing was written then.
  @discardableResult package func append(_ facts: [NewFact]) throws(WorldError) -> [Fact] {
    if facts.isEmpty { return [] }
    let append = Append(facts)
    try commits.submit(append)
    return append.written
  }

  private func commit(_ appends: [Append]) throws(WorldError) {
    var tip = last
    try writer.execute("BEGIN IMMEDIATE")
    do throws(WorldError) {
      for append in appends {
        append.written = []
        for new in append.facts { append.written.append(try insert(new, behind: &tip)) }
      }
      try writer.execute("COMMIT")
    } catch {
      try? writer.execute("ROLLBACK")
      throw error
    }
    last = tip
  }

  private func insert(_ new: NewFact, behind tip: inout (sequence: Int64, hash: SHA256)) throws(WorldError) -> Fact {
    var fact = Fact(
      sequence: tip.sequence + 1, time: Self.now(), actor: new.actor, customer: new.customer, kind: new.kind,
      body: new.body, previous: tip.hash, hash: .none)
    fact.hash = fact.expectedHash
    try writer.query(
      "INSERT INTO facts VALUES (?,?,?,?,?,?,?,?)",
      [
        .int(fact.sequence), .int(fact.time), .text(fact.actor), .text(fact.customer), .text(fact.kind),
        .text(fact.body), .blob(fact.previous.bytes), .blob(fact.hash.bytes),
      ])
    tip = (fact.sequence, fact.hash)
    return fact
  }

  /// Facts in order, those after `sequence`, of one customer or of all, of one kind or of all kinds that begin so.
  package func facts(after sequence: Int64 = 0, customer: String? = nil, kind: String? = nil, limit: Int = .max)
    throws(WorldError) -> [Fact]
  {
    let (rest, values) = Self.selection(after: sequence, customer, kind, limit)
    return try reader.withLock { box throws(WorldError) in try Self.facts(box.database, rest, values) }
  }

  /// Hands out the facts of a journal that is only read, in order.
  package static func forEach(
    folder: String, customer: String? = nil, kind: String? = nil, _ body: (Fact) -> Void
  ) throws(WorldError) {
    let database = try Database(folder + "/journal.sqlite", readOnly: true)
    var last: Int64 = 0
    while true {
      let (rest, values) = selection(after: last, customer, kind, 1_000)
      let facts = try facts(database, rest, values)
      guard let end = facts.last else { return }
      facts.forEach(body)
      last = end.sequence
    }
  }

  private static func selection(after sequence: Int64, _ customer: String?, _ kind: String?, _ limit: Int)
    -> (rest: String, values: [Database.Value])
  {
    var terms = ["sequence > ?"]
    var values: [Database.Value] = [.int(sequence)]
    if let customer {
      terms.append("customer = ?")
      values.append(.text(customer))
    }
    if let kind {
      terms.append("substr(kind, 1, ?) = ?")
      values += [.int(Int64(kind.unicodeScalars.count)), .text(kind)]
    }
    values.append(.int(Int64(limit)))
    let rest = "WHERE \(terms.joined(separator: " AND ")) ORDER BY sequence LIMIT ?"
    return (rest, values)
  }

  static func facts(_ database: Database, _ rest: String, _ values: [Database.Value]) throws(WorldError) -> [Fact] {
    var facts: [Fact] = []
    let columns = "SELECT sequence, time, actor, customer, kind, body, previous, hash FROM facts "
    try database.query(columns + rest, values) { row in
      facts.append(
        Fact(
          sequence: row.int(0), time: row.int(1), actor: row.text(2), customer: row.text(3), kind: row.text(4),
          body: row.text(5), previous: SHA256(stored: row.bytes(6)) ?? .none,
          hash: SHA256(stored: row.bytes(7)) ?? .none))
      return true
    }
    return facts
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Facts can be added and nothing else, whoever opens the file with this schema.
  private static let schema = """
    CREATE TABLE IF NOT EXISTS facts (
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, customer TEXT NOT NULL,
      kind TEXT NOT NULL, body TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS facts_of_customer ON facts (customer, sequence);
    CREATE TRIGGER IF NOT EXISTS facts_stay BEFORE UPDATE ON facts
      BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;
    CREATE TRIGGER IF NOT EXISTS facts_remain BEFORE DELETE ON facts
      BEGIN SELECT RAISE(ABORT, 'facts are never removed'); END;
    """
}
