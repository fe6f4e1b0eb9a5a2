import Model
import Records

/// Somebody who signs in with a name and a password.
package struct User: Sendable, Equatable, Codable {
  package var name: String
  package var role: Role
  /// The customers that are seen; nil: all.
  package var customers: [String]?
  package var password: Password
  package var isDisabled = false
  /// Who wrote it down last, by the name that the system knows them under.
  package var by: String

  package init(name: String, role: Role, customers: [String]? = nil, password: Password, by: String) {
    self.name = name
    self.role = role
    self.customers = customers
    self.password = password
    self.by = by
  }

  /// Letters, digits, `-`, `_`, `.` and `@`, at most 64.
  package static func isName(_ word: String) -> Bool {
    !word.isEmpty && word.utf8.count <= 64
      && word.utf8.allSatisfy {
        ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E || $0 == 0x40
      }
  }

  /// Changes with everything that a session stands on: a new password, role or set of customers ends those there are.
  package var stamp: SHA256 {
    let words = [
      name, role.rawValue, password.encoded, isDisabled ? "disabled" : "", customers?.joined(separator: ",") ?? "*",
    ]
    return SHA256(of: Array(words.joined(separator: "\u{0}").utf8))
  }
}

/// What changed between two lists of users, for facts that tell of it; no hash is among it.
package struct UserChange: Sendable, Equatable {
  package var kind: String
  package var name: String
  package var by: String
  /// What it is now.
  package var words: [String: String]

  package static func changes(from old: [User], to new: [User]) -> [UserChange] {
    let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
    let after = Set(new.map(\.name))
    return new.compactMap { user in
      guard let known = before[user.name] else { return UserChange("user.added", user) }
      if known.isDisabled != user.isDisabled {
        return UserChange(user.isDisabled ? "user.disabled" : "user.enabled", user)
      }
      if known.password != user.password { return UserChange("user.password_changed", user) }
      return known == user ? nil : UserChange("user.changed", user)
    } + old.filter { !after.contains($0.name) }.map { UserChange("user.removed", $0) }
  }

  private init(_ kind: String, _ user: User) {
    self.kind = kind
    name = user.name
    by = user.by
    words = [
      "name": user.name, "role": user.role.rawValue, "customers": user.customers?.joined(separator: " ") ?? "all",
      "stamp": user.stamp.description,
    ]
  }
}
