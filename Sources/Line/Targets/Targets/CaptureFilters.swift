import Model

extension Target {
  /// A filter of captures, for tcpdump, Wireshark's capture dialogue and anything else built on libpcap.
  static let tcpdump = Target(
    name: "tcpdump", sentence: "BPF: a filter expression for tcpdump and libpcap", fileName: "filter.bpf",
    embedding: .lines(comment: "#"), check: .tcpdump
  ) { mitigation, _ throws(Refusals) in
    Draft(
      text: try BPFExpression.text(CaptureFilters.boxes(mitigation)) + "\n",
      notes: [
        PacketBoxes.note,
        "it looks at the outside of tunnels and of VLAN tags; write `vlan and` in front for tagged frames",
      ], apply: ["tcpdump -n -r CAPTURE -F filter.bpf"], undo: ["nothing is changed by looking"])
  }

  static let wireshark = Target(
    name: "wireshark", sentence: "a display filter for Wireshark and tshark", fileName: "filter.txt",
    embedding: .lines(comment: "#")
  ) { mitigation, _ throws(Refusals) in
    Draft(
      text: try DisplayFilter.text(CaptureFilters.boxes(mitigation)) + "\n",
      notes: ["needs Wireshark 4.0; it looks at every layer of tunnels, so a packet inside one is found too"],
      apply: ["tshark -r CAPTURE -Y \"$(grep -v '^#' filter.txt)\""], undo: ["nothing is changed by looking"])
  }
}

enum CaptureFilters {
  static func boxes(_ mitigation: Mitigation) throws(Refusals) -> [PacketBox] {
    let boxes: [PacketBox]
    switch mitigation.rule {
    case .filter(let condition): boxes = try PacketBoxes(condition).boxes
    case .addresses(let networks): boxes = PacketBoxes(networks).boxes
    case .rateLimit: throw Refusals("a rate", "a filter looks at one packet at a time")
    }
    if boxes.isEmpty { throw Refusals("the condition", "no packet can meet it") }
    // The kernel takes programs of 4,096 instructions, a network being one or two (IPv6: up to eight).
    guard boxes.reduce(0, { $0 + $1.source.networks.count + $1.destination.networks.count }) <= 400 else {
      throw Refusals("the condition", "more than 400 networks make a longer program than the kernel takes")
    }
    return boxes
  }
}

extension SyntaxCheck {
  /// Compiles the expression; nothing is captured.
  static let tcpdump = SyntaxCheck(
    "tcpdump", ["-d", "-y", "EN10MB", "-F", "%FILE%"], file: "filter.bpf")
}
