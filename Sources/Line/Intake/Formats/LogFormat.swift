import Model

/// One format of log: decides how sure it is of a sample, and decodes records into the rows of a batch.
///
/// Values are shared by all threads and hold no mutable state; what changes lives in the worker's `DecodeScratch`. The
/// bytes of a record always lie in an arena, so at least 64 bytes behind them may be read. While a run is decoded the
/// arena has room for as many bytes again as the run is long and does not move: a format may append undone escapes
/// there, never more bytes than the record has.
package protocol LogFormat: Sendable {
  /// The format's name as reports show it and `--format` takes it, for example `nginx-combined`.
  var name: String { get }
  /// The fields this format may write; they are declared to the batch before each run.
  var fields: [EventField] { get }
  var framing: Framing { get }
  /// Whether lines of any free text stand among this format's own, as in the logs of applications.
  var standsAmongText: Bool { get }

  /// How sure this format is that it wrote the sample: 0 (not mine) to 100 (each line is mine).
  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int

  /// Decodes one record (a line without its line end, or what `framing` cut) and commits its row or rows; a reason
  /// when the record is not of this format, and then nothing was committed.
  ///
  /// Must depend on nothing but the record and `scratch.header`, so that any cut into batches gives the same rows.
  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection?

  /// Decodes records until the run ends (nil) or one is refused; `cursor.current` is then the refused one.
  func decode(_ cursor: inout RunCursor, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection?

  /// The record's time in nanoseconds since 1970 UTC, cheaply, for merging files; nil where it has none.
  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64?

  /// What a row's record holds beyond the fields, as JSON text by key: kept for `weir decode` and `weir explain`.
  func extras(of row: Int, _ batch: EventBatch, _ scratch: DecodeScratch) -> [(key: String, json: String)]
}

/// How a stream falls into records.
package enum Framing: Sendable {
  case lines
  /// Lines, some of which say what the following lines hold; the reader keeps the last one with each run.
  ///
  /// `isHeader` gets a line without its end and its number. A header is handed to `decodeRecord` as any line, which
  /// must then commit nothing and refuse nothing.
  case headed(isHeader: @Sendable (UnsafeBufferPointer<UInt8>, _ number: Int) -> Bool)
  /// Records of several lines. `end` gets the bytes from a record's start on and says where the record and the line
  /// end behind it stop; nil when the record goes on behind the bytes. It must make progress.
  case records(end: @Sendable (UnsafeBufferPointer<UInt8>) -> Int?)
  /// Records of a binary file, every byte of which counts.
  case binary(BinaryFraming)

  /// Whether records are cut by what they say of themselves, not at line ends.
  var cutsItself: Bool {
    switch self {
    case .lines, .headed: false
    case .records, .binary: true
    }
  }
}

/// How a binary file falls into records, and who watches them for what later records need.
package struct BinaryFraming: Sendable {
  /// Length of the record that begins the bytes; nil when it goes on behind them. It must make progress.
  let length: @Sendable (UnsafeBufferPointer<UInt8>) -> Int?
  /// Whether a record has a number: a packet has, a file's own header has not.
  let isNumbered: @Sendable (UnsafeBufferPointer<UInt8>) -> Bool
  let makeScout: @Sendable () -> any RecordScout
}

/// Watches the records of one binary input in their order, before they are decoded in parallel, and keeps what later
/// records need to be understood: interfaces of a capture, templates of a flow exporter.
protocol RecordScout: AnyObject {
  /// What the records behind this point need, as bytes that the format's `decode` finds in `scratch.header`. It holds for
  /// the first record of a run; what that run's own records add, `decode` notes itself.
  var header: [UInt8] { get }
  /// Forgets everything and goes on from what such a header says.
  func adopt(_ header: UnsafeBufferPointer<UInt8>)
  /// Looks at the whole records in `bytes` and returns how many numbered ones there were.
  func watch(_ bytes: UnsafeBufferPointer<UInt8>) -> Int
  /// What was noticed about the input as a whole, for its report.
  var remarks: [String] { get }
}

extension LogFormat {
  package var framing: Framing { .lines }
  package var standsAmongText: Bool { false }

  /// The share of the sample's records that decode.
  package func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int { sample.share(decodedBy: self, scratch) }

  package func decode(_ cursor: inout RunCursor, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    while cursor.advance(in: batch, framing) {
      if let reason = decodeRecord(cursor.current, batch, scratch) { return reason }
    }
    return nil
  }

  package func extras(of row: Int, _ batch: EventBatch, _ scratch: DecodeScratch) -> [(key: String, json: String)] {
    []
  }
}
