import Model

extension ReportFile {
  /// `report.md`: the page's facts for a ticket or a terminal.
  static let markdown = ReportFile(name: "report.md") { result in
    Sections.all.compactMap { $0.markdown(result)?.source }.joined(separator: "\n")
  }
}
