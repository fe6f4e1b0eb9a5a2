import Model

extension Section {
  /// Everything that was read, attack or not: the ground that incidents are seen against.
  static let traffic = Section(
    id: "traffic",
    html: { result in
      let tables = Ranking.all(of: result.traffic).map(\.html)
      return tables.isEmpty ? nil : "<h2>All traffic</h2>\n<div class=\"rankings\">\n\(tables)</div>\n"
    },
    markdown: { result in
      let tables = Ranking.all(of: result.traffic).map(\.markdown)
      return tables.isEmpty ? nil : "## All traffic\n\n\(tables)"
    })
}

/// The most frequent values of one field.
private struct Ranking {
  private static let most = 8
  let title: String
  let rows: [NamedCount]
  let events: Int

  static func all(of traffic: TrafficSummary) -> [Ranking] {
    let sources = traffic.sources.top.map { NamedCount(name: $0.ip, count: $0.events) }
    let about = traffic.sources.estimated ? "about " : ""
    let named: [(String, [NamedCount])] = [
      ("Addresses (\(about)\(Words.number(traffic.sources.count)))", sources), ("Hosts", traffic.hosts),
      ("Paths", traffic.paths), ("User agents", traffic.userAgents), ("Answers", traffic.statuses),
      ("Methods", traffic.methods), ("Countries", traffic.countries), ("Networks", traffic.networks),
    ]
    return named.filter { !$0.1.isEmpty }.map { Ranking(title: $0.0, rows: $0.1, events: traffic.events) }
  }

  var html: HTML {
    let most = max(1, rows[0].count)
    let lines = rows.prefix(Self.most).map { row -> HTML in
      """
      <tr><th scope="row"><span class="cut">\(row.name.isEmpty ? "(empty)" : row.name, limit: 120)</span>\
      <i style="width:\(Double(row.count) / Double(most) * 100)%"></i></th>\
      <td>\(Words.number(row.count))</td><td class="share">\(Words.share(row.count, of: events))</td></tr>

      """
    }
    return """
      <table class="ranked"><caption>\(title)</caption><thead class="hidden"><tr><th scope="col">Value</th>\
      <th scope="col">Events</th><th scope="col">Share</th></tr></thead>
      <tbody>
      \(lines)</tbody></table>

      """
  }

  var markdown: Markdown {
    let lines = rows.prefix(Self.most).map { row in
      [row.name.isEmpty ? "(empty)" : row.name, Words.number(row.count), Words.share(row.count, of: events)]
    }
    return "\(Markdown.table([title, "Events", ""], lines, numbers: [1, 2]))\n"
  }
}
