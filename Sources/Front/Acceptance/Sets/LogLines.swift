import Foundation

/// Log lines of web servers and applications, each with an answer: a failure or not, from which address, when.
enum AnnotatedLines {
  static func run(_ run: Run) throws -> [SetResult] {
    var places = SetResult("fail2ban: address and time", note: "of lines that are failures")
    var matches = SetResult(
      "fail2ban: failure or not", note: "log-in refused, error status, or a security product's match")
    for file in Files.all(under: run.folder) {
      let lines = annotated(try Files.lines(file))
      let events = try decode(lines.map(\.line), run)
      for (index, line) in lines.enumerated() {
        let event = events[index + 1]
        let miss = "\(file.lastPathComponent):\(index + 1) \(line.line)"
        matches.count(isFailure(event) == line.isMatch, miss: miss)
        guard line.isMatch else { continue }
        let isPlace =
          line.host.isEmpty || Addresses.canonical("\(event?["ip.src"] ?? "")") == Addresses.canonical(line.host)
        places.count(isPlace && sameMoment(event?["event.time"], line.time), miss: miss)
      }
    }
    return [places, matches]
  }

  struct Line {
    let line: String
    let isMatch: Bool
    let host: String
    let time: String
  }

  private static func annotated(_ lines: [String]) -> [Line] {
    var found: [Line] = []
    var answer: [String: Any]?
    for line in lines {
      if let range = line.range(of: "failJSON:") {
        answer = try? Files.json(String(line[range.upperBound...])) as? [String: Any]
      } else if !line.hasPrefix("#"), !line.isEmpty, let known = answer {
        found.append(
          Line(
            line: line, isMatch: known["match"] as? Bool ?? false, host: known["host"] as? String ?? "",
            time: known["time"] as? String ?? ""))
        answer = nil
      }
    }
    return found
  }

  /// Events by the number of their line in `lines`.
  private static func decode(_ lines: [String], _ run: Run) throws -> [Int: [String: Any]] {
    try Shell.inScratch { folder in
      let file = folder.appending(path: "lines.log")
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      let events = try run.weir.decode([file])
      return Dictionary(events.map { ($0["event.line"] as? Int ?? 0, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private static func isFailure(_ event: [String: Any]?) -> Bool {
    guard let event else { return false }
    if let outcome = event["auth.outcome"] as? String { return outcome == "failure" }
    if let status = event["http.response.code"] as? Int { return status >= 400 }
    return event["event.class"] as? String == "security"
  }

  /// The answers are in the writer's own zone, and their year is a guess where the line has none.
  private static func sameMoment(_ got: Any?, _ expected: String) -> Bool {
    guard let a = Instants.seconds("\(got ?? "")"), let b = Instants.seconds(expected) else { return false }
    let ofYear = { (seconds: Double) -> Int in
      let parts = Calendar.utc.dateComponents(
        [.dayOfYear, .hour, .minute, .second], from: Date(timeIntervalSince1970: seconds))
      return (((parts.dayOfYear ?? 0) * 24 + (parts.hour ?? 0)) * 60 + (parts.minute ?? 0)) * 60 + (parts.second ?? 0)
    }
    let apart = abs(ofYear(a) - ofYear(b))
    // A leap year moves the days after February by one.
    return [0, 86_400].contains { abs(apart - $0) <= 14 * 3600 && (apart - $0) % 1800 == 0 }
  }
}

extension Calendar {
  static let utc: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()
}

/// ModSecurity audit logs: one event a transaction, its client, request, status and rules.
enum AuditLogs {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("modsecurity-audit", note: "client, method, target, status and rule ids of each transaction")
    for file in Files.all(under: run.folder) {
      let text = try Files.text(file)
      let expected = text.hasPrefix("{") ? try packed(text) : serial(text)
      let events = try run.weir.decode([file])
      for (index, transaction) in expected.enumerated() {
        let event = events.indices.contains(index) ? events[index] : [:]
        let wrong = transaction.filter { $0.value != value(event, $0.key) }
        result.count(
          wrong.isEmpty, miss: "\(file.lastPathComponent) \(index + 1): \(wrong) \(wrong.keys.map { value(event, $0) })"
        )
      }
    }
    return [result]
  }

  private static func value(_ event: [String: Any], _ field: String) -> String {
    guard field == "security.rule.ids" else { return event[field].map { "\($0)" } ?? "" }
    let ids = (event[field] as? [Any])?.map { "\($0)" } ?? [event["security.rule.id"].map { "\($0)" } ?? ""]
    return Set(ids).sorted().joined(separator: " ")
  }

  private static func serial(_ text: String) -> [[String: String]] {
    text.split(separator: /(?m)^--[0-9a-zA-Z]+-A--\n/).map { part in
      var transaction: [String: String] = [:]
      if let match = part.firstMatch(of: /^\[[^\]]+\] \S+ (\S+) \d+ \S+ \d+/) {
        transaction["ip.src"] = String(match.1)
      }
      if let match = part.firstMatch(of: /-B--\n(\S+) (\S+)/) {
        transaction["http.request.method"] = String(match.1)
        transaction["http.request.uri"] = String(match.2)
      }
      if let match = part.firstMatch(of: /-F--\nHTTP\/\S+ (\d+)/) {
        transaction["http.response.code"] = String(match.1)
      }
      let ids = Set(part.matches(of: /\[id "(\d+)"\]/).map { String($0.1) }).sorted()
      if !ids.isEmpty { transaction["security.rule.ids"] = ids.joined(separator: " ") }
      return transaction
    }.filter { !$0.isEmpty }
  }

  private static func packed(_ text: String) throws -> [[String: String]] {
    Weir.objects(Data(text.utf8)).compactMap { object in
      guard let transaction = object["transaction"] as? [String: Any] else { return nil }
      var expected: [String: String] = [:]
      expected["ip.src"] = (transaction["client_ip"] ?? transaction["remote_address"]) as? String
      let request = object["request"] as? [String: Any] ?? transaction["request"] as? [String: Any] ?? [:]
      if let line = request["request_line"] as? String {
        let parts = line.split(separator: " ")
        expected["http.request.method"] = parts.first.map(String.init)
        expected["http.request.uri"] = parts.dropFirst().first.map(String.init)
      }
      let response = object["response"] as? [String: Any] ?? transaction["response"] as? [String: Any] ?? [:]
      if let status = response["status"] ?? response["http_code"] { expected["http.response.code"] = "\(status)" }
      return expected
    }
  }
}

/// HAProxy logs whose names say how many of their lines are valid.
enum ProxyLogs {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("haproxy-log", note: "valid lines read with client, status and target; broken ones refused")
    for file in Files.all(under: run.folder) {
      let name = file.lastPathComponent
      let lines = try Files.lines(file).filter { !$0.isEmpty }
      let broken = name.firstMatch(of: /_(\d+)_invalid/).flatMap { Int($0.1) } ?? 0
      let events = try run.weir.decode([file])
      let whole = events.filter {
        $0["ip.src"] != nil && $0["http.response.code"] != nil && $0["http.request.uri"] != nil
      }
      for index in 0..<(lines.count - broken) {
        result.count(index < whole.count, miss: "\(name): a valid line is missing")
      }
      for index in 0..<broken {
        result.count(events.count + index < lines.count, miss: "\(name): a broken line was read")
      }
    }
    return [result]
  }
}
