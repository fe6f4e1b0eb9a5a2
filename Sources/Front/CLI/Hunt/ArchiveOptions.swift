import Archive
import Model

/// Options of verbs that ask or write an archive.
enum ArchiveOptions {
  static let place = [
    Option(name: "archive", value: "DIR", sentence: "an archive, or the data folder of a floor that has one"),
    Option(name: "customer", value: "NAME", sentence: "whose archive (default: the only one there)"),
  ]
  static let time = [
    Option(
      name: "since", value: "WHEN", sentence: "from then on: 2h, yesterday 14:00, monday, 2026-11-28, an RFC 3339 time"),
    Option(name: "until", value: "WHEN", sentence: "before then"),
  ]

  /// The archive that was asked for; nil where none was.
  static func folder(_ arguments: Arguments) throws -> ArchiveFolder? {
    guard let root = arguments["archive"] else { return nil }
    return ArchiveFolder(root: root, customer: try customer(arguments, root))
  }

  static func customer(_ arguments: Arguments, _ root: String) throws(UsageError) -> String {
    let there = ArchiveFolder.customers(root: root)
    if let name = arguments["customer"] {
      if there.contains(name) { return name }
      let hint = nearestWord(to: name, in: there).map { "; did you mean \($0)?" } ?? ""
      throw UsageError("--customer: \(root) holds no archive of '\(name)'\(hint)")
    }
    guard let only = there.first else { throw UsageError("\(root) holds no archive") }
    guard there.count == 1 else {
      throw UsageError("say with --customer whose archive: \(Words.list(there, limit: 8))")
    }
    return only
  }
}
