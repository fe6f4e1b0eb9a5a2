import Model

/// Walks the deliveries of one stream over its segments; reads one delivery ahead.
final class SpoolCursor {
  private let customer: String
  private let stream: String
  private var paths: ArraySlice<String>
  private let from: UInt64
  private var place = 0
  private var line = 1
  private(set) var next: Delivery?
  /// Deliveries whose bytes no longer fit their digest.
  private(set) var damaged = 0

  init(_ customer: String, _ stream: String, _ paths: [String], from: UInt64) {
    self.customer = customer
    self.stream = stream
    self.paths = paths[...]
    self.from = from
  }

  /// Reads the next delivery; `next` is nil at the end.
  func advance() throws(WorldError) {
    next = nil
    while let path = paths.first {
      // Deliveries before the wanted ones are stepped over by their headers.
      try skip(in: path)
      try Segment.forEach(path, from: place, reads: true) { frame, packed, at in
        place = at + DeliveryFrame.headerBytes + frame.packed
        let first = line
        line += frame.lineCount
        guard let packed, frame.fits(packed), let lines = frame.lines(packed) else {
          damaged += 1
          return true
        }
        next = Delivery(
          sequence: frame.sequence, arrival: frame.arrival, customer: customer, stream: stream, lines: lines,
          segment: path, firstLine: first, mark: frame.mark)
        return false
      }
      if next != nil { return }
      paths = paths.dropFirst()
      place = 0
      line = 1
    }
  }

  private func skip(in path: String) throws(WorldError) {
    try Segment.forEach(path, from: place, reads: false) { frame, _, at in
      guard frame.sequence < from else { return false }
      place = at + DeliveryFrame.headerBytes + frame.packed
      line += frame.lineCount
      return true
    }
  }
}
