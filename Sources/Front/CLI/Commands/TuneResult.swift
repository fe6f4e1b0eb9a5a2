import Foundation
import Mitigate
import Model
import Watch

/// The result as other programs read it.
struct TuneResult: Encodable {
  struct Rule: Encodable {
    let rule, attacks, honest: Int
  }

  struct Exclusions: Encodable {
    let rules: [String]
    let config: String
    let accused, blockedBefore, blockedAfter, attacks, stoppedBefore, stoppedAfter: Int
  }

  struct Review: Encodable {
    let reference, file: String
    let attacks, honest: Int
    let notes: [String]
  }

  let rules: [Rule]
  let mitigations: [Review]
  let neverMatched: [Int]
  let exclusions: Exclusions?

  init(_ outcome: Tuning.Outcome) {
    rules = outcome.rules.map { Rule(rule: $0.rule, attacks: $0.attacks, honest: $0.honest) }
    neverMatched = outcome.silent
    mitigations = outcome.mitigations.map {
      Review(
        reference: $0.rule.mitigation.reference, file: $0.rule.origin, attacks: $0.attacks, honest: $0.honest,
        notes: $0.notes.map(\.words))
    }
    exclusions = outcome.exclusions.map {
      Exclusions(
        rules: $0.list.map(\.words), config: $0.text, accused: $0.accused, blockedBefore: $0.blockedBefore,
        blockedAfter: $0.blockedAfter, attacks: $0.attacks, stoppedBefore: $0.stoppedBefore,
        stoppedAfter: $0.stoppedAfter)
    }
  }
}

/// What is said of a reviewed rule set.
enum ReviewText {
  /// Nothing where no mitigations were given.
  static func lines(_ findings: [RuleSetReview.Finding]) -> [String] {
    if findings.isEmpty { return [] }
    let width = findings.map(\.rule.mitigation.reference.utf8.count).max() ?? 0
    var lines = ["mitigation" + String(repeating: " ", count: max(2, width - 8)) + "attacks    honest"]
    for finding in findings {
      let reference = finding.rule.mitigation.reference
      let counts = TuneText.padded(finding.attacks, 9) + TuneText.padded(finding.honest, 10)
      let notes = finding.notes.isEmpty ? "" : "  " + finding.notes.map(\.words).joined(separator: "; ")
      lines.append(
        reference + String(repeating: " ", count: max(0, max(10, width) - reference.utf8.count)) + counts + notes)
    }
    let idle = findings.count { !$0.notes.isEmpty }
    return lines + ["\(Words.count(findings.count, "mitigation")) reviewed; something is to be said of \(idle).", ""]
  }
}

extension RuleSetReview.Finding {
  var isExpired: Bool { notes.contains { if case .expired = $0 { true } else { false } } }
}

extension RuleSetReview.Note {
  var words: String {
    switch self {
    case .expired(let time): "expired \(UTCTime.rfc3339(time)), to be removed"
    case .shadowed(let other, let always, let until):
      "shadowed by \(other)\(until.map { " until \(UTCTime.rfc3339($0))" } ?? "")"
        + (always ? ", always: whatever it meets, that one meets" : " on this traffic")
    case .neverMatches: "never matches"
    case .onlyHonest: "only honest traffic"
    case .unread: "what it does could not be read; keep its proposal.json beside it"
    }
  }
}
