import Model

/// Chooses among proven candidates: first who dominates whom, then what a careful person would deploy.
struct Recommendation {
  /// Below this share of the attack nothing is worth deploying.
  private static let leastCaught = 0.2
  /// Baseline requests below which "none was touched" proves little.
  private static let leastBaseline = 200

  let attack: AttackCase
  let contrast: Contrast
  let candidates: [Candidate]
  let settings: MitigateSettings
  let baseline: String
  var unit = AttackUnit.request
  /// Whether somebody said what the baseline is.
  var isGiven = false

  var proposal: Proposal {
    let ranked = Self.front(candidates).sorted { value($0) != value($1) ? value($0) > value($1) : $0.words < $1.words }
    let (place, action, reason) = choice(among: ranked)
    let named = ranked.enumerated().map { index, candidate in
      finished(candidate, number: index + 1, action: index == place ? action : fitting(candidate) ?? .log)
    }
    return Proposal(
      incident: attack.id, title: attack.title, attack: attack.text, baseline: baseline, contrast: contrast,
      candidates: named, recommended: place, verdict: reason)
  }

  /// What no other candidate beats in everything: catch, cost, stability, brevity.
  static func front(_ candidates: [Candidate]) -> [Candidate] {
    candidates.indices.filter { index in
      let own = candidates[index]
      guard own.proof.attack.part > 0 else { return false }
      return !candidates.indices.contains { other in
        other != index && dominates(candidates[other], own) && !(dominates(own, candidates[other]) && other > index)
      }
    }.map { candidates[$0] }
  }

  private static func dominates(_ a: Candidate, _ b: Candidate) -> Bool {
    a.proof.attack.part >= b.proof.attack.part && cost(a) <= cost(b) && a.stability >= b.stability
      && a.condition.utf8.count <= b.condition.utf8.count
      && !(limitsEverything(a) && isLimit(b) && !limitsEverything(b))
  }

  private static func isLimit(_ candidate: Candidate) -> Bool {
    if case .rateLimit = candidate.mitigation.rule { true } else { false }
  }

  /// A limit on whatever people do meets more of what nobody recorded than one on what the attack asks for.
  private static func limitsEverything(_ candidate: Candidate) -> Bool {
    if case .rateLimit(let limit) = candidate.mitigation.rule { limit.condition == .and([]) } else { false }
  }

  /// Share of the baseline that a candidate touches. Where nearly all of it lies in the attack's own time and hardly any
  /// outside, it is the attack that was only half recognised.
  static func cost(_ candidate: Candidate) -> Double {
    let proof = candidate.proof
    let inside = Share(proof.baseline.part - proof.outside.part, of: proof.baseline.whole - proof.outside.whole)
    let isUnrecognised =
      proof.outside.whole >= leastBaseline && inside.part >= 10 && inside.value > 20 * max(proof.outside.value, 1e-9)
    return isUnrecognised ? proof.outside.value : proof.baseline.value
  }

  private func value(_ candidate: Candidate) -> Double {
    let caught = min(candidate.proof.attack.value, candidate.proof.unseen.value + 0.2)
    return caught - min(1, Self.cost(candidate) * 200) + 0.15 * candidate.stability
      - 0.01 * Double(min(10, candidate.condition.utf8.count / 80))
      - (Self.limitsEverything(candidate) ? 0.01 : 0)
  }

  private func fitting(_ candidate: Candidate) -> Mitigation.Action? {
    let cost = Self.cost(candidate)
    if cost > settings.limitShare { return nil }
    if cost <= settings.blockShare && candidate.proof.baseline.whole >= Self.leastBaseline { return .block }
    // Nobody can ask a packet, or a program without a browser: count what it would drop, until somebody decides.
    return unit.canBeAsked ? .challenge : .log
  }

  private func choice(among ranked: [Candidate]) -> (Int?, Mitigation.Action, String) {
    if contrast.attackEvents == 0 {
      return (nil, .log, "No event of the input meets the attack's condition, so there is nothing to draft from.")
    }
    if unit == .frame {
      return (
        nil, .log,
        "Nothing is recommended: these frames carry no IP and stay on their own network segment, so no edge, router or packet filter "
          + "between networks ever meets them. Find the switch port of the machine that sends them; limits on ARP and "
          + "its inspection are set there."
      )
    }
    if contrast.baselineEvents == 0 {
      return withoutBaseline(
        ranked, isGiven ? "what was given as one is itself attack" : "every event belongs to an attack")
    }
    // Whoever else is in the log is the attacker too.
    let isAlone = ranked.contains {
      guard case .addresses = $0.mitigation.rule else { return false }
      return $0.proof.baseline.part == $0.proof.baseline.whole
    }
    if isAlone { return withoutBaseline(ranked, "every event comes from the attack's own addresses") }
    let worth = ranked.indices.filter { ranked[$0].proof.attack.value >= Self.leastCaught }
    let best = worth.first { fitting(ranked[$0]) == .block } ?? worth.first { fitting(ranked[$0]) != nil }
    guard let best, let action = fitting(ranked[best]) else { return (nil, .log, inseparable(ranked)) }
    return (best, action, reason(ranked[best], action))
  }

  /// A few addresses may be asked who they are for a day; more than that nobody can answer for.
  private func withoutBaseline(_ ranked: [Candidate], _ reason: String) -> (Int?, Mitigation.Action, String) {
    let why =
      "There is no baseline: \(reason), so nobody can say whom a rule would hurt. Give other traffic with --baseline."
    let few =
      ranked.firstIndex {
        guard case .addresses(let networks) = $0.mitigation.rule else { return false }
        return networks.count <= Draft.fewAddresses
      } ?? ranked.firstIndex { _ in unit == .packet }
    guard let few else { return (nil, .log, why) }
    let action = unit.canBeAsked ? Mitigation.Action.challenge : .log
    return (
      few, action,
      "\(verb(ranked[few], action)) \(why) Until then this is the least that stops the attack." + caution(ranked[few])
    )
  }

  /// What is wrong with a list that names addresses within the own network.
  private func caution(_ candidate: Candidate) -> String {
    guard case .addresses(let networks) = candidate.mitigation.rule,
      let own = networks.first(where: { $0.base.isPrivate })
    else { return "" }
    return " \(own.base) is an address of your own network: if a proxy stands there, it stands for all its clients."
  }

  private func inseparable(_ ranked: [Candidate]) -> String {
    let least = ranked.first.map {
      " The least bad, \($0.words), catches \(Words.percent($0.proof.attack.value)) of the attack and \(Words.percent(Self.cost($0))) of the baseline."
    }
    return
      "Nothing in this log separates the attack from the baseline well enough; nothing is recommended.\(least ?? "")"
  }

  private func reason(_ candidate: Candidate, _ action: Mitigation.Action) -> String {
    let proof = candidate.proof
    var text = verb(candidate, action)
    text +=
      " It stops \(Words.percent(proof.attack.value)) of the attack (\(Words.number(proof.attack.part)) of \(Words.count(proof.attack.whole, unit.noun)))"
    text +=
      " and touches \(Words.number(proof.baseline.part)) of \(Words.count(proof.baseline.whole, "baseline \(unit.noun)"))"
    let most = Words.percent(proof.baseline.high)
    text += ", with 95 % certainty \(most.hasPrefix("<") ? "less than\(most.dropFirst())" : "no more than \(most)")."
    let cost = Self.cost(candidate)
    if cost < proof.baseline.value {
      text +=
        " Outside the attack's time it touches only \(Words.percent(cost)): most of what it touches then is the attack itself, not recognised."
    }
    if action != .block, proof.baseline.whole < Self.leastBaseline {
      text += " The baseline is too small to block without \(action == .log ? "looking first" : "asking")."
    }
    if case .addresses = candidate.mitigation.rule {
      text += " Attackers change addresses for free, so this is a last resort and has to expire." + caution(candidate)
    } else if candidate.stability < 0.15 {
      text += " It names what an attacker changes for free: look again after a day."
    } else if proof.attack.value < 0.95 {
      text += " The rest of the attack cannot be told from honest \(unit.noun)s by it."
    }
    return text
  }

  private func verb(_ candidate: Candidate, _ action: Mitigation.Action) -> String {
    switch candidate.mitigation.rule {
    case .rateLimit: return "Limit the rate: \(candidate.words)."
    case .filter, .addresses:
      switch action {
      case .block: return "Block \(candidate.words)."
      case .challenge: return "Challenge \(candidate.words)."
      case .log: return "Count, without stopping anything yet: \(candidate.words)."
      }
    }
  }

  private func finished(_ candidate: Candidate, number: Int, action: Mitigation.Action) -> Candidate {
    var candidate = candidate
    let plain = attack.id.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    candidate.mitigation.reference = "weir-\(plain.prefix(30))-\(number)"
    candidate.mitigation.action = action
    candidate.mitigation.reason = attack.title
    if case .addresses = candidate.mitigation.rule {
      // Events without a time say nothing about when the attack was.
      candidate.mitigation.expires = attack.span.flatMap {
        $0.upperBound <= 0 ? nil : $0.upperBound.addingReportingOverflow(86_400_000_000_000).partialValue
      }
    }
    return candidate
  }
}
