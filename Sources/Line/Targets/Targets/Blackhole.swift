import Model

extension Target {
  /// A destination given up so that the rest of the network lives, as a route that upstreams discard.
  ///
  /// Source: RFC 7999 (the community), RFC 3882 and 5635 (the practice); tried with GoBGP 3.10.
  static let rtbhGoBGP = Target(
    name: "rtbh-gobgp", sentence: "remote triggered black hole as commands of GoBGP", fileName: "rtbh-gobgp.sh",
    embedding: .lines(comment: "#"), actions: Actions(.block, otherwise: "a black hole discards"), check: .shell
  ) { mitigation, _ throws(Refusals) in
    guard case .filter(let condition) = mitigation.rule else {
      throw Refusals("a list of sources or a rate", "a black hole knows destinations only")
    }
    var networks: [AddressNetwork] = []
    for box in try PacketBoxes(condition).boxes {
      guard box.limitsDestination, !box.limitsSource, box.numbers.isEmpty else {
        throw Refusals(
          "the condition", "a black hole discards everything for its destination: it must say ip.dst and nothing else")
      }
      networks += box.destination.networks
    }
    guard networks.count <= 100, networks.allSatisfy({ $0.bits >= ($0.base.isV4 ? 24 : 48) }) else {
      throw Refusals("the condition", "upstreams take single addresses and small networks, a few dozen of them")
    }
    let lines = { (verb: String) in
      networks.map { network in
        let family = network.base.isV4 ? "ipv4" : "ipv6"
        let next = network.base.isV4 ? "192.0.2.1" : "100::1"
        return "gobgp global rib -a \(family) \(verb) \(network.text) community 65535:666 nexthop \(next)"
      }
    }
    return Draft(
      text: lines("add").map { $0 + "\n" }.joined(),
      notes: [
        "the attack has then reached its aim for this destination: everybody else's traffic to it is discarded too",
        "a route has no expiry of its own",
      ], apply: ["run it where gobgp reaches the daemon; the upstream must accept the community 65535:666"],
      undo: lines("del"))
  }

  /// Connections are answered by the packet filter until their client proves that it is there: honest clients pass.
  ///
  /// Source: nft(8), synproxy; tried with nft 1.0.6.
  static let synproxy = Target(
    name: "synproxy", sentence: "nftables: SYN proxy before a server, which honest clients do not notice",
    fileName: "synproxy.nft", embedding: .lines(comment: "#"), check: .nftables
  ) { mitigation, _ throws(Refusals) in
    guard case .filter(let condition) = mitigation.rule else {
      throw Refusals("a list of sources or a rate", "a SYN proxy stands before a server's port")
    }
    var writer = NFTWriter()
    var raw: [String] = [], proxied: [String] = []
    for box in try PacketBoxes(condition).boxes {
      guard box.limitsDestination, box.ranges(.protocolNumber) == [6...6] else {
        throw Refusals("the condition", "a SYN proxy needs ip.dst and TCP: tcp.dstport or tcp.flags")
      }
      // Whatever else tells the attack's SYNs: all new connections to the place are proxied.
      var place = PacketBox(isV4: box.isV4)
      place.destination = box.destination
      place.numbers[.protocolNumber] = [6...6]
      place.numbers[.tcpDestination] = box.numbers[.tcpDestination]
      let match = writer.rule(place)
      raw.append(match + "tcp flags & (fin|syn|rst|ack) == syn notrack")
      proxied.append(match + "ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm")
      proxied.append(match + "ct state invalid drop")
    }
    if raw.isEmpty { throw Refusals("the condition", "no packet can meet it") }
    let comment = "comment \"weir \(mitigation.reference)\""
    return Draft(
      text: """
        table inet weir_\(mitigation.reference.replacing("-", with: "_")) {
        \(writer.sets)  chain raw {
            type filter hook prerouting priority raw; policy accept;
        \(raw.map { "    \($0) \(comment)\n" }.joined())  }
          chain in {
            type filter hook input priority filter; policy accept;
        \(proxied.map { "    \($0) \(comment)\n" }.joined())  }
          chain through {
            type filter hook forward priority filter; policy accept;
        \(proxied.map { "    \($0) \(comment)\n" }.joined())  }
        }

        """,
      notes: [
        "nothing is blocked: every new connection to the place is answered by the proxy until its client proves to be there",
        "needs net.ipv4.tcp_syncookies=1, net.ipv4.tcp_timestamps=1 and net.netfilter.nf_conntrack_tcp_loose=0",
        "without a proxy, net.ipv4.tcp_syncookies=1 on the server itself is the first thing to do",
      ], apply: ["nft -c -f synproxy.nft && nft -f synproxy.nft"],
      undo: ["nft delete table inet weir_\(mitigation.reference.replacing("-", with: "_"))"])
  }
}
