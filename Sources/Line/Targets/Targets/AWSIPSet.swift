import Model

extension Target {
  /// IP sets of AWS WAF, one a family of addresses, each the input of `aws wafv2 create-ip-set --cli-input-json`.
  ///
  /// Source: AWS WAFV2 API reference, CreateIPSet: 10,000 networks a set, no network of length 0.
  static let awsIPSet = Target(
    name: "aws-waf-ipset", sentence: "IP sets of AWS WAF for an address list (WAFV2 JSON)",
    fileName: "aws-waf-ipset.json", embedding: .json(key: "Description"), check: .json
  ) { mitigation, _ throws(Refusals) in
    guard case .addresses(let networks) = mitigation.rule else {
      throw Refusals("a rule that is no list of addresses", "use aws-waf")
    }
    let list = AddressRanges(networks).networks
    if list.isEmpty { throw Refusals("the list", "it is empty") }
    var sets: [[String: Any]] = []
    for (version, isV4) in [("IPV4", true), ("IPV6", false)] {
      let own = list.filter { $0.base.isV4 == isV4 }
      if own.isEmpty { continue }
      if own.count > 10_000 { throw Refusals("\(own.count) networks", "a set holds 10,000") }
      if own.contains(where: { $0.bits == 0 }) { throw Refusals(own[0].text, "a set takes no network of length 0") }
      sets.append([
        "Name": "weir_\(mitigation.reference.replacing("-", with: "_"))_\(version.lowercased())", "Scope": "REGIONAL",
        // A description takes fewer signs than a reason may hold.
        "Description": "weir:" + mitigation.reference, "IPAddressVersion": version,
        "Addresses": own.map { "\($0.base.isAbsent ? "::" : "\($0.base)")/\($0.bits)" },
      ])
    }
    let deed = [Mitigation.Action.block: "Block", .challenge: "Challenge", .log: "Count"][mitigation.action]!
    return Draft(
      text: JSONTree.text(sets), notes: ["Scope is CLOUDFRONT, in us-east-1, for a distribution"],
      apply: [
        "aws wafv2 create-ip-set --cli-input-json with each object; keep the ARN that it answers",
        "add a rule to the web ACL: IPSetReferenceStatement with that ARN, Action \(deed)",
      ],
      undo: [
        "take the rule out of the web ACL, then aws wafv2 delete-ip-set for the sets described as weir:\(mitigation.reference)"
      ])
  }
}
