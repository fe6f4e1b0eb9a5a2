import Foundation
import Model

/// The command `weir`: finds the verb, runs it, turns errors into words and an exit code.
@main
enum Weir {
  static let version = "0.1.0"

  static func main() {
    // A reader that went away (`weir decode … | head`) is no fault worth a message.
    signal(SIGPIPE, SIG_DFL)
    let code = run(Array(CommandLine.arguments.dropFirst()))
    Terminal.flush()
    exit(code.rawValue)
  }

  private static func run(_ words: [String]) -> ExitCode {
    guard let verb = words.first, !["help", "--help", "-h"].contains(verb) else {
      let asked = words.dropFirst().first.flatMap { name in commands.first { $0.name == name } }
      Terminal.print(asked.map(Help.page) ?? Help.overview)
      return words.isEmpty ? .usage : .fine
    }
    if ["--version", "-V", "version"].contains(verb) {
      Terminal.print("weir \(version)")
      return .fine
    }
    guard let command = commands.first(where: { $0.name == verb }) else {
      let hint = nearestWord(to: verb, in: commands.map(\.name)).map { "; did you mean `weir \($0)`?" } ?? ""
      Terminal.complain("no verb '\(verb)'\(hint)\nRun `weir help` for the list.")
      return .usage
    }
    if words.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
      Terminal.print(Help.page(command))
      return .fine
    }
    do {
      return try command.run(Arguments(words.dropFirst(), options: command.options))
    } catch let error as UsageError {
      Terminal.complain("\(error)\nRun `weir help \(command.name)` for what it takes.")
      return .usage
    } catch let error as ContentError {
      Terminal.complain("\(error)")
      return .usage
    } catch {
      Terminal.complain("\(error)")
      return .unreadable
    }
  }
}
