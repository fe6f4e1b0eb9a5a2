import Model

extension Target {
  /// Flow routes as commands of GoBGP.
  ///
  /// Source: RFC 8955 and 8956, GoBGP's flowspec.md; tried with GoBGP 3.10.
  static let flowspecGoBGP = Target(
    name: "flowspec-gobgp", sentence: "BGP FlowSpec as commands of GoBGP", fileName: "flowspec-gobgp.sh",
    embedding: .lines(comment: "#"), actions: FlowRoutes.actions, check: .shell
  ) { mitigation, _ throws(Refusals) in
    let routes = try FlowRoutes(mitigation)
    let lines = { (verb: String) in
      routes.routes.map { route in
        let parts = route.parts.map { part in
          if part.name == "tcp-flags" { return "tcp-flags " + FlowRoutes.flags(part.numbers).joined(separator: " ") }
          return part.numbers.isEmpty
            ? "\(part.name) \(part.network)"
            : "\(part.name) " + part.numbers.map { "'\(FlowRoutes.words($0, equal: "=="))'" }.joined(separator: " ")
        }
        return
          "gobgp global rib -a \(route.isV4 ? "ipv4" : "ipv6")-flowspec \(verb) match \(parts.joined(separator: " "))"
      }
    }
    return Draft(
      text: lines("add").map { $0 + " then discard\n" }.joined(), notes: FlowRoutes.notes,
      apply: ["run it where gobgp reaches the daemon"], undo: lines("del").prefix(20) + FlowRoutes.more(routes, 20))
  }

  /// Flow routes as ExaBGP's configuration.
  ///
  /// Source: ExaBGP's conf-flow.conf; tried with ExaBGP 4.2.
  static let flowspecExaBGP = Target(
    name: "flowspec-exabgp", sentence: "BGP FlowSpec as routes of ExaBGP", fileName: "flowspec-exabgp.conf",
    embedding: .lines(comment: "#"), actions: FlowRoutes.actions,
    check: .exabgp
  ) { mitigation, _ throws(Refusals) in
    let routes = try FlowRoutes(mitigation)
    var text = ""
    for (place, route) in routes.routes.enumerated() {
      if route.parts.contains(where: { $0.name == "tcp-flags" }) {
        throw Refusals("tcp.flags", "ExaBGP's words for flags were not tried here; use flowspec-gobgp")
      }
      let parts = route.parts.map { part -> String in
        let name = part.name == "protocol" && !route.isV4 ? "next-header" : part.name
        if part.numbers.isEmpty { return "\(name) \(part.network);" }
        return "\(name) [ \(part.numbers.map { FlowRoutes.words($0, equal: "=") }.joined(separator: " ")) ];"
      }
      text +=
        "route weir-\(mitigation.reference)-\(place + 1) { match { \(parts.joined(separator: " ")) } then { discard; } }\n"
    }
    return Draft(
      text: text, notes: FlowRoutes.notes,
      apply: ["put the routes into flow { } of each neighbor", "exabgp --test exabgp.conf, then reload exabgp"],
      undo: ["take the routes out again and reload exabgp, which withdraws them"])
  }
}

/// Boxes as flow routes: one prefix each way, and numbers.
struct FlowRoutes {
  struct Part {
    var name: String
    var network = ""
    var numbers: [ClosedRange<Int64>] = []
  }

  struct Route {
    var isV4: Bool
    var parts: [Part]
  }

  static let actions = Actions(.block, otherwise: "a flow route discards or lets pass")
  static let notes = [
    PacketBoxes.note,
    "routers upstream take a few hundred flow routes at most, and only for prefixes that are announced to them",
    "a flow route has no expiry of its own",
  ]
  /// Routers upstream take no more.
  static let limit = 200

  private(set) var routes: [Route] = []

  init(_ mitigation: Mitigation) throws(Refusals) {
    let boxes: [PacketBox]
    switch mitigation.rule {
    case .filter(let condition): boxes = try PacketBoxes(condition).boxes
    case .addresses:
      throw Refusals(
        "a list of sources", "a flow route must name a destination, or it would meet all customers' traffic")
    case .rateLimit: throw Refusals("a rate", "FlowSpec limits bytes of all sources together, not each")
    }
    for box in boxes {
      guard box.limitsDestination else {
        throw Refusals(
          "the condition", "a flow route must name a destination (ip.dst), or it would meet all customers' traffic")
      }
      try add(box)
    }
    if routes.isEmpty { throw Refusals("the condition", "no packet can meet it") }
  }

  private mutating func add(_ box: PacketBox) throws(Refusals) {
    var numbers: [Part] = []
    for field in PacketField.allCases {
      guard let ranges = box.ranges(field) else { continue }
      let name: String? =
        switch field {
        case .protocolNumber: "protocol"
        case .tcpSource, .udpSource: "source-port"
        case .tcpDestination, .udpDestination: "destination-port"
        case .length: "packet-length"
        case .icmpType: "icmp-type"
        case .icmpCode: "icmp-code"
        case .tcpFlags: "tcp-flags"
        case .ttl: nil
        }
      guard let name else { throw Refusals("ip.ttl", "FlowSpec does not look at it") }
      if field == .tcpFlags, ranges.reduce(0, { $0 + $1.count }) > 16 {
        throw Refusals("tcp.flags", "more than sixteen combinations of flags, each of which is a term of its own")
      }
      numbers.append(Part(name: name, numbers: ranges))
    }
    let sources = box.limitsSource ? box.source.networks.map(Optional.some) : [nil]
    guard routes.count + sources.count * box.destination.networks.count <= Self.limit else {
      throw Refusals("the condition", "it falls into more than \(Self.limit) flow routes")
    }
    for destination in box.destination.networks {
      for source in sources {
        var parts = [Part(name: "destination", network: destination.text)]
        if let source { parts.append(Part(name: "source", network: source.text)) }
        routes.append(Route(isV4: box.isV4, parts: parts + numbers))
      }
    }
  }

  static func words(_ range: ClosedRange<Int64>, equal: String) -> String {
    range.count == 1 ? "\(equal)\(range.lowerBound)" : ">=\(range.lowerBound)&<=\(range.upperBound)"
  }

  /// Each combination exactly: the bits that are set, and none of the others (RFC 8955 section 4.2.2.9).
  static func flags(_ ranges: [ClosedRange<Int64>]) -> [String] {
    let letters: [(Int64, String)] = [
      (1, "F"), (2, "S"), (4, "R"), (8, "P"), (16, "A"), (32, "U"), (64, "E"), (128, "C"),
    ]
    return ranges.flatMap(Array.init).map { value in
      let set = letters.filter { value & $0.0 != 0 }.map(\.1).joined()
      let unset = letters.filter { value & $0.0 == 0 }.map(\.1).joined()
      if set.isEmpty { return "'!\(unset)'" }
      return unset.isEmpty ? "'=\(set)'" : "'=\(set)&!\(unset)'"
    }
  }

  static func more(_ routes: FlowRoutes, _ shown: Int) -> [String] {
    routes.routes.count > shown ? ["and the same with del for the other \(routes.routes.count - shown) lines"] : []
  }
}

extension SyntaxCheck {
  static let shell = SyntaxCheck("sh", ["-n", "%FILE%"], file: "commands.sh")

  static let exabgp = SyntaxCheck("exabgp", ["--test", "%FILE%"], file: "exabgp.conf") { text in
    """
    neighbor 192.0.2.9 {
      router-id 192.0.2.1;
      local-address 192.0.2.1;
      local-as 64512;
      peer-as 64512;
      flow {
    \(text)
      }
    }

    """
  }
}
