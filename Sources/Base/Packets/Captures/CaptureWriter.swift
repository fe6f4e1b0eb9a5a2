/// Writes frames as a pcapng file, which holds frames of several link layers and times in nanoseconds.
package struct CaptureWriter {
  private var links: [UInt16] = []

  package init() {}

  /// What every file begins with.
  package func header(to out: inout [UInt8]) {
    Self.block(0x0a0d_0d0a, to: &out) { body in
      Self.put(UInt32(0x1a2b_3c4d), to: &body)
      Self.put(UInt16(1), to: &body)
      Self.put(UInt16(0), to: &body)
      Self.put(UInt64.max, to: &body)
    }
  }

  /// Appends one frame, and before the first of its link layer that layer's interface.
  package mutating func frame(_ frame: CapturedFrame, to out: inout [UInt8]) {
    let number = interface(frame.link.number, to: &out)
    // A file that kept no time for a frame gets 1970 here, as other tools do.
    let time = UInt64(clamping: frame.time ?? 0)
    Self.block(6, to: &out) { body in
      Self.put(UInt32(number), to: &body)
      Self.put(UInt32(truncatingIfNeeded: time >> 32), to: &body)
      Self.put(UInt32(truncatingIfNeeded: time), to: &body)
      Self.put(UInt32(frame.bytes.count), to: &body)
      Self.put(UInt32(clamping: frame.originalLength), to: &body)
      body += frame.bytes.bytes
      while body.count % 4 != 0 { body.append(0) }
    }
  }

  private mutating func interface(_ link: UInt16, to out: inout [UInt8]) -> Int {
    if let known = links.firstIndex(of: link) { return known }
    links.append(link)
    Self.block(1, to: &out) { body in
      Self.put(link, to: &body)
      Self.put(UInt16(0), to: &body)
      Self.put(UInt32(0), to: &body)
      // Nanoseconds (if_tsresol), then the end of options.
      Self.put(UInt16(9), to: &body)
      Self.put(UInt16(1), to: &body)
      body += [9, 0, 0, 0]
      Self.put(UInt32(0), to: &body)
    }
    return links.count - 1
  }

  private static func block(_ type: UInt32, to out: inout [UInt8], _ fill: (inout [UInt8]) -> Void) {
    var body: [UInt8] = []
    fill(&body)
    put(type, to: &out)
    put(UInt32(body.count + 12), to: &out)
    out += body
    put(UInt32(body.count + 12), to: &out)
  }

  private static func put(_ number: some FixedWidthInteger, to out: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { out += $0 }
  }
}
