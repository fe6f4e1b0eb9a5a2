import Content
import Model

/// The formats in the order in which they are tried; of two that are equally sure of a sample the earlier one wins.
package enum LogFormats {
  /// Formats written in Swift, those written in YAML below `formats/` in the order of their ranks and names.
  ///
  /// Errors: `ContentError` with all problems of all files.
  package static func all(
    _ content: ContentFolder, _ options: IntakeOptions = IntakeOptions()
  ) throws(ContentError) -> [any LogFormat] {
    var direct = coded + (try LineFormatFile.families(in: content))
    let tables = direct.compactMap { $0 as? JSONFormat }
    direct += tables.filter(\.isTabular).map { CSVFormat($0) }
    direct.append(ZeekFormat(tables.filter { $0.name.hasPrefix("zeek-") }))
    // Columns go by the names that any JSON may have.
    if let general = direct.first(where: { $0.name == "json" }) as? JSONFormat { direct.append(CSVFormat(general.map)) }
    // What the user says about the layout counts more than what is known of others.
    if let file = options.mappingFile { direct.insert(contentsOf: try MappingFile.formats(file), at: 0) }
    if let layout = options.formatString { direct.insert(try ServerLayout.format(layout), at: 0) }
    // Last, since it takes any line behind a daemon's prefix.
    let all = direct + [WrappedFormat(direct), TextFormat(takesMessages: true), TextFormat(takesMessages: false)]
    guard let wanted = options.format else { return all }
    guard let format = all.first(where: { $0.name == wanted }) else {
      throw ContentError(
        ContentProblem(
          line: 0, column: 0, message: "there is no format named '\(wanted)'",
          suggestion: nearestWord(to: wanted, in: all.map(\.name))))
    }
    return [format]
  }

  /// Formats that are more than a line's shape.
  private static var coded: [any LogFormat] { [W3CFormat(), AuditFormat()] }
}
