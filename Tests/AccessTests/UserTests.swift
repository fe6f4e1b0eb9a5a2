import Foundation
import Model
import Records
import Testing

@testable import Access

@Suite("Users")
struct UserTests {
  private static let word = "correct horse battery"
  private static let password = Password(word)!

  private func user(_ name: String, disabled: Bool = false) -> User {
    var user = User(name: name, role: .analyst, password: Self.password, by: "root")
    user.isDisabled = disabled
    return user
  }

  @Test("a password is kept as argon2id with a salt of its own, and only the word itself matches") func password() {
    #expect(Self.password.encoded.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    #expect(Password(Self.word)?.encoded != Self.password.encoded)
    #expect(Self.password.matches(Self.word) && !Self.password.matches(Self.word + " ") && !Self.password.matches(""))
    #expect(Password("too short") == nil && Password(String(repeating: "x", count: 257)) == nil)
  }

  @Test("five wrong words lock a name, one that exists or not; the right word does not open it then") func lockOut() {
    let logIn = LogIn()
    let users = [user("ann"), user("ben", disabled: true)]
    #expect(logIn.check("ann", Self.word, among: users) == .user(users[0]))
    #expect(logIn.check("ben", Self.word, among: users) == .wrong)
    for name in ["ann", "nobody"] {
      for _ in 0..<4 { #expect(logIn.check(name, "wrong", among: users) == .wrong) }
      #expect(logIn.check(name, "wrong", among: users) == .locked(seconds: 60, isNew: true))
      guard case .locked(let seconds, isNew: false) = logIn.check(name, Self.word, among: users) else {
        Issue.record("\(name) is not locked")
        continue
      }
      #expect((55...61).contains(seconds))
    }
  }

  @Test("the file is for its owner's eyes, is read again when another process wrote it, and damage lets nobody in")
  func file() throws {
    let folder = NSTemporaryDirectory() + "weir-users-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (here, there) = (UserFile(folder: folder), UserFile(folder: folder))
    #expect(try here.users().isEmpty)
    try there.edit { $0.append(user("ann")) }
    #expect(try here.users().map(\.name) == ["ann"])
    try there.edit { $0[0].isDisabled = true }
    #expect(try here.users()[0].isDisabled)
    let mode = try FileManager.default.attributesOfItem(atPath: here.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try Data("{".utf8).write(to: URL(filePath: here.path))
    #expect(throws: WorldError.self) { try here.users() }
  }

  @Test("what changed is told without a hash, and a session's stamp changes with all that it stands on") func changes()
  {
    var (ann, ben) = (user("ann"), user("ben"))
    let before = [ann, ben]
    ann.role = .lead
    ben.isDisabled = true
    let changes = UserChange.changes(from: before, to: [ann, ben, user("cy")])
    #expect(changes.map(\.kind) == ["user.changed", "user.disabled", "user.added"])
    #expect(UserChange.changes(from: before, to: [before[0]]).map(\.kind) == ["user.removed"])
    #expect(!changes.contains { "\($0)".contains("argon2") })
    #expect(before[0].stamp != ann.stamp && before[1].stamp != ben.stamp)
  }
}
