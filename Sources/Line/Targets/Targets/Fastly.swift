import Foundation
import Model

extension Target {
  /// Two snippets of Fastly's VCL: one of type `init` for lists and counters, one of type `recv`.
  ///
  /// Source: Fastly's VCL reference, 2026; the language is Varnish's, so the same expressions are tried with Varnish.
  static let fastlyVCL = Target(
    name: "fastly-vcl", sentence: "Fastly VCL snippets: acl, error, edge rate limiting", fileName: "fastly.vcl",
    embedding: .lines(comment: "#"), actions: Actions(.block, otherwise: "VCL itself has nothing that does just that")
  ) { mitigation, _ throws(Refusals) in
    var writer = VCLWriter(mitigation.reference, .fastly)
    let first = "req.restarts == 0 && fastly.ff.visits_this_service == 0"
    var top = "", deed = "error 403 \"Forbidden\";", expression: String, notes: [String] = []
    switch mitigation.rule {
    case .filter(let condition): expression = try writer.expression(Question(condition))
    case .addresses(let networks): expression = writer.addresses(AddressRanges(networks))
    case .rateLimit(let limit):
      let rate = try FastlyRate(limit)
      let name = mitigation.reference.replacing("-", with: "_")
      top = "penaltybox weir_pb_\(name) { }\nratecounter weir_rc_\(name) { }\n"
      expression = try writer.expression(Question(limit.condition))
      expression +=
        " && ratelimit.check_rate(\(rate.key), weir_rc_\(name), 1, \(limit.period), \(rate.perSecond), weir_pb_\(name), \(limit.timeout / 60)m)"
      deed = "error 429 \"Too many requests\";"
      notes = [
        "the limit is requests a second, averaged over \(limit.period) s; each POP counts for itself, and roughly",
        "the product Edge Rate Limiting must be enabled for the service",
      ]
    }
    let second = "# weir end \(mitigation.reference)\n# weir begin \(mitigation.reference): snippet of type recv\n"
    return Draft(
      text: (top.isEmpty && writer.acls.isEmpty ? "" : top + writer.acls + second)
        + "if (\(first) && (\(expression))) {\n  \(deed)\n}\n",
      notes: notes + ["a URL is compared as it was sent, a header that comes twice by its first value"],
      apply: [
        "clone the service's version; POST /service/$ID/version/$N/snippet with type init for the first part, recv for the second",
        "validate and activate the version",
      ], undo: ["take both snippets out of a new version and activate it"])
  }

  /// Entries for an ACL that a service has already: they reach the edge within seconds, without a new version.
  static let fastlyACL = Target(
    name: "fastly-acl", sentence: "entries of a Fastly ACL (API JSON)", fileName: "fastly-acl.json",
    embedding: .json(key: "comment"), check: .json
  ) { mitigation, _ throws(Refusals) in
    guard case .addresses(let networks) = mitigation.rule, mitigation.action == .block else {
      throw Refusals("a rule that is no list of addresses to block", "an ACL is one; use fastly-vcl")
    }
    let list = AddressRanges(networks).networks
    guard (1...1000).contains(list.count) else {
      throw Refusals("\(list.count) networks", "a request takes 1 to 1,000, and an ACL holds 1,000")
    }
    let entries: [[String: Any]] = list.map {
      [
        "op": "create", "ip": "\($0.base.isAbsent ? "::" : "\($0.base)")", "subnet": $0.bits, "negated": "0",
        "comment": JSONTree.label(mitigation),
      ]
    }
    return Draft(
      text: JSONTree.text(["entries": entries]), notes: ["the service's VCL must refuse what the ACL holds"],
      apply: ["PATCH /service/$ID/acl/$ACL/entries with this file"],
      undo: ["PATCH with op delete for the entries whose comment begins with weir:\(mitigation.reference)"])
  }
}

/// What Fastly's rate counters take.
struct FastlyRate {
  let perSecond: Int
  let key: String

  init(_ limit: RateLimit) throws(Refusals) {
    var reasons: [Refusal.Reason] = []
    if ![1, 10, 60].contains(limit.period) {
      reasons.append(.init(part: "a period of \(limit.period) s", why: "Fastly counts over 1, 10 or 60 s"))
    }
    let period = max(limit.period, 1)
    if limit.requests % period != 0 || !(10...70_000_000).contains(limit.requests / period) {
      reasons.append(
        .init(part: "\(limit.requests) in \(limit.period) s", why: "Fastly takes whole requests a second from 10"))
    }
    if limit.timeout % 60 != 0 || !(60...3600).contains(limit.timeout) {
      reasons.append(.init(part: "a timeout of \(limit.timeout) s", why: "a penalty box keeps 1 to 60 whole minutes"))
    }
    if limit.characteristics != [.ipSource] {
      reasons.append(.init(part: "counting by more than ip.src", why: "a key longer than 256 bytes is let through"))
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    perSecond = limit.requests / period
    key = "client.ip"
  }
}
