import Model

/// A proposal for a terminal: the recommendation, then each candidate in three lines.
package struct ProposalText {
  private let proposal: Proposal
  private let columns: Int

  package init(_ proposal: Proposal, columns: Int = 80) {
    self.proposal = proposal
    self.columns = max(60, columns)
  }

  package var text: String {
    var lines = TerminalText.wrapped(Escape.terminal(proposal.title, limit: 300), columns: columns)
    lines += TerminalText.wrapped(Escape.terminal(proposal.verdict, limit: 3_000), columns: columns)
    lines.append("")
    for (index, candidate) in proposal.candidates.enumerated() {
      let mark = index == proposal.recommended ? "*" : " "
      let rule = Escape.terminal("\(candidate.mitigation.action.rawValue) \(candidate.words)", limit: 400)
      lines += TerminalText.wrapped(rule, columns: columns - 4).enumerated().map {
        $0.offset == 0 ? "\(mark) \($0.element)" : "    \($0.element)"
      }
      lines.append("    " + ProofWords(candidate.proof).line)
      if let first = candidate.proof.firstFired { lines.append("    first at \(UTCTime.rfc3339(first))") }
      for cohort in candidate.proof.cohorts {
        lines.append("    " + Escape.terminal("\(cohort.name): \(ProofWords.share(cohort.share))", limit: columns - 5))
      }
      lines.append("    " + Escape.terminal(candidate.condition, limit: 2_000))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A proof's figures in words.
struct ProofWords {
  let proof: Proof

  init(_ proof: Proof) { self.proof = proof }

  var line: String {
    "attack \(Self.share(proof.attack)), baseline \(Self.share(proof.baseline)), at most \(Words.percent(proof.baseline.high))"
  }

  /// `99.2 % (12,000 of 12,100)`.
  static func share(_ share: Share) -> String {
    "\(Words.percent(share.value)) (\(Words.number(share.part)) of \(Words.number(share.whole)))"
  }
}
