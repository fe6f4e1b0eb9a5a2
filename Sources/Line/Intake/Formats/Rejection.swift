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
  case badLength = "has a length that cannot be true"
  case badPacket = "has packet headers that contradict each other"
  case noTemplate = "came before the template that says what its fields mean"
  case badFlows = "is a flow export whose parts do not fit its lengths"
}
