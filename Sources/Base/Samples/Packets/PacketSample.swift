/// How many packets or flows are made, over which time, and how they are written.
package struct PacketSampleSettings: Sendable {
  package var seed: UInt64 = 1
  package var packets = 2_000_000
  /// Monday 2 March 2026, 10:00 UTC.
  package var start: Int64 = 1_772_445_600
  package var seconds: Int64 = 120
  package var attacks = true
  /// Nothing but SYNs, each from an address of its own: what memory must withstand.
  package var spoofs = false
  package var format = PacketSampleFormat.capture

  package init() {}
}

/// How made-up packets are written: as a capture file, or as the flows that a router would export, one datagram behind
/// the other.
package enum PacketSampleFormat: String, Sendable, CaseIterable { case capture, netflow5, netflow9, ipfix }

/// Writes made-up packets and flows.
package struct PacketSample {
  private let settings: PacketSampleSettings

  package init(_ settings: PacketSampleSettings) { self.settings = settings }

  /// Writes a file; gzipped where its name ends in `.gz`. Errors: the file cannot be written.
  package func write(to path: String) throws(SampleError) -> SampleTruth {
    let file = try OutputFile(path: path)
    var buffer: [UInt8] = []
    func put(_ bytes: [UInt8]) throws(SampleError) {
      buffer += bytes
      if buffer.count > 1 << 20 { try store() }
    }
    func store() throws(SampleError) {
      let answer = buffer.withUnsafeBufferPointer { bytes in
        Result { () throws(SampleError) in try file.write(bytes) }
      }
      buffer.removeAll(keepingCapacity: true)
      try answer.get()
    }
    var traffic = PacketTraffic(settings)
    if let version = version {
      var datagrams = FlowDatagrams(version)
      while let packet = traffic.next() { if let bytes = datagrams.add(packet) { try put(bytes) } }
      if let bytes = datagrams.flush() { try put(bytes) }
    } else {
      var capture = CaptureMaker()
      while let packet = traffic.next() {
        let frame = packet.frame
        capture.add(frame.bytes, at: packet.time, length: frame.length)
        if capture.bytes.count > 1 << 20 { try put(capture.take()) }
      }
      try put(capture.take())
    }
    try store()
    try file.finish()
    return traffic.truth
  }

  /// The datagrams of an exporter that would tell of the traffic, in memory.
  package func datagrams() -> [[UInt8]] {
    var traffic = PacketTraffic(settings)
    var writer = FlowDatagrams(version ?? .netflow5)
    var datagrams: [[UInt8]] = []
    while let packet = traffic.next() { if let bytes = writer.add(packet) { datagrams.append(bytes) } }
    if let bytes = writer.flush() { datagrams.append(bytes) }
    return datagrams
  }

  private var version: FlowDatagrams.Version? {
    switch settings.format {
    case .capture: nil
    case .netflow5: .netflow5
    case .netflow9: .netflow9
    case .ipfix: .ipfix
    }
  }
}
