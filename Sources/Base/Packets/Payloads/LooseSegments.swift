/// TCP segments that came before the one they follow, kept until it comes: the latest sixteen of at most 1,500 bytes.
///
/// Swaps happen within a few packets, so nothing is kept longer than that; memory is one block that never grows.
struct LooseSegments {
  private struct Segment {
    var ends: StreamEnds
    var sequence: UInt32
    /// 0: nothing is kept here.
    var count = 0
  }

  static let places = 16
  static let byteLimit = 1_500

  private var segments: [Segment?] = Array(repeating: nil, count: places)
  private var bytes = [UInt8](repeating: 0, count: places * byteLimit)
  /// The place that is used next, the oldest.
  private var next = 0

  /// Keeps a segment in place of the oldest; a longer one than fits is left.
  mutating func put(_ ends: StreamEnds, _ sequence: UInt32, _ payload: Wire) {
    guard payload.count > 0, payload.count <= Self.byteLimit else { return }
    segments[next] = Segment(ends: ends, sequence: sequence, count: payload.count)
    let start = next * Self.byteLimit
    bytes.withUnsafeMutableBufferPointer {
      $0.baseAddress!.advanced(by: start).update(from: payload.base, count: payload.count)
    }
    next = (next + 1) % Self.places
  }

  /// Appends what follows byte `sequence` of a stream, and forgets it; false where that is not here.
  mutating func take(_ ends: StreamEnds, from sequence: UInt32, to message: inout [UInt8]) -> Bool {
    for place in 0..<Self.places {
      guard let segment = segments[place], segment.ends == ends else { continue }
      let skipped = Int(Int32(bitPattern: sequence &- segment.sequence))
      guard skipped >= 0, skipped < segment.count else { continue }
      let start = place * Self.byteLimit
      message += bytes[(start + skipped)..<(start + segment.count)]
      segments[place] = nil
      return true
    }
    return false
  }

  /// Calls `body` with each that is kept, the oldest first.
  func forEach(_ body: (StreamEnds, UInt32, ArraySlice<UInt8>) -> Void) {
    for step in 0..<Self.places {
      let place = (next + step) % Self.places
      guard let segment = segments[place] else { continue }
      let start = place * Self.byteLimit
      body(segment.ends, segment.sequence, bytes[start..<(start + segment.count)])
    }
  }

  mutating func forgetAll() {
    for place in 0..<Self.places { segments[place] = nil }
    next = 0
  }
}
