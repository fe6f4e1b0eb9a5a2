/// What to do about one incident: proven candidates, and which of them is recommended.
package struct Proposal: Sendable {
  /// Id and title of the incident.
  package var incident: String
  package var title: String
  /// The condition that selects the attack.
  package var attack: String
  /// What the baseline is, in words.
  package var baseline: String
  package var contrast: Contrast
  /// The best first; none is worse than another in everything.
  package var candidates: [Candidate]
  /// Place of the recommended one; nil where nothing can be recommended.
  package var recommended: Int?
  /// The recommendation and its reason in words.
  package var verdict: String
  /// The recommended one in each platform's language, and why a platform cannot say it.
  package var artifacts: [Artifact] = []
  package var refusals: [Refusal] = []
  /// What real engines said of the recommended one, in words; empty where none was asked.
  package var engineWords = ""

  package init(
    incident: String, title: String, attack: String, baseline: String, contrast: Contrast, candidates: [Candidate],
    recommended: Int?, verdict: String
  ) {
    self.incident = incident
    self.title = title
    self.attack = attack
    self.baseline = baseline
    self.contrast = contrast
    self.candidates = candidates
    self.recommended = recommended
    self.verdict = verdict
  }

  package var choice: Candidate? { recommended.map { candidates[$0] } }
}

/// One mitigation and its proof.
package struct Candidate: Sendable {
  package var mitigation: Mitigation
  /// The condition in its canonical spelling.
  package var condition: String
  /// The rule in words.
  package var words: String
  package var proof: Proof
  /// How hard it is for the attacker to slip out of it: 0 for free, 1 not without giving up the attack.
  package var stability: Double

  package init(mitigation: Mitigation, condition: String, words: String, proof: Proof, stability: Double) {
    self.mitigation = mitigation
    self.condition = condition
    self.words = words
    self.proof = proof
    self.stability = stability
  }
}
