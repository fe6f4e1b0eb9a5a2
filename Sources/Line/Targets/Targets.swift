/// All targets, those that face customers' traffic first.
package enum Targets {
  package static let all: [Target] = [
    .cloudflareRule, .cloudflareRateLimit, .cloudflareList, .cloudflareAccess, .magicFirewall, .advancedProtection,
    .terraformCloudflare,
    .fastlyVCL, .fastlyACL, .fastlyNGWAF, .terraformFastly, .awsWAF, .awsIPSet, .nginx, .haproxy, .varnish,
    .modsecurity,
    .coraza, .nftables, .synproxy, .iptables, .ipset, .flowspecGoBGP, .flowspecExaBGP, .rtbhGoBGP, .tcpdump,
    .wireshark,
  ]

  package static func named(_ name: String) -> Target? { all.first { $0.name == name } }
}
