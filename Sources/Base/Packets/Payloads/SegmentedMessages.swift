import Model

/// Messages that begin in one packet and end in a later one, put together: TLS hellos and HTTP/1 requests over TCP
/// segments, hellos over the datagrams of a QUIC client.
///
/// In the order of a capture, one thread at a time; can be written to bytes and read back. Bounded: at most 64 TCP
/// messages of 16 KiB and 64 KiB in all, and 16 datagrams. A segment that comes late or twice is left out, so a message
/// whose segments were swapped is not put together.
package final class SegmentedMessages {
  package enum Outcome {
    /// The packet has no part in a message of several.
    case none
    /// A message begins or goes on here; what it says comes with the packet that ends it.
    case waits
    /// The message is whole, or as long as it will get: `message` holds it until the next call.
    case whole(Kind)
  }

  package enum Kind: UInt8 { case hello, request }

  /// Who sends to whom.
  private struct Ends: Equatable {
    var source: IPAddress
    var destination: IPAddress
    var ports: UInt32

    init(_ packet: Packet) {
      source = packet.source
      destination = packet.destination
      ports = UInt32(packet.sourcePort) << 16 | UInt32(packet.destinationPort)
    }

    init(_ bytes: Wire) {
      source = IPAddress(high: bytes.u64(0), low: bytes.u64(8))
      destination = IPAddress(high: bytes.u64(16), low: bytes.u64(24))
      ports = bytes.u32(32)
    }

    static let bytes = 36

    func place(of count: Int) -> Int {
      let mixed =
        (source.low ^ destination.low &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(ports)) &* 0xd6e8_feb8_6659_fd93
      return Int(truncatingIfNeeded: (mixed ^ source.high ^ destination.high) >> 40) & (count - 1)
    }
  }

  private struct Pending {
    var ends: Ends
    var kind: Kind
    /// Sequence number of the byte behind those held.
    var next: UInt32
    var bytes: [UInt8]
  }

  private static let places = 64
  private static let messageLimit = 16 << 10
  private static let byteLimit = 64 << 10
  private static let datagramPlaces = 16

  private var pending = [Pending?](repeating: nil, count: places)
  private var count = 0
  private var bytesHeld = 0
  private var datagrams = [(ends: Ends, bytes: [UInt8])?](repeating: nil, count: datagramPlaces)
  private var ready: [UInt8] = []

  package init() {}

  /// The message that `take` called whole.
  package var message: [UInt8] { ready }
  /// Whether a packet without a payload may concern a message.
  @inline(__always) package var isWaiting: Bool { count > 0 }

  // MARK: TCP

  /// Looks at a TCP packet: what came of it.
  @inline(__always) package func take(_ packet: Packet) -> Outcome {
    let payload = packet.payload
    if payload.count > 2 {
      if payload[0] == 22 && payload[1] == 3 || HTTPRequestBytes.begins(payload) {
        if let outcome = begin(packet) { return outcome }
      }
    }
    return count > 0 ? goOn(packet) : .none
  }

  /// Nil where the packet begins no message, or one that is whole in it.
  @inline(never) private func begin(_ packet: Packet) -> Outcome? {
    let payload = packet.payload
    // What the capture cut short has no next byte.
    guard packet.payloadBytes == payload.count else { return nil }
    let kind: Kind
    if payload[0] == 22 {
      guard payload.count < 6 || payload[5] == 1, Self.helloGoesOn(payload) else { return nil }
      kind = .hello
    } else {
      guard HTTPRequestBytes.goesOn(payload, limit: Self.messageLimit) else { return nil }
      kind = .request
    }
    let ends = Ends(packet)
    let place = ends.place(of: Self.places)
    drop(place)
    guard bytesHeld + payload.count <= Self.byteLimit else { return nil }
    pending[place] = Pending(
      ends: ends, kind: kind, next: packet.sequence &+ UInt32(payload.count), bytes: Array(payload.bytes))
    count += 1
    bytesHeld += payload.count
    return .waits
  }

  private static func helloGoesOn(_ payload: Wire) -> Bool {
    payload.count < 5 || Int(payload.u16(3)) <= messageLimit - 5 && payload.count < 5 + Int(payload.u16(3))
  }

  @inline(never) private func goOn(_ packet: Packet) -> Outcome {
    let ends = Ends(packet)
    let place = ends.place(of: Self.places)
    guard let held = pending[place], held.ends == ends else { return .none }
    // FIN or RST: nothing more will come.
    let isLast = packet.flags & 5 != 0
    let payload = packet.payload
    guard packet.sequence == held.next, payload.count > 0, packet.payloadBytes == payload.count else {
      return isLast ? finish(place) : .none
    }
    guard held.bytes.count + payload.count <= Self.messageLimit, bytesHeld + payload.count <= Self.byteLimit else {
      return finish(place)
    }
    pending[place]!.bytes += payload.bytes
    pending[place]!.next &+= UInt32(payload.count)
    bytesHeld += payload.count
    let goesOn = pending[place]!.bytes.withUnsafeBufferPointer { bytes in
      held.kind == .hello
        ? Self.helloGoesOn(Wire(bytes)) : HTTPRequestBytes.goesOn(Wire(bytes), limit: Self.messageLimit)
    }
    return goesOn && !isLast ? .waits : finish(place)
  }

  private func finish(_ place: Int) -> Outcome {
    guard let held = pending[place] else { return .none }
    ready = held.bytes
    drop(place)
    return .whole(held.kind)
  }

  private func drop(_ place: Int) {
    guard let held = pending[place] else { return }
    bytesHeld -= held.bytes.count
    count -= 1
    pending[place] = nil
  }

  // MARK: QUIC

  /// Takes a datagram that may be a QUIC client's first or one behind it; the one before it of the same connection.
  package func takeInitial(_ packet: Packet) -> [UInt8]? {
    let ends = Ends(packet)
    let place = ends.place(of: Self.datagramPlaces)
    let earlier = datagrams[place].flatMap { $0.ends == ends ? $0.bytes : nil }
    datagrams[place] = (ends, Array(packet.payload.kept(1_500).bytes))
    return earlier
  }

  // MARK: As bytes

  /// Everything that is held.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    for held in pending {
      guard let held else { continue }
      put(held.ends, kind: held.kind.rawValue, next: held.next, held.bytes, to: &out)
    }
    for held in datagrams { if let held { put(held.ends, kind: 255, next: 0, held.bytes, to: &out) } }
    return out
  }

  private func put(_ ends: Ends, kind: UInt8, next: UInt32, _ bytes: [UInt8], to out: inout [UInt8]) {
    for half in [ends.source.high, ends.source.low, ends.destination.high, ends.destination.low] {
      withUnsafeBytes(of: half.bigEndian) { out += $0 }
    }
    withUnsafeBytes(of: ends.ports.bigEndian) { out += $0 }
    out.append(kind)
    withUnsafeBytes(of: next.bigEndian) { out += $0 }
    withUnsafeBytes(of: UInt16(bytes.count).bigEndian) { out += $0 }
    out += bytes
  }

  /// Forgets everything and takes what `bytes` says instead.
  package func adopt(_ bytes: Wire) {
    for place in 0..<Self.places { pending[place] = nil }
    for place in 0..<Self.datagramPlaces { datagrams[place] = nil }
    (count, bytesHeld) = (0, 0)
    let header = Ends.bytes + 7
    var rest = bytes
    while rest.count >= header, Int(rest.u16(header - 2)) <= rest.count - header {
      let ends = Ends(rest)
      let content = Array(rest.dropped(header).kept(Int(rest.u16(header - 2))).bytes)
      if let kind = Kind(rawValue: rest[Ends.bytes]) {
        pending[ends.place(of: Self.places)] = Pending(
          ends: ends, kind: kind, next: rest.u32(Ends.bytes + 1), bytes: content)
        count += 1
        bytesHeld += content.count
      } else {
        datagrams[ends.place(of: Self.datagramPlaces)] = (ends, content)
      }
      rest = rest.dropped(header + content.count)
    }
  }
}
