import Foundation
import Model

/// The command `weir`: finds the verb, runs it, turns errors into words and an exit code.
@main
enum Weir {
  static let version = "0.1.0"

  static func main() {
    // A reader that went away (`weir decode … | head`) is no fault worth a message.
    signal(SIGPIPE, SIG_DFL)
    guard let words = Self.words else {
      Terminal.complain("an argument is no UTF-8; write such bytes as \\xHH within a text")
      exit(ExitCode.usage.rawValue)
    }
    let code = run(words)
    Terminal.flush()
    exit(code.rawValue)
  }

  /// The words after the program's name as they were typed; nil where one is no UTF-8, which Swift would mend in silence.
  private static var words: [String]? {
    let words = CommandLine.unsafeArgv
    let texts = (1..<max(1, Int(CommandLine.argc))).map { place in
      words[place].flatMap { String(validatingCString: $0) }
    }
    return texts.contains(nil) ? nil : texts.compactMap(\.self)
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
