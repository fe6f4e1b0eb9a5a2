import Model

extension Proposal {
  /// Whether its incident's id can name a folder: ids are made here, but a proposal's may come from a file.
  var hasFolderName: Bool {
    !incident.isEmpty && incident.utf8.count <= 64
      && incident.unicodeScalars.allSatisfy {
        "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || $0 == "-" || $0 == "_"
      }
  }

  /// `proposal.json`: other programs read it.
  var json: JSONValue {
    .sparse([
      ("incident", .text(incident)), ("title", .text(title)), ("attack", .text(attack)), ("baseline", .text(baseline)),
      ("verdict", .text(verdict)), ("recommended", .optional(choice?.mitigation.reference)),
      ("artifacts", .list(artifacts.map(\.json))), ("refused", .list(refusals.map(\.json))),
      ("candidates", .list(candidates.map(\.json))), ("contrast", contrast.json),
    ])
  }

  /// The same for a program that asked on a terminal.
  package var jsonText: String { json.compact }
}

extension Candidate {
  var json: JSONValue {
    var entries: [(String, JSONValue)] = [
      ("reference", .text(mitigation.reference)), ("kind", .text(kind)), ("action", .text(mitigation.action.rawValue)),
      ("words", .text(words)), ("condition", .text(condition)), ("stability", .decimal(stability)),
    ]
    if case .rateLimit(let limit) = mitigation.rule {
      entries += [
        ("characteristics", .texts(limit.characteristics.map(\.name))), ("requests", .int(limit.requests)),
        ("period", .int(limit.period)), ("timeout", .int(limit.timeout)),
      ]
    }
    if let expires = mitigation.expires { entries.append(("expires", .time(expires))) }
    entries.append(("proof", proof.json))
    return .object(entries)
  }

  var kind: String {
    switch mitigation.rule {
    case .filter: "filter"
    case .rateLimit: "rate_limit"
    case .addresses: "addresses"
    }
  }
}

extension Proof {
  var json: JSONValue {
    .sparse([
      ("attack", attack.json), ("sources", sources.json), ("unseen", unseen.json), ("baseline", baseline.json),
      ("clients", clients.json), ("outside", outside.json),
      ("countries", touched(countries)), ("hosts", touched(hosts)), ("sliding_window", .list(sliding.map(\.json))),
      ("cohorts", .object(cohorts.map { ($0.name, $0.share.json) })),
      ("first_fired", firstFired.map(JSONValue.time) ?? .null), ("start", .time(start)),
      ("slot_seconds", .decimal(slotSeconds)),
      (
        "slots",
        .list(slots.map { .list([.int($0.attack), .int($0.caught), .int($0.baseline), .int($0.hurt)]) })
      ),
      (
        "hurt",
        .list(
          hurt.map {
            .object([
              ("time", .time($0.time)), ("input", .text($0.input)), ("line", .int($0.line)),
              ("source", .text($0.source)),
              ("raw", .text($0.raw)),
            ])
          })
      ),
    ])
  }
}

extension Proof {
  /// By name, how much of the whole baseline it touches there.
  private func touched(_ counts: [NamedCount]) -> JSONValue {
    .object(counts.map { ($0.name, Share($0.count, of: baseline.whole).json) })
  }
}

extension Share {
  /// Percentages would hide small shares behind three decimals.
  var json: JSONValue {
    .object([
      ("part", .int(part)), ("whole", .int(whole)), ("percent", .decimal(value * 100)),
      ("percent_low", .decimal(low * 100)), ("percent_high", .decimal(high * 100)),
    ])
  }
}

extension Contrast {
  var json: JSONValue {
    .object([
      ("attack_events", .int(attackEvents)), ("baseline_events", .int(baselineEvents)),
      ("attack_rows", .int(attackRows)),
      ("baseline_rows", .int(baselineRows)), ("rows", .list(rows.map(\.json))),
    ])
  }

  /// On one line, for a program that asked on a terminal.
  package var jsonText: String { json.compact }
}

extension ContrastRow {
  var json: JSONValue {
    .object([
      ("field", .text(field)), ("value", .text(value)), ("condition", .text(condition)), ("attack", attack.json),
      ("baseline", baseline.json), ("lift", .decimal(lift)), ("separation", .decimal(separation)),
    ])
  }
}

extension Artifact {
  /// Without the text, which is a file of its own beside it.
  fileprivate var json: JSONValue {
    .object([
      ("target", .text(target)), ("file", .text(fileName)), ("notes", .texts(notes)), ("apply", .texts(apply)),
      ("undo", .texts(undo)),
    ])
  }
}

extension Refusal {
  fileprivate var json: JSONValue {
    .object([
      ("target", .text(target)),
      ("reasons", .list(reasons.map { .object([("part", .text($0.part)), ("why", .text($0.why))]) })),
    ])
  }
}
