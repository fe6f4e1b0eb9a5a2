import Foundation
import Model

/// One capture of an attack, what it holds, and the condition that its packets meet by the corpus' own description.
private struct KnownAttack {
  let file: String
  let kind: IncidentKind
  /// A word of the vector's name.
  let vector: String
  let victim: String
  let packets: String
}

/// Floods and reflection: the vector and victim must be named, and the incident's condition must be a filter.
enum AttackCaptures {
  private static let known = [
    KnownAttack(
      file: "stopddos/amp.TCP.reflection.SYNACK.pcap", kind: .amplification, vector: "SYN-ACK", victim: "10.10.10.10",
      packets: "tcp.flags in {18 4 20}"),
    KnownAttack(
      file: "stopddos/amp.UDP.isakmp.pcap", kind: .amplification, vector: "IKE", victim: "10.10.10.10",
      packets: "udp.srcport eq 4500"),
    KnownAttack(
      file: "stopddos/amp.UDP.snmp.src161.pcapng", kind: .amplification, vector: "SNMP", victim: "10.10.10.10",
      packets: "udp.srcport eq 161"),
    KnownAttack(
      file: "stopddos/amp.dns.RRSIG.fragmented.pcap", kind: .amplification, vector: "DNS", victim: "10.10.10.10",
      packets: "udp.srcport eq 53 and dns.query.type eq 46 or ip.frag_offset gt 0"),
    KnownAttack(
      file: "stopddos/pkt.TCP.DOMINATE.syn.ecn.cwr.pcapng", kind: .l3l4Flood, vector: "SYN flood",
      victim: "10.10.10.10", packets: "tcp.flags eq 194"),
    KnownAttack(
      file: "suricata-verify/dhcp-request-flood/test.pcap.gz", kind: .l3l4Flood, vector: "DHCP",
      victim: "255.255.255.255", packets: "udp.dstport eq 67"),
    KnownAttack(
      file: "suricata-verify/firewall/tcp-session-syn-flood-drop-precedence/input.pcap", kind: .l3l4Flood,
      vector: "SYN flood", victim: "198.51.100.5", packets: "tcp.flags eq 2"),
    KnownAttack(
      file: "suricata-verify/ipv6-evasion/ipv6-dos-with-ext-headers-5/denial6-5.pcap.gz", kind: .l3l4Flood,
      vector: "extension header", victim: "2001:db8:1::1", packets: #"ipv6.extensions eq "51""#),
    KnownAttack(
      file: "dns-resolver-dos/NRDelegationAttack/Simulator_Figure1/NRDelegationAttack_figure1.pcap", kind: .dnsAbuse,
      vector: "elegation", victim: "127.0.0.1", packets: "dns.query.type ge 0 and dns.response eq false"),
    KnownAttack(
      file: "../ndpi-pcaps/pcap/ip_fragmented_garbage.pcap", kind: .l3l4Flood, vector: "Fragment",
      victim: "10.128.0.2", packets: "ip.frag_offset ge 0"),
  ]

  static func run(_ run: Run) throws -> [SetResult] {
    var named = SetResult("ddos-pcaps: named", note: "kind, vector and victim")
    var filters = SetResult(
      "ddos-pcaps: filters", note: "the incident's condition, times left out, takes 95 % of the attack's packets")
    let benign = Files.all(
      under: run.folder.appending(path: "../ndpi-benign-pcaps/pcap").standardizedFileURL,
      suffixes: [".pcap", ".pcapng"])
    var harmed = SetResult(
      "ddos-pcaps: filters on benign", note: "packets of ordinary browsing that a filter takes: none")
    for attack in known {
      let file = run.folder.appending(path: attack.file).standardizedFileURL
      let incidents = try run.weir.investigate([file]).incidents
      let own = incidents.first {
        $0.kind == attack.kind && $0.title.contains(attack.vector) && $0.hosts.contains(attack.victim)
      }
      named.count(own != nil, miss: "\(attack.file): \(incidents.map(\.title))")
      guard let own else {
        filters.count(false, miss: "\(attack.file): not named")
        continue
      }
      let filter = Self.withoutTimes(own.signature)
      let all = try count(attack.packets, [file], run)
      let caught = try count("(\(attack.packets)) and (\(filter))", [file], run)
      filters.count(caught * 100 >= all * 95, miss: "\(attack.file): \(caught) of \(all) by \(filter)")
      let taken = try count(filter, benign, run)
      harmed.count(taken == 0, miss: "\(attack.file): \(taken) by \(filter)")
    }
    return [named, filters, harmed]
  }

  private static func count(_ condition: String, _ files: [URL], _ run: Run) throws -> Int {
    let ended = try run.weir.run(["hunt", "--count", condition] + files.map { $0.path(percentEncoded: false) })
    return Int(String(decoding: ended.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  /// A rule at the edge holds from now on: the incident's time window is no part of it.
  private static func withoutTimes(_ signature: String) -> String {
    signature.replacing(#/ and event\.time (ge|le|lt|gt) "[^"]*"/#, with: "")
  }
}

/// Port scans and sweeps: the scanner must be named; ordinary browsing must not.
enum ScanCaptures {
  private static let scanners = [
    "hs-arpScan.pcap": "10.0.0.128", "hs-icmpScan.pcap": "10.0.0.128", "hs-sh-IPscan.pcapng": "10.0.0.128",
    "hs-tcp_ackPingSweepRand.pcapng": "10.0.0.128", "hs-tcp_synPingSweepRand.pcapng": "10.0.0.128",
    "ps-tcp_ack.pcap": "10.0.0.135",
  ]

  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("scan-pcaps", note: "a port scan with the scanner among its addresses")
    for (name, scanner) in scanners.sorted(by: { $0.key < $1.key }) {
      let findings = try run.weir.investigate([run.folder.appending(path: name)])
      let own = findings.incidents.filter { $0.kind == .portScan }
      let isNamed = own.contains { incident in
        incident.sources.top.contains { $0.ip == scanner } || incident.hosts.contains(scanner)
      }
      result.count(isNamed, miss: "\(name): \(findings.incidents.map(\.title))")
    }
    return [result]
  }

  static func runBenign(_ run: Run) throws -> [SetResult] {
    var result = SetResult("ndpi-benign-pcaps", note: "captures of ordinary browsing that raise nothing")
    for file in Files.all(under: run.folder.appending(path: "pcap"), suffixes: [".pcap", ".pcapng"]) {
      let findings = try run.weir.investigate([file])
      result.count(findings.alerts.isEmpty, miss: "\(file.lastPathComponent): \(findings.titles.sorted())")
    }
    return [result]
  }

  static func runTunnel(_ run: Run) throws -> [SetResult] {
    var result = SetResult("dns-tunnel", note: "with dns_exfiltration of ndpi-pcaps: called abuse of DNS")
    let other = run.folder.appending(path: "../ndpi-pcaps/pcap/dns_exfiltration.pcap").standardizedFileURL
    for file in Files.all(under: run.folder, suffixes: [".pcap"]) + [other] {
      let findings = try run.weir.investigate([file])
      result.count(
        findings.incidents.contains { $0.kind == .dnsAbuse },
        miss: "\(file.lastPathComponent): \(findings.incidents.map(\.title))")
    }
    return [result]
  }
}

/// JA4 of every client's hello against the values of the method's own implementation.
enum ClientHellos {
  static func run(_ run: Run) throws -> [SetResult] {
    var tls = SetResult("ja4: TLS over TCP", note: "each client's value as often as the reference has it")
    var quic = SetResult("ja4: QUIC", note: "hellos that one datagram holds")
    for file in Files.all(under: run.folder.appending(path: "pcap")) {
      let reference = run.folder.appending(path: "snapshots/ja4__insta@\(file.lastPathComponent).snap")
      guard Files.exists(reference) else { continue }
      let wanted = try Files.text(reference).matches(of: /ja4: (\S+)/).map { String($0.1) }
      var found = try run.weir.decode([file]).compactMap { $0["cf.bot_management.ja4"] as? String }
      for value in wanted {
        let place = found.firstIndex(of: value)
        if let place { found.remove(at: place) }
        if value.hasPrefix("q") {
          quic.count(place != nil, miss: "\(file.lastPathComponent): \(value)")
        } else {
          tls.count(place != nil, miss: "\(file.lastPathComponent): \(value)")
        }
      }
    }
    return [tls, quic]
  }
}
