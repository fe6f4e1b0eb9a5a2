import Model

extension ReportFile {
  /// `summary.json`: the figures of the whole run for a program that asks whether to go on reading.
  static let summary = ReportFile(name: "summary.json") { result in Summary(result).json.pretty }
}

private struct Summary {
  let result: InvestigationResult

  init(_ result: InvestigationResult) { self.result = result }

  var json: JSONValue {
    let traffic = result.traffic
    return .object([
      ("version", .text(result.run.version)),
      ("command", .texts(result.run.commandLine)),
      ("started_at", .time(result.run.startedAt)),
      ("verdict", .text(Verdict(result).sentence)),
      ("events", .int(result.intake.events)),
      ("rejected", .int(result.intake.rejected)),
      ("rejected_by_reason", reasons),
      ("first_seen", traffic.events > 0 ? .time(traffic.firstSeen) : .null),
      ("last_seen", traffic.events > 0 ? .time(traffic.lastSeen) : .null),
      (
        "sources",
        .object([("count", .int(traffic.sources.count)), ("estimated", .bool(traffic.sources.estimated))])
      ),
      ("incidents", incidents),
      ("alerts", alerts),
      ("throughput", throughput),
      ("settings", .object(result.run.settings.map { ($0.name, .text($0.value)) })),
      ("caveats", .texts(result.run.caveats)),
      ("inputs", .list(result.intake.inputs.map(Self.input))),
    ])
  }

  private var reasons: JSONValue {
    var counts: [String: Int] = [:]
    for input in result.intake.inputs {
      for reason in input.reasons { counts[reason.reason, default: 0] += reason.count }
    }
    return .object(Self.falling(counts))
  }

  private var incidents: JSONValue {
    .object([
      ("count", .int(result.incidents.count)),
      ("by_kind", .object(Self.falling(Self.tally(result.incidents.map(\.kind.rawValue))))),
      ("by_severity", .object(Self.falling(Self.tally(result.incidents.map(\.severity.rawValue))))),
      ("by_priority", .object(Self.falling(Self.tally(result.incidents.map(\.priority.rawValue))))),
    ])
  }

  private var alerts: JSONValue {
    .object([
      ("count", .int(result.alerts.count)),
      ("by_detection", .object(Self.falling(Self.tally(result.alerts.map(\.detection))))),
    ])
  }

  private var throughput: JSONValue {
    let run = result.run
    let events = result.intake.events
    let bytes = result.intake.inputs.reduce(0) { $0 + $1.bytes }
    return .object([
      ("elapsed_seconds", .decimal(run.elapsedSeconds)), ("cpu_seconds", .decimal(run.cpuSeconds)),
      ("threads", .int(run.threads)),
      ("events_per_second", .int(Int(run.elapsedSeconds > 0 ? Double(events) / run.elapsedSeconds : 0))),
      ("bytes", .int(bytes)),
      ("cpu_microseconds_per_event", .decimal(events > 0 ? run.cpuSeconds * 1e6 / Double(events) : 0)),
      ("peak_resident_bytes", .int(run.peakBytes)),
    ])
  }

  private static func input(_ input: InputReport) -> JSONValue {
    .object([
      ("path", .text(input.path)),
      ("formats", .object(input.formats.map { ($0.name, .int($0.count)) })),
      ("compression", .text(input.compression)),
      ("bytes_read", .int(input.bytesRead)), ("bytes", .int(input.bytes)), ("lines", .int(input.lines)),
      ("events", .int(input.events)), ("rejected", .int(input.rejected)),
      (
        "reasons",
        .list(
          input.reasons.map { reason in
            .object([
              ("reason", .text(reason.reason)), ("count", .int(reason.count)),
              (
                "samples",
                .list(reason.samples.map { .object([("line", .int($0.line)), ("text", .text($0.text))]) })
              ),
            ])
          })
      ),
      ("failure", .optional(input.failure)),
      ("remarks", .texts(input.remarks)),
    ])
  }

  private static func tally(_ words: [String]) -> [String: Int] {
    words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  private static func falling(_ counts: [String: Int]) -> [(String, JSONValue)] {
    counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map { ($0.key, .int($0.value)) }
  }
}
