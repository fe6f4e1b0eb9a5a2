import Model

extension Gathering {
  /// Drafts rules for every attack from the gathered columns, and makes the prover that judges them.
  package func prover(settings: MitigateSettings, inputs: [String], plan: CohortPlan) throws(ContentError) -> Prover {
    let drafter = Drafter(columns: columns)
    let drafts = plan.cases.enumerated().map { drafter.draft($1, number: $0) }
    return try Prover(plan, drafts: drafts, windows: windows(plan), settings: settings, inputs: inputs)
  }

  /// A prover of one given condition for each attack, with nothing drafted.
  package func prover(of condition: Condition, settings: MitigateSettings, inputs: [String], plan: CohortPlan)
    throws(ContentError) -> Prover
  {
    let drafts = plan.cases.enumerated().map { number, attack -> Draft in
      let pair = CohortPair(columns, attack: number, hosts: attack.hosts)
      let empty = Contrast(
        attackEvents: 0, baselineEvents: 0, attackRows: pair.attack.count, baselineRows: pair.baseline.count, rows: [])
      let filter = Draft.Filter(
        condition: condition, words: "what the condition selects", stability: 0.5, unseen: Share(1, of: 1))
      var draft = Draft(filters: [filter], scopes: [], attackers: pair.attackers, contrast: empty)
      (draft.answerers, draft.answered) = (pair.answerers, pair.answered)
      return draft
    }
    return try Prover(plan, drafts: drafts, windows: windows(plan), settings: settings, inputs: inputs)
  }

  /// The contrast of each attack with its baseline.
  package func contrasts(_ plan: CohortPlan) -> [Contrast] {
    plan.cases.enumerated().map { number, attack in
      let pair = CohortPair(columns, attack: number, hosts: attack.hosts)
      return Contraster(pair: pair).contrast(
        attackEvents: columns.cohorts[number].events, baselineEvents: columns.cohorts[columns.attacks].events)
    }
  }

  private func windows(_ plan: CohortPlan) -> [ProofWindow] {
    plan.cases.indices.map { number in
      let cohort = columns.cohorts[number]
      return ProofWindow(cohort.firstSeen <= cohort.lastSeen ? cohort.firstSeen...cohort.lastSeen : 0...0)
    }
  }
}
