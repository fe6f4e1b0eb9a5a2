import Records

/// `weir token`: a new secret word, and the digest of it that a configuration may hold.
struct TokenCommand: Command {
  let name = "token"
  let sentence = "make a token: the word for its owner, the digest for the configuration of `weir serve`"
  let operands = ""
  let options: [Option] = []

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.isEmpty else { throw UsageError("token takes no operands") }
    let word = Secret.word()
    Terminal.print("token:  \(word)\nsha256: \(SHA256(of: Array(word.utf8)))")
    return .fine
  }
}
