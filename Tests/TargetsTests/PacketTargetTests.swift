import Conditions
import Foundation
import Model
import Testing

@testable import Targets

private func compiled(_ target: Target, _ text: String) throws -> String {
  try target.compile(Mitigation(reference: "t-1", rule: .filter(Condition(parsing: text)), action: .block)).text
}

@Test("flags become FlowSpec's bits exactly, and iptables' names or the byte itself")
func flagsInEachLanguage() throws {
  let syn = "ip.dst eq 203.0.113.9 and tcp.flags in {2 66 130 194}"
  #expect(
    try compiled(.flowspecGoBGP, syn).contains("tcp-flags '=S&!FRPAUEC' '=SE&!FRPAUC' '=SC&!FRPAUE' '=SEC&!FRPAU'"))
  #expect(try compiled(.iptables, syn).contains("--tcp-flags ALL SYN"))
  #expect(try compiled(.iptables, "ip.dst eq 203.0.113.9 and tcp.flags eq 2").contains("0>>22&0x3C@12>>16&0xFF=2"))
  #expect(try compiled(.flowspecGoBGP, "ip.dst eq 203.0.113.9 and tcp.flags eq 0").contains("'!FSRPAUEC'"))
}

@Test("a black hole takes a destination and nothing else; a SYN proxy blocks nothing")
func places() throws {
  #expect(try compiled(.rtbhGoBGP, "ip.dst eq 203.0.113.9").contains("203.0.113.9/32 community 65535:666"))
  #expect(throws: Refusal.self) { try compiled(.rtbhGoBGP, "ip.dst eq 203.0.113.9 and tcp.dstport eq 80") }
  #expect(throws: Refusal.self) { try compiled(.rtbhGoBGP, "ip.dst in {203.0.0.0/16}") }
  let proxy = try compiled(.synproxy, "ip.dst eq 203.0.113.9 and tcp.dstport eq 443 and tcp.flags eq 2")
  #expect(proxy.contains("synproxy mss 1460") && !proxy.contains("counter drop"))
}

@Test("Cloudflare's protections are set up for what is attacked")
func advancedProtection() throws {
  let syn = try compiled(
    .advancedProtection, "ip.dst eq 203.0.113.9 and tcp.dstport eq 443 and tcp.flags in {2 66 130 194}")
  #expect(syn.contains("syn_protection") && syn.contains("tcp.dstport in {443}"))
  #expect(
    try compiled(.advancedProtection, "ip.dst eq 203.0.113.9 and tcp.flags eq 16").contains("tcp_flow_protection"))
  #expect(
    try compiled(.advancedProtection, "ip.dst eq 203.0.113.53 and udp.dstport eq 53").contains("profile_sensitivity"))
  #expect(throws: Refusal.self) { try compiled(.advancedProtection, "ip.dst eq 203.0.113.9 and udp.srcport eq 123") }
}

@Test("routes are announced to a real GoBGP on loopback and read back, where it is installed")
func routesAreReadBack() throws {
  guard let daemon = Executable.path(of: "gobgpd"), Executable.path(of: "gobgp") != nil,
    let unshare = Executable.path(of: "unshare"), NetworkNamespace.isPossible
  else { return }
  let flows = try compiled(
    .flowspecGoBGP,
    "ip.dst eq 203.0.113.9 and tcp.dstport eq 443 and tcp.flags in {2 66} or ip.dst eq 203.0.113.8 and udp.srcport eq 123"
  )
  let hole = try compiled(.rtbhGoBGP, "ip.dst eq 203.0.113.10")
  let script = """
    set -e
    ip link set lo up
    printf '[global.config]\\n  as = 64512\\n  router-id = "192.0.2.1"\\n  port = -1\\n' > conf.toml
    \(daemon) -f conf.toml --api-hosts 127.0.0.1:50051 --pprof-disable > log 2>&1 &
    trap "kill $!" EXIT
    for i in 1 2 3 4 5 6 7 8 9 10; do gobgp global > /dev/null 2>&1 && break; sleep 0.3; done
    \(flows)
    \(hole)
    gobgp -j global rib -a ipv4-flowspec
    gobgp global rib
    """
  let folder = FileManager.default.temporaryDirectory.appending(path: "weir-gobgp-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let (status, words) = try Executable.run(
    unshare, [getuid() == 0 ? "-n" : "-rn", "sh", "-c", "cd '\(folder.path)' && \(script)"])
  #expect(status == 0, "\(words)")
  // Destination, the bits that must be set and those that must not, the action to discard; and the black hole.
  #expect(words.contains("\"prefix\":\"203.0.113.9/32\"") && words.contains("\"prefix\":\"203.0.113.8/32\""))
  #expect(words.contains("{\"op\":1,\"value\":2},{\"op\":66,\"value\":253}"))
  #expect(words.contains("\"rate\":0") && words.contains("{Communities: blackhole}"))
}
