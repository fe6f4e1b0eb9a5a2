import Access
import Foundation
import Records
import Synchronization
import Watch

/// The users of the floor: who they are now, whether a word is theirs, and facts about what becomes of them.
final class UserDesk: Sendable {
  private let file: UserFile
  private let journal: Journal
  private let logIn = LogIn()
  /// The users as the journal was last told; nil before the first look.
  private let told = Mutex<[User]?>(nil)

  init(_ floor: WatchFloor) {
    file = UserFile(folder: floor.settings.folder)
    journal = floor.journal
  }

  /// Everybody, as the file has them now; nobody while it cannot be read. What changed becomes facts.
  var all: [User] {
    guard let users = try? file.users() else { return [] }
    told.withLock { told in
      if told == users { return }
      let facts = told.map { UserChange.changes(from: $0, to: users).map(Self.fact) } ?? missing(users)
      // What the journal refuses is told at the next look.
      guard facts.isEmpty || (try? journal.append(facts)) != nil else { return }
      told = users
    }
    return users
  }

  func check(_ name: String, _ word: String) -> LogIn.Answer { logIn.check(name, word, among: all) }

  /// Whether somebody is still who they were when they signed in.
  func isCurrent(_ token: AccessToken) -> Bool {
    all.contains { $0.name == token.name && !$0.isDisabled && $0.stamp == token.digest }
  }

  /// The user that a session stands for; nil where they are not what they were when they signed in.
  func current(_ session: Sessions.Session) -> AccessToken? {
    all.first { $0.name == session.name && !$0.isDisabled && $0.stamp == session.stamp }.map(AccessToken.init)
  }

  /// Facts about users that the journal knows otherwise, or not at all: somebody wrote the file while no floor ran.
  private func missing(_ users: [User]) -> [NewFact] {
    guard let facts = try? journal.facts(customer: "", kind: "user.") else { return [] }
    var stamps: [String: String] = [:]
    for fact in facts {
      guard let words = try? JSONDecoder().decode([String: String].self, from: Data(fact.body.utf8)),
        let name = words["name"]
      else { continue }
      stamps[name] = fact.kind == "user.removed" ? nil : words["stamp"] ?? ""
    }
    return users.compactMap { user in
      guard let stamp = stamps[user.name] else { return Self.fact(user, "user.added") }
      return stamp == user.stamp.description
        ? nil : Self.fact(user, user.isDisabled ? "user.disabled" : "user.changed")
    }
  }

  private static func fact(_ user: User, _ kind: String) -> NewFact {
    UserChange.changes(from: [], to: [user]).map { change in
      var change = change
      change.kind = kind
      return fact(change)
    }[0]
  }

  private static func fact(_ change: UserChange) -> NewFact {
    NewFact(actor: change.by, customer: "", kind: change.kind, body: json(change.words))
  }

  /// Writes down that somebody came, went, or was locked out; whether the journal took it.
  @discardableResult
  func note(_ kind: String, _ name: String, client: String, _ more: [String: String] = [:]) -> Bool {
    let words = ["name": name, "client": client].merging(more) { first, _ in first }
    return (try? journal.append([NewFact(actor: name, customer: "", kind: kind, body: Self.json(words))])) != nil
  }

  private static func json(_ words: [String: String]) -> String {
    let data = try? JSONSerialization.data(withJSONObject: words, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data("{}".utf8), as: UTF8.self)
  }
}

extension AccessToken {
  /// What a user who signed in may do.
  init(_ user: User) {
    self.init(name: user.name, role: user.role, customers: user.customers.map(Set.init), digest: user.stamp)
  }
}
