import Foundation
import Model

extension Target {
  /// A rule for `cloudflare_ruleset`, whose resource holds all rules of a phase: so the rule is a local value.
  ///
  /// Source: Terraform provider cloudflare/cloudflare v5.
  static let terraformCloudflare = Target(
    name: "terraform-cloudflare", sentence: "Terraform HCL for Cloudflare", fileName: "weir_cloudflare.tf",
    embedding: .lines(comment: "#"), check: .terraform
  ) { mitigation, plan throws(Refusals) in
    let name = "weir_" + mitigation.reference.replacing("-", with: "_")
    var rule: [String: Any] = [
      "ref": "weir:" + mitigation.reference, "description": JSONTree.label(mitigation), "enabled": true,
      "action": try CloudflareRules.action(mitigation.action, plan),
    ]
    let phase: String
    if case .rateLimit(let limit) = mitigation.rule {
      phase = "http_ratelimit"
      rule["expression"] = try CloudflareExpression.text(limit.condition, plan: plan)
      rule["ratelimit"] = try CloudflareRules.rateLimit(limit, mitigation.action, plan)
    } else {
      phase = "http_request_firewall_custom"
      rule["expression"] = try CloudflareExpression.text(try CloudflareRules.condition(mitigation), plan: plan)
    }
    return Draft(
      text: "locals {\n  \(name) = \(HCL.value(rule, indent: "  "))\n}\n", notes: CloudflareRules.notes,
      apply: [
        "add local.\(name) to the rules of the cloudflare_ruleset of phase \(phase)", "terraform plan, then apply",
      ],
      undo: ["take local.\(name) out of the rules and this block out of the file, terraform apply"])
  }

  /// A rule of the Next-Gen WAF, or entries of an ACL.
  ///
  /// Source: Terraform provider fastly/fastly, 2026.
  static let terraformFastly = Target(
    name: "terraform-fastly", sentence: "Terraform HCL for Fastly", fileName: "weir_fastly.tf",
    embedding: .lines(comment: "#"), check: .terraform
  ) { mitigation, _ throws(Refusals) in
    let name = "weir_" + mitigation.reference.replacing("-", with: "_")
    let text: String
    if case .addresses(let networks) = mitigation.rule {
      guard mitigation.action == .block else { throw Refusals("a challenge of addresses", "an ACL is a list to block") }
      let list = AddressRanges(networks).networks
      guard (1...10_000).contains(list.count) else { throw Refusals("\(list.count) networks", "from 1 to 10,000") }
      let label = HCL.quoted(JSONTree.label(mitigation))
      text =
        "resource \"fastly_service_acl_entries\" \"\(name)\" {\n  service_id = var.service_id\n  acl_id     = var.acl_id\n"
        + list.map {
          "  entry {\n    ip      = \"\($0.base.isAbsent ? "::" : "\($0.base)")\"\n    subnet  = \"\($0.bits)\"\n    comment = \(label)\n  }\n"
        }.joined() + "}\n"
    } else {
      let (group, conditions) = try NGWAFRule.conditions(mitigation)
      text =
        "resource \"fastly_ngwaf_workspace_rule\" \"\(name)\" {\n  workspace_id    = var.workspace_id\n  type            = \"request\"\n"
        + "  description     = \(HCL.quoted(JSONTree.label(mitigation)))\n  enabled         = true\n"
        + "  request_logging = \"sampled\"\n  group_operator  = \"\(group)\"\n"
        + conditions.map { block($0, "  ") }.joined()
        + "  action {\n    type = \"\(try NGWAFRule.action(mitigation.action))\"\n  }\n}\n"
    }
    return Draft(
      text: text, notes: ["the variables service_id and acl_id, or workspace_id, must be declared"],
      apply: ["terraform plan, then apply"], undo: ["take the resource out again, terraform apply"])
  }

  private static func block(_ condition: [String: Any], _ indent: String) -> String {
    let inner = condition["conditions"] as? [[String: Any]] ?? []
    let texts = condition.compactMapValues { $0 as? String }.filter { $0.key != "type" }
    let kind = inner.isEmpty ? "condition" : "group_condition"
    return
      "\(indent)\(kind) {\n\(HCL.attributes(texts, indent: indent + "  "))\(inner.map { block($0, indent + "  ") }.joined())\(indent)}\n"
  }
}

extension SyntaxCheck {
  /// Parses, and finds what `terraform fmt` would lay out otherwise; no provider is fetched.
  static let terraform = SyntaxCheck("terraform", ["fmt", "-check", "-diff", "%FILE%"], file: "weir.tf")
}
