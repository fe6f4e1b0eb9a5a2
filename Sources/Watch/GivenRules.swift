import Conditions
import Foundation
import Mitigate
import Model
import Targets

/// Reads a rule set that Weir wrote: proposals, and artifacts as they are deployed.
///
/// What is deployed is what artifacts carry. Their conditions come from the proposals, by reference, or from the artifact
/// where its language can be read; where there are proposals alone, the recommended rules are meant.
package struct GivenRules: Sendable {
  package private(set) var rules: [GivenRule] = []

  /// Files of a folder that are looked at, and bytes of each.
  private static let fileLimit = 10_000
  private static let byteLimit = 64 << 20

  /// Errors: a path that cannot be read, a proposal with a condition that is none, more than 2,000 rules.
  package init(_ paths: [String]) throws {
    var proposals: [String: GivenRule] = [:]
    var recommended: [String] = []
    var deployed: [(ReadBack, origin: String)] = []
    for path in try paths.flatMap(Self.files) {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw WorldError(what: "reading the rule set", place: path, code: errno)
      }
      guard data.count <= Self.byteLimit else { continue }
      if let proposal = GivenProposal(data) {
        for rule in try proposal.rules(origin: path) { proposals[rule.mitigation.reference] = rule }
        if let reference = proposal.recommended { recommended.append(reference) }
      } else {
        let text = String(decoding: data, as: UTF8.self)
        deployed += ReadBack.artifacts(in: text).map { ($0, path) }
      }
    }
    var places: [String: Int] = [:]
    for (artifact, origin) in deployed {
      let reference = artifact.deployed.reference
      if let place = places[reference] {
        complete(place, artifact)
        continue
      }
      places[reference] = rules.count
      rules.append(proposals[reference] ?? Self.rule(artifact, origin))
      complete(rules.count - 1, artifact)
    }
    if rules.isEmpty { rules = recommended.compactMap { proposals[$0] } }
    guard rules.count <= RuleSetReview.limit else {
      throw ContentError(
        ContentProblem(
          line: 0, column: 0,
          message: "\(rules.count) mitigations were read: at most \(RuleSetReview.limit) are reviewed at once"))
    }
  }

  private static func rule(_ artifact: ReadBack, _ origin: String) -> GivenRule {
    GivenRule(
      mitigation: Mitigation(
        reference: artifact.deployed.reference, rule: artifact.rule ?? .filter(.or([])), action: .block,
        expires: artifact.deployed.expires),
      condition: artifact.rule?.condition, origin: origin)
  }

  /// Another target may tell what the first could not.
  private mutating func complete(_ place: Int, _ artifact: ReadBack) {
    rules[place].mitigation.expires = rules[place].mitigation.expires ?? artifact.deployed.expires
    guard rules[place].condition == nil, let rule = artifact.rule else { return }
    rules[place].mitigation.rule = rule
    rules[place].condition = rule.condition
  }

  /// The file itself, or all files below a folder in the order of their names; reports and captures are no rules.
  private static func files(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw WorldError(what: "reading the rule set", place: path, code: ENOENT)
    }
    guard isFolder.boolValue else { return [path] }
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.sorted().prefix(fileLimit).map { path + "/" + $0 }.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
    }
  }
}

extension Mitigation.Rule {
  /// What it meets, or counts.
  package var condition: Condition {
    switch self {
    case .filter(let condition): condition
    case .rateLimit(let limit): limit.condition
    case .addresses(let networks):
      .test(ConditionTest(.field(.ipSource), .isIn, .set(networks.map { .addresses($0.first...$0.last) })))
    }
  }
}

/// `proposal.json` as the reports write it, as far as a review needs it.
private struct GivenProposal: Decodable {
  struct Candidate: Decodable {
    let reference, kind, action, condition: String
    let expires: String?
    let characteristics: [String]?
    let requests, period, timeout: Int?
  }

  let attack: String
  let recommended: String?
  let candidates: [Candidate]

  /// Nil where the file is no proposal.
  init?(_ data: Data) {
    guard data.first == UInt8(ascii: "{"), let proposal = try? JSONDecoder().decode(Self.self, from: data) else {
      return nil
    }
    self = proposal
  }

  func rules(origin: String) throws -> [GivenRule] {
    let attack = self.attack.isEmpty ? nil : try Condition(parsing: self.attack)
    return try candidates.map { candidate in
      let condition = try Condition(parsing: candidate.condition)
      return GivenRule(
        mitigation: Mitigation(
          reference: candidate.reference, rule: rule(candidate, condition),
          action: Mitigation.Action(rawValue: candidate.action) ?? .block,
          expires: candidate.expires.flatMap { EventTime(parsing: Array($0.utf8))?.nanoseconds }),
        condition: condition, origin: origin, attack: attack)
    }
  }

  private func rule(_ candidate: Candidate, _ condition: Condition) -> Mitigation.Rule {
    guard let requests = candidate.requests, let period = candidate.period else { return .filter(condition) }
    return .rateLimit(
      RateLimit(
        condition: condition, characteristics: (candidate.characteristics ?? []).compactMap(EventField.named),
        requests: requests, period: period, timeout: candidate.timeout ?? 0))
  }
}
