import Model

/// How a value of a record becomes cells of an event.
enum FieldTake: UInt8, Sendable {
  /// Nobody asked for it; it stays in the raw line.
  case skip
  /// Text as it is; an empty one was recorded as empty.
  case text
  /// A name or token: empty, `-`, `unknown` and `none` mean that there was none.
  case name
  /// The same, lower or upper case.
  case lower, upper
  /// A number, given as number or as text, times a power of ten.
  case number
  case flag
  /// An address, a port behind it allowed.
  case address
  case time
  /// The time at which a request ended; the duration follows from it.
  case end
  /// A list or map as the JSON text it came in; a list may come as a string.
  case whole
  /// The same in lower case.
  case lowerWhole
  /// Path and query, or an absolute URL.
  case target
  case path, query
  /// `METHOD target VERSION` in one text.
  case requestLine
  /// A host, perhaps with a port.
  case host
  /// How a log-in ended: true or a word of success, false or a word of failure.
  case outcome
  /// Headers as an object (values text or lists of text), or as a list of name and value pairs.
  case headers
  /// Several addresses in one text, the client first.
  case addressList
  /// The rules of a WAF that matched, as a list.
  case matches
  /// The names of a WAF's rules at any depth of a list of rule groups.
  case rules
  /// The protocol of a flow by name or number: both fields of it.
  case proto
  /// A type or code of DNS by its name or number.
  case dnsNumber
  /// TCP flags as letters, of which those before an underscore are the client's and small ones the server's, or as two
  /// hexadecimal digits.
  case flags, hexFlags
  /// Words for people: kept as text, and heard for what they say about a log-in.
  case speech

  /// Whether an object is taken as it is; any other take looks at an object's own keys.
  var takesObjects: Bool { self == .headers || self == .whole || self == .lowerWhole }
}

/// What to do with the value under one key.
struct FieldAction: Sendable, Equatable {
  var take: FieldTake = .skip
  var field: EventField = .message
  /// Power of ten from the value's unit to the field's.
  var power: Int8 = 0
  /// Preference among several keys for one field: the lowest that has a value wins. 0: nothing competes.
  var rank: UInt8 = 0

  /// Which of the format's telling keys this is, one bit; 0: none.
  var mark: UInt8 = 0

  static let skip = FieldAction()
}
