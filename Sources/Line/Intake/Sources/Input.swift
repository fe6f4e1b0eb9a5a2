import Model

/// One input and what was found out about it before reading.
struct Input: Sendable {
  let index: Int
  /// As given or found; `-` is standard input.
  let path: String
  let format: any LogFormat
  /// Places in the intake's list of formats to which lines that `format` refuses are offered, most likely first.
  let others: [Int]
  /// The latest moment its lines can speak of, seconds since 1970.
  let latest: Int64
  /// Bytes of the file; nil where that is unknown.
  let size: Int?
  /// Time of its first record that has one.
  let firstTime: Int64?
}
