import Foundation
import Model

/// Logpush records of every data set: all read, times equal in every spelling, nothing lost and nothing made up.
enum LogpushRecords {
  static func run(_ run: Run) throws -> [SetResult] {
    var read = SetResult("logpush: records read")
    var kept = SetResult("logpush: keys kept", note: "each key in a field or under extra")
    var once = SetResult("logpush: keys once", note: "no key both in its field and under extra")
    var absent = SetResult("logpush: absent stays absent", note: "numbers that the record does not hold")
    var times = SetResult("logpush: times", note: "spellings of one record's time agree")
    for file in Files.all(under: run.folder) {
      let name = file.lastPathComponent
      let records = Weir.objects(try Files.data(file))
      let events = try run.weir.decode([file])
      let byLine = Dictionary(
        events.map { ($0["event.line"] as? Int ?? 0, $0) }, uniquingKeysWith: { first, _ in first })
      var seconds: [String: Set<Int>] = [:]
      for (index, record) in records.enumerated() {
        let event = byLine[index + 1]
        read.count(event != nil, miss: "\(name):\(index + 1)")
        guard let event else { continue }
        let lost = lostKeys(record, event)
        kept.count(lost.isEmpty, miss: "\(name):\(index + 1) \(lost)")
        let doubled = doubledKeys(record, event)
        once.count(doubled.isEmpty, miss: "\(name):\(index + 1) \(doubled)")
        let invented = inventedFields(record, event)
        absent.count(invented.isEmpty, miss: "\(name):\(index + 1) \(invented)")
        let identity = "\(record["RayID"] ?? record["AuditLogID"] ?? record["RayId"] ?? record["ID"] ?? index)"
        if let instant = Instants.seconds("\(event["event.time"] ?? "")") {
          seconds[identity, default: []].insert(Int(instant))
        }
      }
      for (identity, instants) in seconds {
        times.count(instants.count == 1, miss: "\(name) \(identity) \(instants.sorted())")
      }
    }
    return [read, kept, once, absent, times]
  }

  /// Keys whose value stands neither under `extra` nor in any field of the event.
  private static func lostKeys(_ record: [String: Any], _ event: [String: Any]) -> [String] {
    let extra = event["extra"] as? [String: Any] ?? [:]
    return record.keys.filter { key in
      guard let value = record[key], !(value is NSNull), "\(value)" != "", extra[key] == nil else { return false }
      return !event.contains { says($0.value, value) }
    }.sorted()
  }

  /// Keys that stand under `extra` though the event's field of that key says the same.
  private static func doubledKeys(_ record: [String: Any], _ event: [String: Any]) -> [String] {
    let extra = event["extra"] as? [String: Any] ?? [:]
    return EventField.allCases.flatMap { field in
      field.spec.logpush.filter { key in
        guard let kept = extra[key], let value = event[field.name] else { return false }
        return says(value, kept)
      }
    }.sorted()
  }

  /// Whether a field's value is the record's: the same but for case, a time's spelling, a query's question mark, or
  /// text in place of a number, a truth or a list.
  private static func says(_ got: Any, _ value: Any) -> Bool {
    if let list = value as? [Any] { return (got as? [Any])?.map { plain($0) } == list.map { plain($0) } }
    if plain(got) == plain(value) || "?" + plain(got) == plain(value) { return true }
    if let text = value as? String, let list = try? Files.json(text) as? [Any] { return says(got, list) }
    if let flag = value as? Bool, let word = got as? String { return word == (flag ? "success" : "failure") }
    guard let instant = Instants.seconds("\(got)") else { return false }
    if let epoch = Double("\(value)") { return [1, 1e3, 1e6, 1e9].contains { abs(epoch / $0 - instant) < 0.01 } }
    return Instants.seconds("\(value)") == instant
  }

  private static func plain(_ value: Any) -> String { "\(value)".lowercased() }

  /// Number fields of the event whose value stands nowhere in the record.
  private static func inventedFields(_ record: [String: Any], _ event: [String: Any]) -> [String] {
    let values = Set(record.values.map { "\($0)" })
    return EventField.allCases.filter { field in
      guard case .int = field.spec.type, !field.spec.logpush.isEmpty, let value = event[field.name] else {
        return false
      }
      return field.spec.logpush.allSatisfy { record[$0] == nil } && !values.contains("\(value)")
    }.map(\.name)
  }
}

/// The same kind of records beside what another product made of them: values must agree.
enum SecondWitness {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("panther-cloudflare", note: "values of a record that have a field here")
    for file in Files.all(under: run.folder, suffixes: [".yml", ".yaml"]) {
      for document in try Files.yaml(file) {
        guard let input = document["input"]?.text, let expected = document["result"]?.text,
          let values = try? Files.json(expected) as? [String: Any]
        else { continue }
        let name = "\(file.lastPathComponent) \(document["name"]?.text ?? "")"
        let event = try decode(input, run)
        for field in EventField.allCases {
          guard let key = field.spec.logpush.first(where: { values[$0] != nil }), let value = values[key] else {
            continue
          }
          result.count(
            agrees(event[field.name] ?? (event["extra"] as? [String: Any])?[key], value, field),
            miss: "\(name) \(key): \(value) is \(event[field.name] ?? "absent")")
        }
      }
    }
    return [result]
  }

  private static func decode(_ input: String, _ run: Run) throws -> [String: Any] {
    let line = try JSONSerialization.data(withJSONObject: try Files.json(input)) + Data([10])
    return try Shell.inScratch { folder in
      let file = folder.appending(path: "record.ndjson")
      try line.write(to: file)
      return try run.weir.decode([file]).first ?? [:]
    }
  }

  private static func agrees(_ got: Any?, _ value: Any, _ field: EventField) -> Bool {
    guard let got else { return "\(value)".isEmpty }
    if case .time = field.spec.type {
      return Instants.equal("\(got)", "\(value)".replacingOccurrences(of: " ", with: "T"))
    }
    if let list = value as? [Any] {
      return (got as? [Any])?.map { "\($0)".lowercased() } == list.map { "\($0)".lowercased() }
    }
    return "\(got)".lowercased() == "\(value)".lowercased()
  }
}

/// Single records with a yes or no: is this worth an alert?
enum LabelledRecords {
  static func run(_ run: Run) throws -> [SetResult] {
    var results: [SetResult] = []
    for folder in Files.folders(in: run.folder) {
      var result = SetResult("panther-analysis: \(folder.lastPathComponent)", note: "one record each, alert or none")
      for file in Files.all(under: folder, suffixes: [".yml"]) {
        for test in try Files.yaml(file).first?["Tests"]?.list ?? [] {
          guard let record = test["Log"]?.json, let expected = test["ExpectedResult"]?.bool else { continue }
          let name = "\(file.deletingPathExtension().lastPathComponent): \(test["Name"]?.text ?? "")"
          do {
            let isAlert = try alerts(record, run)
            result.count(isAlert == expected, miss: "\(name): \(isAlert ? "alert" : "no alert"), expected \(expected)")
          } catch { result.count(false, miss: "\(name): \(error)") }
        }
      }
      results.append(result)
    }
    return results
  }

  private static func alerts(_ record: Any, _ run: Run) throws -> Bool {
    try Shell.inScratch { folder in
      let file = folder.appending(path: "record.ndjson")
      try (JSONSerialization.data(withJSONObject: record) + Data([10])).write(to: file)
      return try !run.weir.investigate([file]).alerts.isEmpty
    }
  }
}
