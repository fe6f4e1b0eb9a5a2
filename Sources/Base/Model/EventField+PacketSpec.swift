extension EventField {
  /// Name, type, unit and one sentence of a field of packets, flows, DNS messages or TLS hellos.
  var packetSpec: FieldSpec {
    switch self {
    case .ipDestination:
      FieldSpec(
        name: "ip.dst", type: .ip, logpush: ["IPDestinationAddress"], ocsf: "dst_endpoint.ip",
        sentence: "Address that a packet or flow went to.")
    case .ipProtocol:
      FieldSpec(
        name: "ip.proto", type: .keyword(Self.protocols), ocsf: "connection_info.protocol_name",
        sentence: "Protocol of the packet behind IP and its extension headers.")
    case .ipProtocolNumber:
      FieldSpec(
        name: "ip.proto.num", type: .int, logpush: ["IPProtocol"], ocsf: "connection_info.protocol_num",
        sentence: "The protocol's number as IANA has it.")
    case .destinationPort:
      FieldSpec(
        name: "tcp.dstport", type: .int, sigma: ["dst_port"], logpush: ["DestinationPort"],
        ocsf: "dst_endpoint.port",
        sentence: "TCP port that was asked for.")
    case .udpSourcePort:
      FieldSpec(
        name: "udp.srcport", type: .int,
        sentence: "UDP port of the sender.")
    case .udpDestinationPort:
      FieldSpec(
        name: "udp.dstport", type: .int,
        sentence: "UDP port that was asked for.")
    case .tcpFlags:
      FieldSpec(
        name: "tcp.flags", type: .int, unit: "bits: fin 1, syn 2, reset 4, push 8, ack 16, urg 32, ecn 64, cwr 128",
        logpush: ["TCPFlags"], ocsf: "connection_info.tcp_flags",
        sentence: "TCP flags of a packet, or all flags of a flow together.")
    case .tcpWindow:
      FieldSpec(
        name: "tcp.window", type: .int, unit: "bytes, unscaled", logpush: ["TCPWindowSize"],
        sentence: "TCP window of a packet.")
    case .ipLength:
      FieldSpec(
        name: "ip.len", type: .int, unit: "bytes", logpush: ["IPTotalLength"],
        sentence: "Length of the IP packet, header and all.")
    case .ipTTL:
      FieldSpec(
        name: "ip.ttl", type: .int, logpush: ["IPTTL"],
        sentence: "Time to live, IPv6's hop limit.")
    case .ipFragmentOffset:
      FieldSpec(
        name: "ip.frag_offset", type: .int, unit: "bytes", logpush: ["IPFragmentOffset"],
        sentence: "Where in the whole packet a fragment belongs; absent where the packet is no fragment.")
    case .ipMoreFragments:
      FieldSpec(
        name: "ip.flags.mf", type: .bool, logpush: ["IPMoreFragments"],
        sentence: "Whether more fragments follow; absent where the packet is no fragment.")
    case .ipv6Extensions:
      FieldSpec(
        name: "ipv6.extensions", type: .text, logpush: ["IPv6ExtensionHeaders"],
        sentence: "Numbers of the IPv6 extension headers in their order, as in `0,51`.")
    case .tunnel:
      FieldSpec(
        name: "ip.tunnel", type: .keyword(Self.tunnels),
        sentence: "Encapsulation that the packet came in; the other fields are those of the packet inside.")
    case .tunnelSource:
      FieldSpec(
        name: "ip.tunnel.src", type: .text, sentence: "Address that sent the tunnel's packet.")
    case .tunnelDestination:
      FieldSpec(
        name: "ip.tunnel.dst", type: .text, sentence: "Address that the tunnel's packet went to.")
    case .etherType:
      FieldSpec(
        name: "eth.type", type: .int,
        sentence: "EtherType of a frame that carries no IP packet, for example 2054 for ARP.")
    case .flowStart:
      FieldSpec(
        name: "flow.start", type: .time, unit: "ns since 1970 UTC", ocsf: "start_time",
        sentence: "When a flow's first packet passed; `event.time` is when the exporter told of it.")
    case .exporter:
      FieldSpec(
        name: "flow.exporter", type: .text, ocsf: "observer.ip",
        sentence: "Address of the device that exported the flow or sample.")
    case .icmpType:
      FieldSpec(
        name: "icmp.type", type: .int, logpush: ["ICMPType"],
        sentence: "Type of an ICMP or ICMPv6 message.")
    case .icmpCode:
      FieldSpec(
        name: "icmp.code", type: .int, logpush: ["ICMPCode"],
        sentence: "Code of an ICMP or ICMPv6 message.")
    case .payloadBytes:
      FieldSpec(
        name: "packet.payload_bytes", type: .int, unit: "bytes", logpush: ["UDPPayloadLength"],
        sentence: "Bytes behind the TCP, UDP or ICMP header, as the headers say.")
    case .amplifier:
      FieldSpec(
        name: "packet.amplifier", type: .keyword(Self.amplifiers),
        sentence: "Service whose answers this packet looks like, of those that reflect and amplify.")
    case .flowPackets:
      FieldSpec(
        name: "flow.packets", type: .int, ocsf: "traffic.packets",
        sentence: "Packets of a flow, as exported: sampling is in `event.weight`.")
    case .flowBytes:
      FieldSpec(
        name: "flow.bytes", type: .int, unit: "bytes", ocsf: "traffic.bytes",
        sentence: "Bytes of a flow, as exported: sampling is in `event.weight`.")
    case .flowEnd:
      FieldSpec(
        name: "flow.end", type: .time, unit: "ns since 1970 UTC", ocsf: "end_time",
        sentence: "When a flow's last packet passed.")
    case .dnsName:
      FieldSpec(
        name: "dns.query.name", type: .text, logpush: ["QueryName"], ocsf: "query.hostname",
        sentence: "Name that a DNS message asks for.")
    case .dnsDomain:
      FieldSpec(
        name: "dns.query.domain", type: .text,
        sentence: "The last two labels of the name; three below a country's `co`, `com` and the like.")
    case .dnsType:
      FieldSpec(
        name: "dns.query.type", type: .int, logpush: ["QueryType"], ocsf: "query.type",
        sentence: "Record type asked for, IANA number.")
    case .dnsCode:
      FieldSpec(
        name: "dns.response.code", type: .int, logpush: ["ResponseCode"], ocsf: "rcode_id",
        sentence: "Response code of a DNS answer, IANA number.")
    case .dnsIsResponse:
      FieldSpec(
        name: "dns.response", type: .bool,
        sentence: "Whether a DNS message is an answer.")
    case .dnsAnswers:
      FieldSpec(
        name: "dns.records", type: .int,
        sentence: "Records in a DNS message behind its question.")
    case .tlsName:
      FieldSpec(
        name: "tls.sni", type: .text, logpush: ["ClientTlsClientHelloServerName"], ocsf: "tls.sni",
        sentence: "Host that a client's TLS hello names.")
    case .tlsALPN:
      FieldSpec(
        name: "tls.alpn", type: .list,
        sentence: "Protocols that a client's TLS hello offers.")
    case .tlsAlert:
      FieldSpec(
        name: "tls.alert", type: .int,
        sentence:
          "Why an end gave a TLS handshake up, IANA number of its alert: 40 is a failed handshake, 70 a version.")
    case .routeKind:
      FieldSpec(
        name: "bgp.type", type: .keyword(Self.routeKinds),
        sentence: "Whether a BGP neighbour announced a prefix, withdrew it, or has it in its table.")
    case .routePrefix:
      FieldSpec(
        name: "bgp.prefix", type: .text,
        sentence: "The prefix, as in `203.0.113.0/24`; `ip.dst` is its first address, `ip.src` the neighbour's.")
    case .routeOrigin:
      FieldSpec(
        name: "bgp.origin", type: .int, sentence: "Number of the network that the prefix comes from, by its path.")
    case .routePath:
      FieldSpec(
        name: "bgp.path", type: .text, sentence: "Numbers of the networks on the way, nearest first.")
    case .routeValidity:
      FieldSpec(
        name: "bgp.validity", type: .keyword(Self.routeValidities),
        sentence:
          "The announcement against the prefixes given with `--routes`: invalid where another network announces one, own where one is withdrawn."
      )
    default:
      preconditionFailure("\(self) is no field of packets: its row belongs into `declaration`")
    }
  }
}
