import Access
import Foundation
import Model
import Records

/// `weir user`: who may sign in with a name and a password.
struct UserCommand: Command {
  let name = "user"
  let sentence = "who may sign in: add, list, disable, enable, password (a new one)"
  let operands = "ACTION --data DIR [NAME]"
  let options = [
    Option(name: "data", value: "DIR", sentence: "the data folder of the floor, which may be running"),
    Option(name: "role", value: "ROLE", sentence: "add: analyst, lead, hunter, customer or machine"),
    Option(name: "customer", value: "NAME", repeats: true, sentence: "add: the customers that are seen (default all)"),
    Option(name: "password-stdin", sentence: "take the password from standard input instead of making one"),
    Option(name: "json", sentence: "list: one JSON object a line"),
  ]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let folder = arguments["data"] else { throw UsageError("say with --data where the floor keeps everything") }
    let file = UserFile(folder: folder)
    let actions = ["add", "list", "disable", "enable", "password"]
    guard let action = arguments.operands.first, actions.contains(action) else {
      let word = arguments.operands.first ?? ""
      let hint = nearestWord(to: word, in: actions).map { "; did you mean \($0)?" } ?? ""
      throw UsageError("say what to do: \(actions.joined(separator: ", "))\(hint)")
    }
    if action == "list" {
      for user in try file.users() { Terminal.print(arguments.has("json") ? Self.json(user) : Self.line(user)) }
      return .fine
    }
    guard arguments.operands.count == 2, case let name = arguments.operands[1], User.isName(name) else {
      throw UsageError("\(action) needs one name: letters, digits, -, _, . and @")
    }
    switch action {
    case "add": try add(name, arguments, file)
    case "password":
      let (password, word) = try Self.password(arguments)
      try Self.change(name, file) { $0.password = password }
      Self.show(word)
    default: try Self.change(name, file) { $0.isDisabled = action == "disable" }
    }
    return .fine
  }

  private func add(_ name: String, _ arguments: Arguments, _ file: UserFile) throws {
    guard let word = arguments["role"], let role = Role(rawValue: word) else {
      throw UsageError("--role must be one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let customers = arguments.all("customer")
    guard role != .customer || !customers.isEmpty else {
      throw UsageError("a user with the role customer sees its own only: name them with --customer")
    }
    let (password, shown) = try Self.password(arguments)
    let user = User(
      name: name, role: role, customers: customers.isEmpty ? nil : customers, password: password, by: Self.author)
    try file.edit { users in
      guard !users.contains(where: { $0.name == name }) else { throw UsageError("there is a user '\(name)' already") }
      users.append(user)
    }
    Self.show(shown)
  }

  private static func change(_ name: String, _ file: UserFile, _ change: (inout User) -> Void) throws {
    try file.edit { users in
      guard let place = users.firstIndex(where: { $0.name == name }) else {
        let hint = nearestWord(to: name, in: users.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("there is no user '\(name)'\(hint)")
      }
      change(&users[place])
      users[place].by = author
    }
  }

  /// The password, and its word where it was made here and must be shown.
  private static func password(_ arguments: Arguments) throws -> (Password, shown: String?) {
    let isGiven = arguments.has("password-stdin")
    let word = isGiven ? readLine() ?? "" : Secret.word()
    guard let password = Password(word) else {
      throw UsageError("a password has \(Password.shortest) to \(Password.longest) bytes")
    }
    return (password, isGiven ? nil : word)
  }

  private static func show(_ word: String?) {
    if let word { Terminal.print("password: \(word)") }
  }

  /// The name under which the system knows whoever does this.
  private static var author: String { NSUserName() }

  private static func line(_ user: User) -> String {
    let customers = user.customers?.joined(separator: ", ") ?? "all customers"
    return "\(user.name)  \(user.role.rawValue)  \(customers)\(user.isDisabled ? "  disabled" : "")"
  }

  private static func json(_ user: User) -> String {
    let object: [String: Any] = [
      "name": user.name, "role": user.role.rawValue, "customers": user.customers ?? NSNull(),
      "disabled": user.isDisabled,
    ]
    let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
