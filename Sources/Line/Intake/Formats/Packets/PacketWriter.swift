import Flows
import Model
import Packets

/// Writes captured packets into the rows of a batch, one row a packet, without an allocation.
struct PacketWriter {
  let batch: EventBatch
  let memory: CaptureMemory
  let scratch: DecodeScratch

  /// Columns that nearly every packet fills; others are declared when a packet first needs them, so that conditions on
  /// them cost nothing where there are none.
  static let usualFields: [EventField] = [
    .time, .eventClass, .ipSource, .ipDestination, .ipProtocol, .ipProtocolNumber, .ipLength, .ipTTL, .sourcePort,
    .destinationPort, .udpSourcePort, .udpDestinationPort, .tcpFlags, .tcpWindow, .payloadBytes,
  ]

  init(_ batch: EventBatch, _ memory: CaptureMemory, _ scratch: DecodeScratch) {
    self.batch = batch
    self.memory = memory
    self.scratch = scratch
  }

  /// Commits one frame's row; a reason where its headers cannot be read.
  @inline(__always) func write(_ frame: CapturedFrame, _ record: LinePlace) -> Rejection? {
    var packet = Packet(of: frame.bytes)
    if let fault = packet.read(frame) { return fault == .cut ? .cutOff : .badPacket }
    if packet.transport == .udp, FlowExport.mayBegin(packet.payload) || SFlow.mayBegin(packet.payload) {
      switch writeExport(packet, frame, record) {
      case .foreign: break
      case let outcome: return Rejection(outcome)
      }
    }
    if let screen = scratch.screen, !screen.admits(frame.time, packet.source, packet.destination) {
      pass(packet)
    } else {
      write(packet, frame, record, weight: 1)
    }
    return nil
  }

  /// Lets a packet by that becomes no row: later ones may end a message that goes through it.
  private func pass(_ packet: Packet) {
    switch packet.transport {
    case .tcp:
      if packet.payload.count > 2 || memory.state.messages.isWaiting { _ = memory.state.messages.take(packet) }
    case .udp:
      if QUICInitial.mayBegin(packet.payload) { _ = memory.state.messages.takeInitial(packet) }
    case .none, .icmp: return
    }
  }

  /// Commits the flows or sampled packets of an exporter's datagram.
  @inline(never)
  private func writeExport(_ packet: Packet, _ frame: CapturedFrame, _ record: LinePlace) -> ExportOutcome {
    if SFlow.mayBegin(packet.payload) {
      return SFlow.decode(packet.payload, time: frame.time) { agent, sample in
        var inner = Packet(of: sample.frame.bytes)
        guard inner.read(sample.frame) == nil else { return }
        setRare(.exporter, batch.count, RowText.address(agent, batch))
        write(inner, sample.frame, record, weight: sample.rate, isSampled: true)
      }
    }
    return FlowWriter(batch: batch, screen: scratch.screen)
      .write(packet.payload, from: packet.source, at: frame.time, record, memory.state.ledger)
  }

  /// Commits a packet's row; `weight` is what it stands for where the source samples, so that no message goes on in the
  /// next packet.
  func write(_ packet: Packet, _ frame: CapturedFrame, _ record: LinePlace, weight: Int64, isSampled: Bool = false) {
    let row = batch.count
    if let time = frame.time { batch.set(.time, row, time) }
    batch.set(.eventClass, row, RecordClass.flow.place)
    if weight > 1 { setRare(.weight, row, weight) }
    if packet.isIP {
      writeNetwork(packet, row)
      writeTransport(packet, row, isSampled)
    } else {
      setRare(.etherType, row, Int64(packet.etherType))
      batch.set(.ipSource, row, packet.source)
      batch.set(.ipDestination, row, packet.destination)
    }
    batch.commitRow(record)
  }

  @inline(__always) private func writeNetwork(_ packet: Packet, _ row: Int) {
    batch.set(.ipSource, row, packet.source)
    batch.set(.ipDestination, row, packet.destination)
    batch.set(.ipProtocol, row, Self.keyword(ofProtocol: packet.protocolNumber))
    batch.set(.ipProtocolNumber, row, Int64(packet.protocolNumber))
    batch.set(.ipLength, row, Int64(packet.length))
    batch.set(.ipTTL, row, Int64(packet.ttl))
    if packet.payloadBytes >= 0 { batch.set(.payloadBytes, row, Int64(packet.payloadBytes)) }
    if packet.fragmentOffset >= 0 {
      setRare(.ipFragmentOffset, row, Int64(packet.fragmentOffset))
      setRare(.ipMoreFragments, row, packet.moreFragments ? 1 : 0)
    }
    if packet.extensionCount > 0 { writeExtensions(packet, row) }
    if packet.tunnel != .none { writeTunnel(packet, row) }
  }

  @inline(__always)
  private func writeTransport(_ packet: Packet, _ row: Int, _ isSampled: Bool) {
    switch packet.transport {
    case .none: return
    case .tcp:
      batch.set(.sourcePort, row, Int64(packet.sourcePort))
      batch.set(.destinationPort, row, Int64(packet.destinationPort))
      if packet.hasFlags {
        batch.set(.tcpFlags, row, Int64(packet.flags))
        batch.set(.tcpWindow, row, Int64(packet.window))
      }
      if packet.payload.count > 2 || memory.state.messages.isWaiting { writeStream(packet, row, isSampled) }
    case .udp:
      batch.set(.udpSourcePort, row, Int64(packet.sourcePort))
      batch.set(.udpDestinationPort, row, Int64(packet.destinationPort))
      if packet.payload.count > 0 { writeDatagram(packet, row, isSampled) }
    case .icmp:
      setRare(.icmpType, row, Int64(packet.icmpType))
      setRare(.icmpCode, row, Int64(packet.icmpCode))
    }
  }

  // MARK: What a payload tells

  private func writeDatagram(_ packet: Packet, _ row: Int, _ isSampled: Bool) {
    let isDNS = packet.sourcePort == 53 || packet.destinationPort == 53 || packet.destinationPort == 5353
    let isAnswer = Amplifier.place(
      sourcePort: packet.sourcePort, destinationPort: packet.destinationPort, packet.payload)
    if let isAnswer { setRare(.amplifier, row, Int64(isAnswer)) }
    if isDNS {
      PayloadWriter(batch: batch, row: row).dns(packet.payload)
    } else if QUICInitial.mayBegin(packet.payload) {
      let earlier = isSampled ? nil : memory.state.messages.takeInitial(packet)
      PayloadWriter(batch: batch, row: row).quic(packet.payload, after: earlier, memory.fingerprint)
    }
  }

  private func writeStream(_ packet: Packet, _ row: Int, _ isSampled: Bool) {
    let payload = packet.payload
    switch isSampled ? .none : memory.state.messages.take(packet) {
    case .waits:
      // The name is known already where it lies in the first segment; the hello counts where it ends.
      if ClientHello.begins(payload) { PayloadWriter(batch: batch, row: row).cutHello(payload) }
    case .whole(let kind): writeMessage(kind, row)
    case .none:
      if ClientHello.begins(payload) {
        PayloadWriter(batch: batch, row: row).hello(payload, memory.fingerprint)
      } else if payload.count == 7, payload[0] == 21, payload[1] == 3, payload.u16(3) == 2, payload[5] & 0xfc == 0 {
        PayloadWriter(batch: batch, row: row).alert(payload)
      } else if HTTPRequestBytes.begins(payload) {
        RequestPayload(payload, isWhole: packet.payloadBytes <= payload.count)
          .write(to: batch, row, scratch, memory.ranks.ranks)
      } else if packet.destinationPort == 53 || packet.sourcePort == 53, payload.count > 14,
        Int(payload.u16(0)) <= payload.count - 2
      {
        PayloadWriter(batch: batch, row: row).dns(payload.dropped(2))
      }
    }
  }

  /// What a message of several segments says belongs to the packet that ended it.
  @inline(never) private func writeMessage(_ kind: SegmentedMessages.Kind, _ row: Int) {
    let message = memory.state.messages.message
    guard batch.arena.capacity - batch.arena.count >= 2 * message.count else { return }
    let bytes = Wire(batch.bytes(batch.arena.append(message)))
    switch kind {
    case .hello: PayloadWriter(batch: batch, row: row).hello(bytes, memory.fingerprint)
    case .request:
      RequestPayload(bytes, isWhole: true).write(to: batch, row, scratch, memory.ranks.ranks)
    }
  }

  // MARK: What few packets have

  private func writeExtensions(_ packet: Packet, _ row: Int) {
    var text = RowText(batch)
    for place in 0..<packet.extensionCount {
      if place > 0 { text.append(0x2c) }
      text.append(decimal: Int(packet.extensions[place]))
    }
    setRare(.ipv6Extensions, row, text.finished())
  }

  private func writeTunnel(_ packet: Packet, _ row: Int) {
    setRare(.tunnel, row, Int64(packet.tunnel.rawValue))
    guard !packet.tunnelSource.isAbsent else { return }
    setRare(.tunnelSource, row, RowText.address(packet.tunnelSource, batch))
    setRare(.tunnelDestination, row, RowText.address(packet.tunnelDestination, batch))
  }

  @inline(never) private func setRare(_ field: EventField, _ row: Int, _ number: Int64) {
    batch.touch(field)
    batch.set(field, row, number)
  }

  @inline(never) private func setRare(_ field: EventField, _ row: Int, _ slice: TextSlice) {
    batch.touch(field)
    batch.set(field, row, slice)
  }

  /// The place in `EventField.protocols`.
  @inline(__always) static func keyword(ofProtocol number: UInt8) -> Int64 {
    switch number {
    case 6: 3
    case 17: 4
    case 1: 0
    case 58: 9
    case 2: 1
    case 4: 2
    case 41: 5
    case 47: 6
    case 50: 7
    case 51: 8
    case 89: 10
    case 103: 11
    case 132: 12
    default: 13
    }
  }
}

/// A short text made for one row at the end of the arena, which never moves for it: cut where the arena is full.
struct RowText {
  private let batch: EventBatch
  private let start: Int
  private var count = 0

  init(_ batch: EventBatch) {
    self.batch = batch
    start = batch.arena.count
  }

  mutating func append(_ byte: UInt8) {
    guard start + count < batch.arena.capacity else { return }
    batch.arena.base[start + count] = byte
    count += 1
  }

  mutating func append(decimal value: Int) {
    var divisor = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(0x30 + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }

  /// The slice, which from now on belongs to the arena.
  func finished() -> TextSlice {
    batch.arena.advance(count)
    return TextSlice(offset: start, length: count)
  }

  static func address(_ address: IPAddress, _ batch: EventBatch) -> TextSlice {
    var text = RowText(batch)
    if address.isV4 {
      for shift in [24, 16, 8, 0] {
        text.append(decimal: Int(address.low >> UInt64(shift) & 255))
        if shift > 0 { text.append(0x2e) }
      }
    } else {
      for byte in address.description.utf8 { text.append(byte) }
    }
    return text.finished()
  }
}
