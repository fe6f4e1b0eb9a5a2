import Model

extension Section {
  /// What to do about each incident, for a lead who decides in a minute: what it stops, what it costs, how to undo it.
  static let mitigations = Section(
    id: "mitigations",
    html: { result in
      guard !result.proposals.isEmpty else { return nil }
      return "<h2>What to do</h2>\n\(result.proposals.map { ProposalCard($0).html })"
    },
    markdown: { result in
      guard !result.proposals.isEmpty else { return nil }
      return "## What to do\n\n\(result.proposals.map { ProposalCard($0).markdown })"
    })
}

/// One proposal on the page and in Markdown.
private struct ProposalCard {
  private static let contrastRows = 8
  private static let placesShown = 3
  private let proposal: Proposal

  init(_ proposal: Proposal) { self.proposal = proposal }

  var html: HTML {
    """
    <article class="proposal" id="do-\(proposal.incident)">
    <h3><a href="#\(proposal.incident)">\(proposal.title, limit: 160)</a></h3>
    <p class="prose">\(proposal.verdict, limit: 2_000)</p>
    \(choice)\(alternatives)\(contrast)</article>

    """
  }

  private var choice: HTML? {
    guard let candidate = proposal.choice else { return nil }
    return """
      \(ProofChart(candidate.proof).html)<pre><code>\(candidate.condition, limit: 8_000)</code></pre>
      <table class="numbers"><thead><tr><th scope="col">It would have met</th><th scope="col">Share</th><th scope="col">Between (95 %)</th>\
      <th scope="col">Count</th></tr></thead>
      <tbody>\(rows(candidate.proof).map { row -> HTML in "<tr><th scope=\"row\">\(row[0], limit: 80)</th><td>\(row[1])</td><td>\(row[2])</td><td>\(row[3])</td></tr>\n" })</tbody></table>
      \(hurt(candidate.proof))<p class="note">\(undo(candidate))</p>
      \(artifacts)

      """
  }

  /// Name, share, interval, count: the same facts in both forms.
  private func rows(_ proof: Proof) -> [[String]] {
    let shares =
      [
        ("attack requests", proof.attack), ("attack requests it was not drafted from", proof.unseen),
        ("attacking addresses", proof.sources), ("baseline requests", proof.baseline),
        ("baseline clients", proof.clients),
        ("baseline requests outside the attack's time", proof.outside),
      ] + zip(["attack requests, counted in a sliding window", "baseline requests, counted so"], proof.sliding)
      + proof.cohorts.map { ($0.name, $0.share) }
      + (proof.countries.prefix(Self.placesShown) + proof.hosts.prefix(Self.placesShown)).map {
        ("baseline requests: \($0.name)", Share($0.count, of: proof.baseline.whole))
      }
    return shares.filter { $0.1.whole > 0 }.map { name, share in
      [
        name, Words.percent(share.value), "\(Words.percent(share.low)) to \(Words.percent(share.high))",
        "\(Words.number(share.part)) of \(Words.number(share.whole))",
      ]
    }
  }

  /// When it would have begun to act, and how it is taken back.
  private func undo(_ candidate: Candidate) -> String {
    let expiry = candidate.mitigation.expires.map { " It should be gone by \(UTCTime.rfc3339($0))." } ?? ""
    let acts = candidate.proof.firstFired.map { "It would have acted first at \(UTCTime.rfc3339($0)). " } ?? ""
    return
      acts
      + "To undo it, delete the rule whose description carries \(candidate.mitigation.reference); it changes nothing else.\(expiry)"
  }

  private func hurt(_ proof: Proof) -> HTML? {
    guard !proof.hurt.isEmpty else { return nil }
    let lines = proof.hurt.map { example -> HTML in "\(example.raw, limit: 300)\n" }
    return """
      <details><summary>Baseline requests that it would have met</summary>
      <pre><code>\(lines)</code></pre></details>

      """
  }

  /// The rule in each platform's language, and who cannot say it.
  private var artifacts: HTML? {
    guard !proposal.artifacts.isEmpty || !proposal.refusals.isEmpty else { return nil }
    let texts = proposal.artifacts.map { artifact -> HTML in
      let steps = (artifact.notes + artifact.apply).map { step -> HTML in "<li>\(step, limit: 400)</li>" }
      let undo = artifact.undo.map { step -> HTML in "<li>\(step, limit: 400)</li>" }
      return """
        <details><summary>\(artifact.target): mitigations/\(proposal.incident)/\(artifact.fileName)</summary>
        <pre><code>\(artifact.text, limit: 6_000)</code></pre>
        <ul class="plain note">\(steps)</ul><p class="note">To undo:</p><ul class="plain note">\(undo)</ul></details>

        """
    }
    let refused = proposal.refusals.map { refusal -> HTML in
      "<li>\(refusal.target): \(refusal.reasons.map(\.why).joined(separator: "; "), limit: 400)</li>"
    }
    let cannot: HTML? =
      refused.isEmpty
      ? nil : "<details><summary>Who cannot say it</summary><ul class=\"plain note\">\(refused)</ul></details>"
    return "\(texts)\(cannot)"
  }

  private var alternatives: HTML? {
    let others = proposal.candidates.indices.filter { $0 != proposal.recommended }
    guard !others.isEmpty else { return nil }
    let rows = others.map { index -> HTML in
      let candidate = proposal.candidates[index]
      return """
        <tr><th scope="row">\(candidate.words, limit: 200)</th><td>\(Words.percent(candidate.proof.attack.value))</td>\
        <td>\(Words.percent(candidate.proof.baseline.value))</td></tr>

        """
    }
    return """
      <details><summary>\(Words.count(others.count, "other candidate"))</summary>
      <table class="numbers"><thead><tr><th scope="col">Rule</th><th scope="col">Of the attack</th><th scope="col">Of the baseline</th></tr></thead>
      <tbody>\(rows)</tbody></table></details>

      """
  }

  private var contrast: HTML? {
    guard !proposal.contrast.rows.isEmpty else { return nil }
    let rows = proposal.contrast.rows.prefix(Self.contrastRows).map { row -> HTML in
      """
      <tr><th scope="row">\(row.field): \(row.value, limit: 120)</th><td>\(Words.percent(row.attack.value))</td>\
      <td>\(Words.percent(row.baseline.value))</td></tr>

      """
    }
    return """
      <details><summary>What distinguishes it from the baseline: \(proposal.baseline, limit: 300)</summary>
      <table class="numbers"><thead><tr><th scope="col">Value</th><th scope="col">In the attack</th><th scope="col">In the baseline</th></tr></thead>
      <tbody>\(rows)</tbody></table></details>

      """
  }

  var markdown: Markdown {
    """
    ### \(proposal.title, limit: 160)

    \(proposal.verdict, limit: 2_000)

    \(markdownChoice)\(Markdown.table(["Value", "In the attack", "In the baseline"], contrastRows, numbers: [1, 2]))

    """
  }

  private var markdownChoice: Markdown {
    guard let candidate = proposal.choice else { return .empty }
    return """
      \(Markdown.block([candidate.condition], limit: 8_000))
      \(Markdown.table(["It would have met", "Share", "Between (95 %)", "Count"], rows(candidate.proof), numbers: [1, 2, 3]))
      \(undo(candidate))


      """
  }

  private var contrastRows: [[String]] {
    proposal.contrast.rows.prefix(Self.contrastRows).map {
      ["\($0.field): \($0.value)", Words.percent($0.attack.value), Words.percent($0.baseline.value)]
    }
  }
}
