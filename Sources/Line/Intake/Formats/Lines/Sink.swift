import Model

/// Where a captured text goes and how it is read.
struct Sink: Equatable {
  enum Kind: UInt8 {
    /// Nowhere.
    case skip
    case text
    /// A whole number; `-` and negative ones mean that nothing was measured.
    case int
    /// A decimal number times `scale`, several of them (`0.1, 0.2`) added up.
    case scaled
    case status
    case ip
    /// An address with a port behind the last colon.
    case ipPort
    /// The first address of a list, as in X-Forwarded-For.
    case ipList
    case time
    /// A request line: method, URI and version.
    case request
    /// A URI, from which path and query follow.
    case uri
    /// A host whose port is left out.
    case host
    /// One of the field's words.
    case keyword
    /// The addresses in X-Forwarded-For; refused when the first is no address.
    case forwarded
    /// The same, and the first address is the client's where no other is known.
    case forwardedClient
    /// Headers that HAProxy captured, told apart by what they look like.
    case captured
    /// What ModSecurity says in a server's error log.
    case modsecurity
    /// The program's name and perhaps its process in brackets, as syslog's tag.
    case tag
  }

  /// How a text is changed on its way.
  struct Changes: OptionSet, Equatable {
    let rawValue: UInt8
    static let lower = Changes(rawValue: 1)
    static let upper = Changes(rawValue: 2)
    static let percent = Changes(rawValue: 4)
    static let plus = Changes(rawValue: 8)
    /// Nothing is unescaped.
    static let raw = Changes(rawValue: 16)
    /// An empty text is an absent one.
    static let emptyIsAbsent = Changes(rawValue: 32)
    /// A number without a decimal point is refused.
    static let decimal = Changes(rawValue: 64)
  }

  var kind: Kind
  var field: EventField = .message
  var spelling: TimeSpelling = .auto
  var scale: Int64 = 1
  var changes: Changes = []

  static let skip = Sink(kind: .skip)

  /// The fields that a row may get through this sink.
  var fields: [EventField] {
    switch kind {
    case .skip: []
    case .request: [.method, .uri, .path, .query, .version, .scheme, .host]
    case .uri: [.uri, .path, .query, .scheme, .host]
    case .ipPort: [.ipSource, .sourcePort]
    case .forwardedClient: [.forwardedFor, .ipSource]
    case .captured: [.forwardedFor, .userAgent, .host]
    case .modsecurity: ModSecurityMessage.fields
    default: [field]
    }
  }
}

/// Short names for captures, beside the names of all fields.
private let shortNames: [String: Sink] = [
  "request": Sink(kind: .request),
  "uri": Sink(kind: .uri, field: .uri),
  "method": Sink(kind: .text, field: .method),
  "path": Sink(kind: .text, field: .path),
  "query": Sink(kind: .text, field: .query, changes: .emptyIsAbsent),
  "version": Sink(kind: .text, field: .version),
  "status": Sink(kind: .status, field: .status),
  "bytes": Sink(kind: .int, field: .responseBodyBytes),
  "referer": Sink(kind: .text, field: .referer),
  "user_agent": Sink(kind: .text, field: .userAgent),
  "host": Sink(kind: .host, field: .host),
  "time": Sink(kind: .time, field: .time),
  "ip": Sink(kind: .ip, field: .ipSource),
  "client": Sink(kind: .ipPort, field: .ipSource),
  "account": Sink(kind: .text, field: .account, changes: .emptyIsAbsent),
  "forwarded": Sink(kind: .forwarded, field: .forwardedFor),
  "forwarded_client": Sink(kind: .forwardedClient, field: .forwardedFor),
  "captured": Sink(kind: .captured),
  "modsecurity": Sink(kind: .modsecurity),
  "duration": Sink(kind: .scaled, field: .duration, scale: 1_000_000),
  "message": Sink(kind: .text, field: .message),
  "level": Sink(kind: .text, field: .logLevel, changes: .lower),
  "service": Sink(kind: .text, field: .service),
  "tag": Sink(kind: .tag, field: .service),
]

extension Sink {
  /// The sink that a capture's words name: a field or short name, then changes behind colons; or what is wrong.
  static func named(_ words: String) -> Result<Sink, CaptureProblem> {
    let parts = words.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    // `{}` and `{_note}` capture nothing.
    if parts[0].isEmpty || parts[0].hasPrefix("_") { return .success(.skip) }
    guard var sink = shortNames[parts[0]] ?? EventField.named(parts[0]).map(plain) else {
      let known = Array(shortNames.keys) + EventField.allCases.map(\.name)
      return .failure(
        CaptureProblem(message: "'\(parts[0])' is no field", suggestion: nearestWord(to: parts[0], in: known)))
    }
    for word in parts.dropFirst() {
      guard sink.apply(word) else {
        return .failure(
          CaptureProblem(
            message: "'\(word)' does not fit '\(parts[0])'", suggestion: nearestWord(to: word, in: changeWords)))
      }
    }
    return .success(sink)
  }

  /// The sink that a regular expression's group names: a field with `_` for `.`, or a short name; changes behind `__`.
  static func named(group: String) -> Result<Sink, CaptureProblem> {
    let parts = group.split(separator: "__", omittingEmptySubsequences: false).map(String.init)
    let field = EventField.allCases.first { underscored($0.name) == parts[0] }
    return named(([field?.name ?? parts[0]] + parts.dropFirst()).joined(separator: ":"))
  }

  private static func underscored(_ name: String) -> String { String(name.map { $0 == "." ? "_" : $0 }) }

  private static let changeWords =
    TimeSpelling.allCases.map(\.rawValue)
    + ["s", "ms", "us", "ns", "lower", "upper", "percent", "plus", "raw", "first", "port", "decimal"]

  /// How a field's texts are read when nothing else is said.
  private static func plain(_ field: EventField) -> Sink {
    switch field {
    case .status, .originStatus: return Sink(kind: .status, field: field)
    case .uri: return Sink(kind: .uri, field: field)
    case .host: return Sink(kind: .host, field: field)
    default: break
    }
    return switch field.spec.type {
    case .ip: Sink(kind: .ip, field: field)
    case .time: Sink(kind: .time, field: field)
    case .int, .bool: Sink(kind: .int, field: field)
    case .keyword: Sink(kind: .keyword, field: field)
    // An empty user agent or referer was sent empty; any other empty text was not there.
    case .text, .list, .map:
      Sink(kind: .text, field: field, changes: field == .userAgent || field == .referer ? [] : .emptyIsAbsent)
    }
  }

  private mutating func apply(_ word: String) -> Bool {
    if kind == .time, let spelling = TimeSpelling(rawValue: word) {
      self.spelling = spelling
      return true
    }
    switch word {
    case "s", "ms", "us", "ns":
      guard field.spec.type == .int else { return false }
      // The divisor of nanoseconds is handled by a negative scale.
      let inNanoseconds: [String: Int64] = ["s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1]
      let unit: Int64 = field.spec.unit == "ms" ? 1_000_000 : 1000
      let given = inNanoseconds[word]!
      kind = .scaled
      scale = given >= unit ? given / unit : -(unit / given)
    case "lower": changes.insert(.lower)
    case "upper": changes.insert(.upper)
    case "percent": changes.insert(.percent)
    case "plus": changes.insert(.plus)
    case "raw": changes.insert(.raw)
    case "decimal":
      guard kind == .scaled else { return false }
      changes.insert(.decimal)
    case "first":
      guard kind == .ip else { return false }
      kind = .ipList
    case "port":
      guard kind == .ip else { return false }
      kind = .ipPort
    default: return false
    }
    return kind == .text || kind == .uri || kind == .host
      || !["lower", "upper", "percent", "plus", "raw"].contains(word)
  }
}

/// What is wrong with a capture's words.
struct CaptureProblem: Error {
  let message: String
  let suggestion: String?
}
