/// All targets, those that face customers' traffic first.
package enum Targets {
  package static let all: [Target] = [
    .cloudflareRule, .cloudflareRateLimit, .cloudflareList, .cloudflareAccess, .magicFirewall, .terraformCloudflare,
    .fastlyVCL, .fastlyACL, .fastlyNGWAF, .terraformFastly, .awsWAF, .awsIPSet, .nginx, .haproxy, .varnish,
    .modsecurity,
    .coraza, .nftables, .iptables, .ipset, .flowspecGoBGP, .flowspecExaBGP,
  ]

  package static func named(_ name: String) -> Target? { all.first { $0.name == name } }
}
