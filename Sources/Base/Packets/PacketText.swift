import Model

/// A packet's or flow's row in the words of tcpdump, made from its fields.
package enum PacketText {
  /// `IP 192.0.2.7.50000 > 198.51.100.9.443: Flags [S], win 64240, length 0`; harmless on a terminal.
  package static func line(_ row: Int, of batch: EventBatch) -> String {
    let source = batch.address(.ipSource, row)
    let destination = batch.address(.ipDestination, row)
    if batch.isPresent(.etherType, row) {
      let type = batch.number(.etherType, row) ?? 0
      if type == 0x0806, !destination.isAbsent { return "ARP, Request who-has \(destination) tell \(source)" }
      return "ethertype 0x\(String(type, radix: 16))"
    }
    let family = source.isV4 ? "IP" : "IP6"
    let (from, to) = ports(row, batch)
    let ends = "\(source)\(from) > \(destination)\(to)"
    let tunnel =
      batch.text(.tunnelSource, row).map {
        "\($0) > \(batch.text(.tunnelDestination, row) ?? "?"): \(tunnelName(row, batch)) "
      }
      ?? ""
    return "\(tunnel)\(family) \(ends): \(words(row, batch))"
  }

  private static func tunnelName(_ row: Int, _ batch: EventBatch) -> String {
    let place = Int(batch.number(.tunnel, row) ?? -1)
    return EventField.tunnels.indices.contains(place) ? EventField.tunnels[place].uppercased() : "tunnel"
  }

  private static func ports(_ row: Int, _ batch: EventBatch) -> (String, String) {
    func text(_ tcp: EventField, _ udp: EventField) -> String {
      (batch.number(tcp, row) ?? batch.number(udp, row)).map { ".\($0)" } ?? ""
    }
    return (text(.sourcePort, .udpSourcePort), text(.destinationPort, .udpDestinationPort))
  }

  private static func words(_ row: Int, _ batch: EventBatch) -> String {
    if let packets = batch.number(.flowPackets, row) {
      return
        "\(protocolName(row, batch)), flow of \(packets) packets, \(batch.number(.flowBytes, row) ?? 0) bytes\(flags(row, batch))"
    }
    let length = batch.number(.payloadBytes, row).map { ", length \($0)" } ?? ""
    let fragment = batch.number(.ipFragmentOffset, row).map { offset in
      " (frag \(offset)\(batch.number(.ipMoreFragments, row) == 1 ? "+" : ""))"
    }
    let tail = length + (fragment ?? "")
    if let name = batch.text(.dnsName, row) {
      let type = batch.number(.dnsType, row) ?? 0
      let shown = Escape.terminal(name.isEmpty ? "." : name, limit: 120)
      if batch.number(.dnsIsResponse, row) == 1 {
        return
          "DNS answer \(batch.number(.dnsAnswers, row) ?? 0) records, rcode \(batch.number(.dnsCode, row) ?? 0), type \(type) \(shown)\(tail)"
      }
      return "DNS type \(type)? \(shown)\(tail)"
    }
    if batch.isPresent(.tcpFlags, row) {
      let window = batch.number(.tcpWindow, row).map { ", win \($0)" } ?? ""
      return "Flags [\(flagLetters(batch.number(.tcpFlags, row) ?? 0))]\(window)\(tail)\(payload(row, batch))"
    }
    if let type = batch.number(.icmpType, row) {
      return "ICMP type \(type) code \(batch.number(.icmpCode, row) ?? 0)\(tail)"
    }
    return "\(protocolName(row, batch))\(tail)"
  }

  private static func payload(_ row: Int, _ batch: EventBatch) -> String {
    if let method = batch.text(.method, row) {
      return ": HTTP: \(Escape.terminal("\(method) \(batch.text(.uri, row) ?? "")", limit: 120))"
    }
    if let ja4 = batch.text(.ja4, row) {
      let name = batch.text(.tlsName, row).map { " for \(Escape.terminal($0, limit: 80))" } ?? ""
      return ": TLS hello\(name), JA4 \(ja4)"
    }
    return ""
  }

  private static func flags(_ row: Int, _ batch: EventBatch) -> String {
    batch.number(.tcpFlags, row).map { ", flags [\(flagLetters($0))]" } ?? ""
  }

  /// The letters of tcpdump: `S.` is SYN with ACK.
  private static func flagLetters(_ flags: Int64) -> String {
    let letters: [(Int64, String)] = [
      (1, "F"), (2, "S"), (4, "R"), (8, "P"), (32, "U"), (64, "E"), (128, "W"), (16, "."),
    ]
    let text = letters.filter { flags & $0.0 != 0 }.map(\.1).joined()
    return text.isEmpty ? "none" : text
  }

  private static func protocolName(_ row: Int, _ batch: EventBatch) -> String {
    let place = Int(batch.number(.ipProtocol, row) ?? -1)
    let number = batch.number(.ipProtocolNumber, row) ?? -1
    guard EventField.protocols.indices.contains(place), EventField.protocols[place] != "other" else {
      return "ip-proto-\(number)"
    }
    return EventField.protocols[place].uppercased()
  }
}
