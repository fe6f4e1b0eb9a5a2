/// The files of a report folder, in the order they are written: the page that people open comes last, so that it never
/// speaks of files that are not there yet.
enum ReportFiles {
  static let all: [ReportFile] = [.alerts, .incidents, .summary, .markdown, .page]
}
