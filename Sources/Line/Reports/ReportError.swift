/// Why a report could not be written: which file, what went wrong, whether trying again can help.
package struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Problem: Sendable, Equatable {
    /// The path exists and is no folder.
    case notAFolder
    /// The folder holds files but no report: nothing is put among strangers.
    case foreignFolder
    /// The system refused; its own error number.
    case system(Int32)
  }

  package var path: String
  package var problem: Problem
  /// What was being done, for example `write`.
  package var action: String

  /// Whether the same command can work later without a change of its own, once room or rights are given.
  package var canRetry: Bool {
    if case .system = problem { true } else { false }
  }

  package var description: String {
    switch problem {
    case .notAFolder: "\(path) is a file; give --out a folder"
    case .foreignFolder:
      "\(path) holds other files and no report of Weir; give --out an empty or new folder, nothing was written"
    case .system(let code):
      "could not \(action) \(path): \(ReportError.words(of: code)); nothing already there was changed, try again once that is settled"
    }
  }
}
