import Foundation

/// Whole requests of 33 real sites, and recorded attacks.
enum RecordedRequests {
  static func run(_ run: Run) throws -> [SetResult] {
    var found = SetResult("openappsec: attacks")
    var quiet = SetResult("openappsec: legitimate", note: "whole requests of real sites")
    let malicious = try requests(run.folder.appending(path: "malicious"))
    let legitimate = try requests(run.folder.appending(path: "legitimate"))
    let verdicts = try run.weir.inspect(malicious + legitimate)
    for request in malicious {
      found.count(verdicts[request.id]?.isAttack == true, miss: "\(request.id) \(request.uri) \(request.body)")
    }
    var accused = 0
    for request in legitimate {
      let verdict = verdicts[request.id]
      if let score = verdict?.crsScore, score >= 5 { accused += 1 }
      // Site visits hold testers' cookies: a miss names the request, not what is in it.
      quiet.count(verdict?.isAttack == false, miss: "\(request.id) \(verdict?.classes ?? []) \(verdict?.rules ?? [])")
    }
    quiet.note += "; the rule set alone would accuse \(accused)"
    let name = "openappsec: as libmodsecurity"
    return [try RuleSetEquality.compare(malicious + legitimate, name: name), found, quiet]
  }

  private static func requests(_ folder: URL) throws -> [WebRequest] {
    var requests: [WebRequest] = []
    for file in Files.all(under: folder) {
      let name = file.lastPathComponent.prefix { $0 != "." }
      for (number, object) in Weir.objects(try Files.data(file)).enumerated() {
        var request = WebRequest(id: "\(name)-\(number + 1)", uri: object["url"] as? String ?? "/")
        request.method = object["method"] as? String ?? "GET"
        request.headers = (object["headers"] as? [String: Any] ?? [:]).map { ($0.key, "\($0.value)") }
          .sorted { $0.0 < $1.0 }
        request.body = object["data"] as? String ?? ""
        requests.append(request)
      }
    }
    return requests
  }
}

/// Parameter values: most are harmless form entries, so silence is a floor and no achievement.
enum ParameterValues {
  static func run(_ run: Run) throws -> [SetResult] {
    var found = SetResult("http-params: attacks", note: "bare values in one parameter")
    var quiet = SetResult("http-params: harmless", note: "a floor, not an achievement")
    for file in Files.all(under: run.folder) {
      let rows = SeparatedValues.rows(try Files.text(file)).dropFirst().filter { $0.count == 4 }
      let requests = rows.enumerated().map { WebRequest.parameter($1[0], id: "\($0)") }
      let verdicts = try run.weir.inspect(requests)
      for (number, row) in rows.enumerated() {
        let isAttack = verdicts["\(number)"]?.isAttack
        if row[3] == "norm" {
          quiet.count(isAttack == false, miss: row[0])
        } else {
          found.count(isAttack == true, miss: "\(row[2]) \(row[0])")
        }
      }
    }
    return [found, quiet]
  }
}

/// Comma-separated rows with quotes.
///
/// Source: RFC 4180.
enum SeparatedValues {
  static func rows(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && bytes.first == UInt8(ascii: "\""):
        cell.append(byte)
        bytes.removeFirst()
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted, 10 where !isQuoted:
        row.append(String(decoding: cell, as: UTF8.self))
        cell = []
        if byte == 10 {
          rows.append(row)
          row = []
        }
      case 13 where !isQuoted: break
      default: cell.append(byte)
      }
    }
    if !cell.isEmpty || !row.isEmpty { rows.append(row + [String(decoding: cell, as: UTF8.self)]) }
    return rows
  }
}

/// One attack string a line, often percent-encoded already; `#` begins a comment.
enum AttackLists {
  static func run(_ run: Run) throws -> [SetResult] {
    var results = ["sqli": SetResult("libinjection: SQL"), "xss": SetResult("libinjection: XSS")]
    var strings: [(place: String, text: String)] = []
    for file in Files.all(under: run.folder) {
      for (number, line) in try Files.lines(file).enumerated() where !line.isEmpty && !line.hasPrefix("#") {
        strings.append(("\(file.lastPathComponent):\(number + 1)", line))
      }
    }
    let verdicts = try run.weir.inspect(strings.map { .parameter($0.text, id: $0.place, keepEscapes: true) })
    for string in strings {
      results[string.place.contains("xss") ? "xss" : "sqli"]?
        .count(verdicts[string.place]?.isAttack == true, miss: "\(string.place) \(string.text)")
    }
    return results.values.sorted { $0.name < $1.name }
  }
}

/// Awkward strings: nothing may crash and every one is answered; how many are called attacks is only told.
enum NaughtyStrings {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("naughty-strings", note: "answered at all; ")
    let text = try Files.text(run.folder.appending(path: "blns.json"))
    let strings = try Files.json(text) as? [String] ?? []
    let requests = strings.enumerated().flatMap {
      [WebRequest.parameter($1, id: "\($0)-query"), WebRequest.form($1, id: "\($0)-form")]
    }
    let verdicts = try run.weir.inspect(requests)
    for request in requests { result.count(verdicts[request.id] != nil, miss: "\(request.id) \(request.uri)") }
    result.note += "\(verdicts.values.filter(\.isAttack).count) called attacks"
    return [result]
  }
}
