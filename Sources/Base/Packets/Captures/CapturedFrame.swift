/// One frame as a capture file holds it.
package struct CapturedFrame {
  /// Nanoseconds since 1970 UTC; nil where the file keeps no time for it.
  package var time: Int64?
  package var link: LinkType
  package var bytes: Wire
  /// Length on the wire; `bytes` may be less.
  package var originalLength: Int

  package init(time: Int64?, link: LinkType, bytes: Wire, originalLength: Int) {
    self.time = time
    self.link = link
    self.bytes = bytes
    self.originalLength = originalLength
  }
}

/// How a capture file falls into records, told by its first bytes.
package enum CaptureLayout: Sendable {
  case pcap(PcapLayout)
  case pcapng

  /// Nil where the bytes are no capture file's.
  package init?(firstBytes bytes: UnsafeBufferPointer<UInt8>) {
    if let layout = PcapLayout(firstBytes: Wire(bytes)) {
      self = .pcap(layout)
    } else if Pcapng.begins(Wire(bytes)) {
      self = .pcapng
    } else {
      return nil
    }
  }

  package var name: String {
    switch self {
    case .pcap: "pcap"
    case .pcapng: "pcapng"
    }
  }

  /// Length of the record that begins the bytes; nil when it goes on behind them.
  ///
  /// A record whose length cannot be true reaches up to the next that looks like one, so that one bad length does not
  /// cost the rest of the file.
  @inlinable package func recordLength(_ bytes: Wire) -> Int? {
    switch self {
    case .pcap(let layout): layout.recordLength(bytes)
    case .pcapng: Pcapng.recordLength(bytes)
    }
  }

  /// Whether a record is a frame's, or one so broken that it must be taken for it.
  @inlinable package func holdsFrame(_ record: Wire) -> Bool {
    switch self {
    case .pcap(let layout): !(record.count == 24 && layout.isMagic(record))
    case .pcapng: Pcapng.holdsFrame(record)
    }
  }

  /// The frame in a record. `interfaces` are those described so far; a pcap file needs none.
  @inline(__always)
  package func frame(_ record: Wire, _ interfaces: [PcapngInterface]) -> CaptureRecord {
    switch self {
    case .pcap(let layout): layout.frame(record)
    case .pcapng: Pcapng.frame(record, interfaces)
    }
  }
}

/// What a record of a capture file is.
package enum CaptureRecord {
  case frame(CapturedFrame)
  /// A header, a statistic, a comment: nothing that travelled.
  case description
  case broken
}
