import Model

/// Messages that begin in one packet and end in a later one, put together: TLS hellos and HTTP/1 requests over TCP
/// segments, hellos over the datagrams of a QUIC client.
///
/// In the order of a capture, one thread at a time; can be written to bytes and read back. Bounded: at most 64 TCP
/// messages of 16 KiB and 64 KiB in all, 16 segments that came before the one they follow, and 16 datagrams. Of bytes that
/// come twice the first count.
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

  private struct Pending {
    var ends: StreamEnds
    var kind: Kind
    /// Sequence number of the first byte.
    var start: UInt32
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
  private var datagrams = [(ends: StreamEnds, bytes: [UInt8])?](repeating: nil, count: datagramPlaces)
  private var loose = LooseSegments()
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
    var isPart = payload.count > 2
    if isPart, payload[0] == 22 && payload[1] == 3 || HTTPRequestBytes.begins(payload) {
      if let outcome = begin(packet) { return outcome }
      isPart = false
    }
    if count > 0 {
      let outcome = goOn(packet)
      guard case .none = outcome else { return outcome }
    }
    if isPart, packet.destinationPort < packet.sourcePort { keepEarly(packet) }
    return .none
  }

  /// What a client sends may be the end of a message whose begin was overtaken.
  @inline(never) private func keepEarly(_ packet: Packet) {
    let payload = packet.payload
    // What begins with the header of a TLS record goes on with nothing.
    guard packet.payloadBytes == payload.count, payload[1] != 3 || !(20...23).contains(payload[0]) else { return }
    loose.put(StreamEnds(packet), packet.sequence, packet.payload)
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
    let ends = StreamEnds(packet)
    let place = ends.place(of: Self.places)
    // Sent again.
    if let held = pending[place], held.ends == ends, held.start == packet.sequence { return .waits }
    drop(place)
    guard bytesHeld + payload.count <= Self.byteLimit else { return nil }
    pending[place] = Pending(
      ends: ends, kind: kind, start: packet.sequence, next: packet.sequence &+ UInt32(payload.count),
      bytes: Array(payload.bytes))
    count += 1
    bytesHeld += payload.count
    return takeLoose(place) ? .waits : finish(place)
  }

  private static func helloGoesOn(_ payload: Wire) -> Bool {
    payload.count < 5 || Int(payload.u16(3)) <= messageLimit - 5 && payload.count < 5 + Int(payload.u16(3))
  }

  @inline(never) private func goOn(_ packet: Packet) -> Outcome {
    let ends = StreamEnds(packet)
    let place = ends.place(of: Self.places)
    guard let held = pending[place], held.ends == ends else { return .none }
    // FIN or RST: nothing more will come.
    let isLast = packet.flags & 5 != 0
    let payload = packet.payload
    // Bytes of it that are there already; fewer than none where some before it are missing.
    let known = Int(Int32(bitPattern: held.next &- packet.sequence))
    guard payload.count > 0, packet.payloadBytes == payload.count, known < payload.count else {
      return isLast ? finish(place) : .none
    }
    if known < 0 {
      if isLast || known < -Self.messageLimit { return isLast ? finish(place) : .none }
      loose.put(ends, packet.sequence, payload)
      return .waits
    }
    let more = payload.dropped(known)
    guard held.bytes.count + more.count <= Self.messageLimit, bytesHeld + more.count <= Self.byteLimit else {
      return finish(place)
    }
    pending[place]!.bytes += more.bytes
    pending[place]!.next &+= UInt32(more.count)
    bytesHeld += more.count
    return goesOn(place) && takeLoose(place) && !isLast ? .waits : finish(place)
  }

  /// Appends what came before its turn; false where the message is whole with it.
  private func takeLoose(_ place: Int) -> Bool {
    while let held = pending[place] {
      var bytes = held.bytes
      guard bytesHeld + LooseSegments.byteLimit <= Self.byteLimit, loose.take(held.ends, from: held.next, to: &bytes)
      else { return true }
      let added = bytes.count - held.bytes.count
      bytesHeld += added
      pending[place]!.next &+= UInt32(added)
      pending[place]!.bytes = bytes
      if !goesOn(place) { return false }
    }
    return true
  }

  private func goesOn(_ place: Int) -> Bool {
    guard let held = pending[place] else { return false }
    return held.bytes.withUnsafeBufferPointer { bytes in
      held.kind == .hello
        ? Self.helloGoesOn(Wire(bytes)) : HTTPRequestBytes.goesOn(Wire(bytes), limit: Self.messageLimit)
    }
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
    let ends = StreamEnds(packet)
    let place = ends.place(of: Self.datagramPlaces)
    let earlier = datagrams[place].flatMap { $0.ends == ends ? $0.bytes : nil }
    datagrams[place] = (ends, Array(packet.payload.kept(1_500).bytes))
    return earlier
  }

  // MARK: As bytes

  /// What kinds of records the bytes have beside those of messages.
  private static let segmentRecord: UInt8 = 254
  private static let datagramRecord: UInt8 = 255

  /// Everything that is held.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    for held in pending {
      if let held { put(held.ends, kind: held.kind.rawValue, number: held.start, held.bytes[...], to: &out) }
    }
    loose.forEach { put($0, kind: Self.segmentRecord, number: $1, $2, to: &out) }
    for held in datagrams {
      if let held { put(held.ends, kind: Self.datagramRecord, number: 0, held.bytes[...], to: &out) }
    }
    return out
  }

  private func put(
    _ ends: StreamEnds, kind: UInt8, number: UInt32, _ bytes: ArraySlice<UInt8>, to out: inout [UInt8]
  ) {
    ends.append(to: &out)
    out.append(kind)
    withUnsafeBytes(of: number.bigEndian) { out += $0 }
    withUnsafeBytes(of: UInt16(bytes.count).bigEndian) { out += $0 }
    out += bytes
  }

  /// Forgets everything and takes what `bytes` says instead.
  package func adopt(_ bytes: Wire) {
    for place in 0..<Self.places { pending[place] = nil }
    for place in 0..<Self.datagramPlaces { datagrams[place] = nil }
    loose.forgetAll()
    (count, bytesHeld) = (0, 0)
    let header = StreamEnds.bytes + 7
    var rest = bytes
    while rest.count >= header, Int(rest.u16(header - 2)) <= rest.count - header {
      let content = rest.dropped(header).kept(Int(rest.u16(header - 2)))
      take(StreamEnds(rest), kind: rest[StreamEnds.bytes], number: rest.u32(StreamEnds.bytes + 1), content)
      rest = rest.dropped(header + content.count)
    }
  }

  private func take(_ ends: StreamEnds, kind: UInt8, number: UInt32, _ content: Wire) {
    if let kind = Kind(rawValue: kind) {
      pending[ends.place(of: Self.places)] = Pending(
        ends: ends, kind: kind, start: number, next: number &+ UInt32(content.count), bytes: Array(content.bytes))
      count += 1
      bytesHeld += content.count
    } else if kind == Self.segmentRecord {
      loose.put(ends, number, content)
    } else {
      datagrams[ends.place(of: Self.datagramPlaces)] = (ends, Array(content.bytes))
    }
  }
}
