/// One verb: what it is called, what it does, and doing it.
protocol Command: Sendable {
  var name: String { get }
  /// One sentence for the list of verbs.
  var sentence: String { get }
  /// What stands behind the verb, `[OPTION…] PATH…` say.
  var operands: String { get }
  var options: [Option] { get }
  /// Does it. Errors end up as one clear message on standard error, see `ExitCode`.
  func run(_ arguments: Arguments) throws -> ExitCode
}

/// How the process ends; scripts rely on it.
enum ExitCode: Int32 {
  /// Done, and nothing that `--fail-on` asks about.
  case fine = 0
  /// Refused, or found with `--fail-on`.
  case found = 1
  /// The command line makes no sense.
  case usage = 2
  /// Nothing could be read of what was asked for.
  case unreadable = 3
}

/// All verbs in the order a newcomer meets them.
let commands: [any Command] = [
  Investigate(), Decode(), Explain(), InspectCommand(), HuntCommand(), SweepCommand(), PacketsCommand(),
  ContrastCommand(),
  MitigateCommand(), ProveCommand(), Compile(), TuneCommand(), Serve(), LearnCommand(), JournalCommand(),
  ArchiveCommand(), UserCommand(), TokenCommand(), Sample(),
  Check(), Doctor(),
]
