/// Why a record became no event; each is counted with a few samples.
package enum Rejection: String, Error, Sendable, CaseIterable {
  case unknownShape = "fits no known format"
  case badTime = "its time cannot be read"
  case badJSON = "is no valid JSON"
  case noHeader = "came before any header that says what its columns mean"
  case columnCount = "has other columns than its header says"
  case tooLong = "is longer than 1 MiB"
  case binary = "holds binary bytes"
  case cutOff = "ends in the middle"
}
