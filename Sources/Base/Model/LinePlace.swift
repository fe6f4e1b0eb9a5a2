/// Where an event's line lies in its batch, and where it came from.
package struct LinePlace: Sendable {
  package var slice: TextSlice
  /// Which input: an index into the intake's list of inputs.
  package var source: UInt32
  /// Whether it is a record of a binary file, such as a captured packet: bytes that are no text.
  package var isBinary = false
  /// Number of the line (or of the record's first line) in that input, from 1, after decompression.
  package var number: UInt64

  package init(slice: TextSlice, source: Int, number: Int, isBinary: Bool = false) {
    self.slice = slice
    self.isBinary = isBinary
    self.source = UInt32(truncatingIfNeeded: source)
    self.number = UInt64(truncatingIfNeeded: number)
  }

  package static let absent = LinePlace(slice: .absent, source: 0, number: 0)
}

/// Consecutive whole lines of one input in a batch's arena, read but not yet decoded.
package struct LineRun: Sendable {
  package var slice: TextSlice
  package var source: Int
  /// Number of the run's first line in its input, from 1.
  package var firstLine: Int
  /// The header in force (W3C `#Fields:`, a CSV's first line), copied into this batch's arena; absent where none is.
  package var header: TextSlice

  package init(slice: TextSlice, source: Int, firstLine: Int, header: TextSlice = .absent) {
    self.slice = slice
    self.source = source
    self.firstLine = firstLine
    self.header = header
  }
}
