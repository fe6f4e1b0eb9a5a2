import Archive
import Conditions
import Foundation
import Model
import Records
import Watch

/// `weir archive`: weeks of events as columns on disk, without a running floor too.
struct ArchiveCommand: Command {
  let name = "archive"
  let sentence = "events as columns on disk: `write` logs into it, `list`, `verify`, `compact`, `expire`"
  let operands = "write PATH… | list | verify | compact | expire  --archive DIR"
  let options =
    ArchiveOptions.place + [
      Option(name: "keep-lines", sentence: "write: keep each event's line as it came in, for evidence"),
      Option(name: "again", sentence: "write: bring in files that are in the archive already, too"),
      Option(name: "older-than", value: "SPAN", sentence: "expire: files whose events are all older than 90d"),
      Option(name: "json", sentence: "list, verify: one JSON object a line"),
    ] + InputOptions.reading

  func run(_ arguments: Arguments) throws -> ExitCode {
    let words = ["write", "list", "verify", "compact", "expire"]
    guard let word = arguments.operands.first else { throw UsageError("say \(Words.list(words, limit: 9))") }
    guard let root = arguments["archive"] else { throw UsageError("say with --archive where the archive is") }
    switch word {
    case "write": return try write(root, arguments)
    case "list": return try list(root, arguments)
    case "verify": return try verify(root, arguments)
    case "compact", "expire":
      for folder in try folders(root, arguments) {
        let writer = try ArchiveWriter(folder)
        if word == "compact" {
          let count = try writer.compact(before: .max)
          Terminal.print("\(folder.customer): \(Words.count(count, "file")) made fewer")
        } else {
          guard let text = arguments["older-than"], let span = TimeWords.span(text) else {
            throw UsageError("say with --older-than how old, 90d say")
          }
          let gone = try writer.expire(before: Int64(Date().timeIntervalSince1970 * 1e9) - span)
          let rows = gone.reduce(0) { $0 + $1.rows }
          Terminal.print(
            "\(folder.customer): \(Words.count(gone.count, "file")) with \(Words.count(rows, "event")) gone")
        }
        try writer.forget(retiredBefore: .max)
      }
      return .fine
    default:
      let hint = nearestWord(to: word, in: words).map { "; did you mean \($0)?" } ?? ""
      throw UsageError("weir archive knows \(Words.list(words, limit: 9)), not '\(word)'\(hint)")
    }
  }

  private func folders(_ root: String, _ arguments: Arguments) throws -> [ArchiveFolder] {
    if arguments["customer"] != nil {
      return [ArchiveFolder(root: root, customer: try ArchiveOptions.customer(arguments, root))]
    }
    let customers = ArchiveFolder.customers(root: root)
    if customers.isEmpty { throw UsageError("\(root) holds no archive") }
    return customers.map { ArchiveFolder(root: root, customer: $0) }
  }

  private func write(_ root: String, _ arguments: Arguments) throws -> ExitCode {
    let customer = arguments["customer"] ?? "demo"
    guard Spool.isName(customer) else { throw UsageError("--customer must be letters, digits, -, _ and .") }
    let paths = try InputOptions.paths(arguments, after: 1)
    var settings = ArchiveSettings()
    settings.keepsLines = arguments.has("keep-lines")
    let writer = try ArchiveWriter(ArchiveFolder(root: root, customer: customer), settings: settings)
    let before = (rows: writer.manifest.rows, bytes: writer.manifest.bytes)
    let importing = ArchiveImport(try Assembly(InputOptions.configuration(arguments)))
    let (report, known) =
      arguments.has("again") ? (try importing.run(paths, into: writer), []) : try importing.once(paths, into: writer)
    for (path, before) in known {
      let name = before.path == path ? "" : " as \(Escape.terminal(before.path))"
      Terminal.complain(
        "\(Escape.terminal(path)) is in the archive since \(UTCTime.rfc3339(before.written / 1_000_000_000 * 1_000_000_000))\(name)"
          + " and was left out; --again brings it in anyway")
    }
    let rows = writer.manifest.rows - before.rows
    let bytes = writer.manifest.bytes - before.bytes
    let each = rows > 0 ? ", \(bytes / rows) bytes each" : ""
    Terminal.print("\(customer): \(Words.count(rows, "event")) in \(Words.bytes(bytes))\(each)")
    return InputWords.complain(about: report)
  }

  private func list(_ root: String, _ arguments: Arguments) throws -> ExitCode {
    for folder in try folders(root, arguments) {
      let manifest = try folder.manifest()
      if arguments.has("json") {
        for file in manifest.files { Terminal.print(json(file, folder.customer)) }
        continue
      }
      let times = (manifest.files.compactMap(\.first).min(), manifest.files.compactMap(\.last).max())
      var span = ""
      if let first = times.0, let last = times.1 {
        let second: Int64 = 1_000_000_000
        span = ", \(UTCTime.rfc3339(first / second * second)) to \(UTCTime.rfc3339(last / second * second))"
      }
      Terminal.print(
        "\(folder.customer): \(Words.count(manifest.rows, "event")) in \(Words.count(manifest.files.count, "file")), "
          + "\(Words.bytes(manifest.bytes))\(span)")
      for (words, count) in [("expired", manifest.expired), ("deliveries never archived", manifest.missed)]
      where count > 0 {
        Terminal.print("  \(Words.number(count)) \(words)")
      }
    }
    return .fine
  }

  private func json(_ file: ArchiveManifest.File, _ customer: String) -> [UInt8] {
    var line = Array("{".utf8)
    let texts = [
      ("customer", customer), ("path", file.path), ("first", file.first.map(UTCTime.rfc3339)),
      ("last", file.last.map(UTCTime.rfc3339)), ("sha256", file.sha256),
    ]
    for (key, value) in texts {
      guard let value else { continue }
      JSONText.key(key, to: &line)
      JSONText.string(value, to: &line)
    }
    for (key, value) in [("events", file.rows), ("bytes", file.bytes)] {
      JSONText.key(key, to: &line)
      line += String(value).utf8
    }
    return line + Array("}\n".utf8)
  }

  private func verify(_ root: String, _ arguments: Arguments) throws -> ExitCode {
    var isSound = true
    for folder in try folders(root, arguments) {
      var faults = try folder.faults()
      if FileManager.default.fileExists(atPath: root + "/journal.sqlite") {
        faults += try ArchiveWitness.faults(data: root, customer: folder.customer)
      }
      isSound = isSound && faults.isEmpty
      if arguments.has("json") {
        var line = Array("{".utf8)
        JSONText.key("customer", to: &line)
        JSONText.string(folder.customer, to: &line)
        JSONText.key("sound", to: &line)
        line += String(faults.isEmpty).utf8
        JSONText.key("faults", to: &line)
        line.append(UInt8(ascii: "["))
        for (index, fault) in faults.enumerated() {
          if index > 0 { line.append(UInt8(ascii: ",")) }
          JSONText.string(fault, to: &line)
        }
        Terminal.print(line + Array("]}\n".utf8))
      } else if faults.isEmpty {
        let manifest = try folder.manifest()
        Terminal.print(
          "\(folder.customer): sound: \(Words.count(manifest.rows, "event")) in \(Words.count(manifest.files.count, "file"))"
        )
      } else {
        Terminal.print("\(folder.customer): NOT SOUND")
        for fault in faults { Terminal.print("  \(Escape.terminal(fault))") }
      }
    }
    return isSound ? .fine : .found
  }
}
