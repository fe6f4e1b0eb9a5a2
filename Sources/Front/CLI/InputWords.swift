import Model

/// What went wrong with the inputs, in words, for verbs that print something else.
enum InputWords {
  /// Names failures and rejected lines on standard error; 3 when nothing at all could be read.
  static func complain(about report: IntakeReport) -> ExitCode {
    for input in report.inputs {
      if let failure = input.failure { Terminal.complain("\(Escape.terminal(input.path)): \(failure)") }
      for reason in input.reasons {
        let line = reason.samples.first.map { ", first at line \($0.line)" } ?? ""
        Terminal.complain(
          "\(Escape.terminal(input.path)): \(Words.count(reason.count, "line")) not used: \(reason.reason)\(line)")
      }
    }
    return report.events == 0 && report.inputs.contains { $0.failure != nil || $0.rejected > 0 } ? .unreadable : .fine
  }
}
