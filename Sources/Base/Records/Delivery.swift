import CZstd

/// Lines that a receiver accepted in one piece: what the detection works on, and what a restart reads again.
package struct Delivery: Sendable {
  /// Place in the order of everything that was accepted, from 1.
  package var sequence: UInt64
  /// When it arrived (ns since 1970 UTC).
  package var arrival: Int64
  package var customer: String
  /// Which of the customer's streams: `push`, `syslog`, the name of a file.
  package var stream: String
  /// Whole lines, each with its line end.
  package var lines: [UInt8]
  /// The segment it lies in, and the number of its first line there, from 1.
  package var segment: String
  package var firstLine: Int
  /// Where its receiver stood behind it.
  package var mark = DeliveryMark()
}

/// Where a receiver stands in its source behind a delivery; kept with it in one piece, so that neither can be ahead.
///
/// Three numbers that the receiver chooses: for a file its identity, its first bytes' hash, and the offset.
package struct DeliveryMark: Sendable, Equatable {
  package var source: UInt64
  package var print: UInt64
  package var offset: UInt64

  package init(source: UInt64 = 0, print: UInt64 = 0, offset: UInt64 = 0) {
    self.source = source
    self.print = print
    self.offset = offset
  }
}

/// How a delivery lies in a segment: a skippable frame that says what follows, then its lines as one zstd frame.
///
/// A segment is therefore an ordinary zstd file: `zstdcat` and every verb of Weir read it as it is. Sources: RFC 8878,
/// sections 3.1.1 and 3.1.2.
struct DeliveryFrame {
  static let headerBytes = 8 + 88
  /// `0x184D2A5?` is a skippable frame; this room's last digit.
  private static let magic: UInt32 = 0x184D_2A57

  var sequence: UInt64
  var arrival: Int64
  /// Bytes of the frame behind the header, of the lines in it, and the number of lines.
  var packed: Int
  var unpacked: Int
  var lineCount: Int
  var mark: DeliveryMark
  /// Digest of the packed bytes, its first 24.
  var digest: ArraySlice<UInt8>

  /// Header and frame of some lines.
  static func bytes(sequence: UInt64, arrival: Int64, lines: [UInt8], lineCount: Int, mark: DeliveryMark) -> [UInt8] {
    let bound = ZSTD_compressBound(lines.count)
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = ZSTD_compress(buffer.baseAddress, bound, lines, lines.count, 1)
      // Only a buffer that is too small makes it fail, and the bound excludes that.
      precondition(ZSTD_isError(count) == 0, "zstd could not pack")
    }
    var out: [UInt8] = []
    out.reserveCapacity(headerBytes + packed.count)
    append(UInt64(magic), bytes: 4, to: &out)
    append(88, bytes: 4, to: &out)
    let counts = [packed.count, lines.count, lineCount].map { UInt64($0) }
    for number in [sequence, UInt64(bitPattern: arrival)] + counts + [mark.source, mark.print, mark.offset] {
      append(number, bytes: 8, to: &out)
    }
    out += SHA256(of: packed).bytes.prefix(24)
    return out + packed
  }

  /// The header at the front of some bytes; nil where there is none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.headerBytes, Self.number(bytes, 0, bytes: 4) == UInt64(Self.magic),
      Self.number(bytes, 4, bytes: 4) == 88
    else { return nil }
    sequence = Self.number(bytes, 8, bytes: 8)
    arrival = Int64(bitPattern: Self.number(bytes, 16, bytes: 8))
    guard let packed = Int(exactly: Self.number(bytes, 24, bytes: 8)),
      let unpacked = Int(exactly: Self.number(bytes, 32, bytes: 8)),
      let lineCount = Int(exactly: Self.number(bytes, 40, bytes: 8)), packed < 1 << 32, unpacked < 1 << 32
    else { return nil }
    self.packed = packed
    self.unpacked = unpacked
    self.lineCount = lineCount
    mark = DeliveryMark(
      source: Self.number(bytes, 48, bytes: 8), print: Self.number(bytes, 56, bytes: 8),
      offset: Self.number(bytes, 64, bytes: 8))
    digest = [UInt8](bytes[72..<96])[...]
  }

  /// Whether these are the bytes that the header speaks of.
  func fits(_ packed: UnsafeRawBufferPointer) -> Bool {
    packed.count == self.packed && SHA256(of: packed).bytes.prefix(24) == digest
  }

  /// The lines of a frame that fits; nil where it is no zstd.
  func lines(_ packed: UnsafeRawBufferPointer) -> [UInt8]? {
    var isWhole = true
    let lines = [UInt8](unsafeUninitializedCapacity: unpacked) { buffer, count in
      let length = ZSTD_decompress(buffer.baseAddress, unpacked, packed.baseAddress, packed.count)
      isWhole = ZSTD_isError(length) == 0 && length == unpacked
      count = isWhole ? length : 0
    }
    return isWhole ? lines : nil
  }

  private static func append(_ number: UInt64, bytes: Int, to out: inout [UInt8]) {
    for byte in 0..<bytes { out.append(UInt8(truncatingIfNeeded: number >> UInt64(byte * 8))) }
  }

  private static func number(_ from: UnsafeRawBufferPointer, _ place: Int, bytes: Int) -> UInt64 {
    (0..<bytes).reduce(0) { $0 | UInt64(from[place + $1]) << UInt64($1 * 8) }
  }
}
