import Model

extension ReportFile {
  /// `incidents.json`: a list of incidents, the most urgent first.
  static let incidents = ReportFile(name: "incidents.json") { result in
    let proposals = Dictionary(result.proposals.map { ($0.incident, $0) }, uniquingKeysWith: { first, _ in first })
    return JSONValue.list(result.incidents.map { $0.json(proposals[$0.id]) }).pretty
  }
}

extension Incident {
  /// The shape that DESIGN section 9 promises; other programs read it.
  package func json(_ proposal: Proposal?) -> JSONValue {
    .object([
      ("id", .text(id)), ("title", .text(title)), ("kind", .text(kind.rawValue)),
      ("severity", .text(severity.rawValue)), ("priority", .text(priority.rawValue)),
      ("confidence", .text(confidence.rawValue)),
      ("first_seen", .time(firstSeen)), ("last_seen", .time(lastSeen)),
      ("hosts", .texts(hosts)), ("events", .int(events)),
      (
        "sources",
        .object([
          ("count", .int(sources.count)), ("estimated", .bool(sources.estimated)),
          ("top", .list(sources.top.map(\.json))),
        ])
      ),
      ("techniques", .texts(techniques)),
      ("phases", .texts(phases.map(\.rawValue))),
      ("alerts", .texts(alerts)),
      (
        "narrative",
        .list(
          narrative.map {
            .object([
              ("at", .time($0.at)), ("text", .text($0.text)), ("query", .text($0.query)), ("count", .int($0.count)),
            ])
          })
      ),
      ("signature", .text(signature)),
      ("mitigations", .list(proposal?.choice.map { [$0.json] } ?? [])),
    ])
  }
}
