import Model

/// Finds the packet that a line of a packet filter tells of: who sent it, to which port, and what became of it.
///
/// Four shapes: keys (`SRC=… DST=… SPT=… DPT=…` of netfilter and CEF, `srcip=… dstport=…`), an arrow
/// (`192.0.2.7:4711->198.51.100.9:23`), addresses and ports as four columns (pf's filterlog), and ports behind slashes
/// (`from 192.0.2.7/4711 to 198.51.100.9/23`). Sources: `nf_log_syslog.c` of Linux; filterlog's field list of the
/// pfSense documentation; Cisco's message 106023.
struct PacketFinder {
  private(set) var source: IPAddress
  private(set) var sourcePort: Int?
  private(set) var destination: IPAddress
  private(set) var port: Int
  /// What the filter did, in its own word; nil where it says nothing.
  private(set) var action: UnsafeBufferPointer<UInt8>?
  private(set) var isUDP = false

  /// Cost: one pass over the line where it names no packet.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard let found = Self.keyed(text) ?? Self.paired(text) else { return nil }
    self = found
    readWords(of: text)
  }

  private init(
    _ source: IPAddress, _ sourcePort: Int?, _ destination: IPAddress, _ port: Int
  ) {
    (self.source, self.sourcePort, self.destination, self.port) = (source, sourcePort, destination, port)
  }

  // MARK: Keys

  private static func keyed(_ text: UnsafeBufferPointer<UInt8>) -> PacketFinder? {
    var source: IPAddress?
    var destination: IPAddress?
    var sourcePort: Int?
    var port: Int?
    var at = 0
    while let equals = text[at...].firstIndex(of: 0x3d) {
      at = equals + 1
      var begin = equals
      while begin > 0, isKey(text[begin - 1]) { begin -= 1 }
      guard begin < equals, let name = keys.first(where: { matchesWord(part(text, begin, equals), $0.name) }) else {
        continue
      }
      let value = value(text, at)
      // Of an error's packet within a packet (netfilter's brackets) the outer one counts.
      switch name.part {
      case .source where source == nil: source = IPAddress(parsing: value)
      case .destination where destination == nil: destination = IPAddress(parsing: value)
      case .sourcePort where sourcePort == nil: sourcePort = number(value)
      case .port where port == nil: port = number(value)
      default: continue
      }
    }
    guard let source, let destination, let port else { return nil }
    return PacketFinder(source, sourcePort, destination, port)
  }

  private enum Part { case source, destination, sourcePort, port }

  private static let keys: [(name: StaticString, part: Part)] = [
    ("src", .source), ("srcip", .source), ("src_ip", .source), ("dst", .destination), ("dstip", .destination),
    ("dst_ip", .destination), ("spt", .sourcePort), ("srcport", .sourcePort), ("src_port", .sourcePort),
    ("sport", .sourcePort), ("dpt", .port), ("dstport", .port), ("dst_port", .port), ("dport", .port),
  ]

  private static func value(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> UnsafeBufferPointer<UInt8> {
    let from = start < text.count && text[start] == 0x22 ? start + 1 : start
    var end = from
    while end < text.count, text[end] > 0x20, text[end] != 0x22, text[end] != 0x2c, text[end] != 0x3b { end += 1 }
    return part(text, from, end)
  }

  // MARK: Pairs

  /// Two endpoints beside each other, and what stands between them says that they are a packet's.
  private static func paired(_ text: UnsafeBufferPointer<UInt8>) -> PacketFinder? {
    var previous: Spelled?
    var at = 0
    while at < text.count {
      guard let spelled = Spelled(text, at) else {
        at += 1
        continue
      }
      if let previous, let packet = packet(previous, spelled, text) { return packet }
      previous = spelled
      at = spelled.end
    }
    return nil
  }

  private static func packet(
    _ a: Spelled, _ b: Spelled, _ text: UnsafeBufferPointer<UInt8>
  ) -> PacketFinder? {
    let between = part(text, a.end, b.start)
    if let port = b.port, isArrow(between) { return PacketFinder(a.address, a.port, b.address, port) }
    if let port = b.port, a.isSlashed, b.isSlashed, let sourcePort = a.port, leads(between) {
      return PacketFinder(a.address, sourcePort, b.address, port)
    }
    guard between.count == 1, between[0] == 0x2c, a.port == nil, b.port == nil else { return nil }
    var columns = text[b.end...].prefix(14).split(separator: 0x2c, omittingEmptySubsequences: false).makeIterator()
    guard columns.next()?.isEmpty == true, let first = columns.next(), let second = columns.next(),
      let sourcePort = number(UnsafeBufferPointer(rebasing: first)),
      let port = number(UnsafeBufferPointer(rebasing: second))
    else { return nil }
    return PacketFinder(a.address, sourcePort, b.address, port)
  }

  private static func isArrow(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let core = trimmed(text)
    return core.count == 2 && core[0] == 0x2d && core[1] == 0x3e
  }

  /// ` to `, ` dst inside:` and the like: few bytes that begin with a word of direction.
  private static func leads(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= 40, text.first == 0x20 || text.first == 0x28 else { return false }
    return text.split(separator: 0x20).contains { word in
      let word = UnsafeBufferPointer(rebasing: word)
      return matchesWord(word, "to") || matchesWord(word, "dst") || matchesWord(word, "->")
    }
  }

  /// An address as it stands in a line, with the port behind a colon or slash.
  private struct Spelled {
    let address: IPAddress
    var port: Int?
    var isSlashed = false
    let start: Int
    var end: Int

    /// The address that begins at `start`; nil where none does.
    init?(_ line: UnsafeBufferPointer<UInt8>, _ start: Int) {
      guard isDigit(line[start]) || line[start] == 0x5b, start == 0 || !joins(line[start - 1]) else { return nil }
      var last = start
      while last < line.count, last - start < 48, isAddressByte(line[last]) { last += 1 }
      self.start = start
      end = last
      guard let endpoint = Endpoint(parsing: part(line, start, last)) else { return nil }
      (address, port) = (endpoint.address, endpoint.port)
      if port == nil, last < line.count, line[last] == 0x2f {
        var digits = last + 1
        while digits < line.count, digits - last <= 5, isDigit(line[digits]) { digits += 1 }
        guard let number = number(part(line, last + 1, digits)) else { return nil }
        (port, isSlashed, end) = (number, true, digits)
      }
    }
  }

  // MARK: What became of it

  /// The first word of a filter's decision, and whether UDP is named.
  private mutating func readWords(of text: UnsafeBufferPointer<UInt8>) {
    var at = 0
    while at < text.count {
      guard Self.isLetter(text[at]) else {
        at += 1
        continue
      }
      let start = at
      while at < text.count, Self.isLetter(text[at]) { at += 1 }
      let word = Self.part(text, start, at)
      if action == nil, Self.actions.contains(where: { matchesWord(word, $0) }) { action = word }
      if matchesWord(word, "udp") { isUDP = true }
    }
  }

  private static let actions: [StaticString] = [
    "drop", "dropped", "block", "blocked", "deny", "denied", "reject", "rejected", "accept", "accepted", "allow",
    "allowed", "pass", "permit", "permitted",
  ]

  // MARK: Bytes

  private static func part(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[start..<max(start, end)])
  }

  private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard 1...5 ~= text.count, text.allSatisfy(isDigit) else { return nil }
    let number = text.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    return number <= 65_535 ? number : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  private static func isKey(_ byte: UInt8) -> Bool { isLetter(byte) || byte == 0x5f }
  private static func joins(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x2e || byte == 0x2d }
  private static func isAddressByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 0x61 < 6 || byte == 0x2e || byte == 0x3a || byte == 0x5b || byte == 0x5d
  }
}
