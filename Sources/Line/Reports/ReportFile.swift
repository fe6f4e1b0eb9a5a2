/// One file of the report folder. A new one is one file in `Files/` and one line in `ReportFiles`.
struct ReportFile: Sendable {
  /// Its name in the folder.
  let name: String
  let render: @Sendable (InvestigationResult) -> String
}
