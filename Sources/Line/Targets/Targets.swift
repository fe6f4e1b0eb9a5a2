/// All targets, those that face customers' traffic first.
package enum Targets {
  package static let all: [Target] = [
    .cloudflareRule, .cloudflareRateLimit, .cloudflareList, .cloudflareAccess, .magicFirewall, .terraformCloudflare,
    .fastlyVCL, .fastlyACL, .fastlyNGWAF, .terraformFastly, .awsWAF, .nginx, .haproxy, .varnish, .modsecurity,
    .nftables, .iptables, .ipset, .flowspecGoBGP, .flowspecExaBGP,
  ]

  package static func named(_ name: String) -> Target? { all.first { $0.name == name } }
}
