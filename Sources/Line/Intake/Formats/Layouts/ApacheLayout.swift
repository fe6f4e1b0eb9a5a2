import Content
import Model

/// Apache's `LogFormat`, whose directives lighttpd, Tomcat and varnishncsa share.
///
/// Source: mod_log_config, "Custom Log Formats"; varnishncsa(1); Tomcat's AccessLogValve.
enum ApacheLayout {
  /// The layout's own text: of `LogFormat "…" name` or `CustomLog file "…"` the quoted part, its escapes undone.
  static func body(of text: String) -> String {
    let isDirective = ["LogFormat", "CustomLog", "accesslog.format"].contains { text.hasPrefix($0) }
    let isQuoted = text.count > 1 && text.first == "\"" && text.last == "\""
    guard isDirective || isQuoted, let open = text.firstIndex(of: "\"") else { return text }
    var body = ""
    var isEscaped = false
    for character in text[text.index(after: open)...] {
      if isEscaped {
        body.append(character == "t" ? "\t" : character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        body.append(character)
      }
    }
    return body
  }

  static func pieces(_ body: String) throws(ContentError) -> [ServerLayout.Piece] {
    var pieces: [ServerLayout.Piece] = []
    var literal = ""
    var rest = Substring(body)
    while let character = rest.first {
      rest = rest.dropFirst()
      guard character == "%" else {
        literal.append(character)
        continue
      }
      if rest.first == "%" {
        literal.append("%")
        rest = rest.dropFirst()
        continue
      }
      // Which of several internal requests (`<`, `>`) and for which statuses (`!200,304`) does not change the meaning.
      rest = rest.drop { "<>!,".contains($0) || $0.isNumber }
      var argument: String?
      if rest.first == "{" {
        guard let close = rest.firstIndex(of: "}") else { throw ServerLayout.problem("'%{' without its '}'") }
        argument = String(rest[rest.index(after: rest.startIndex)..<close])
        rest = rest[rest.index(after: close)...]
      }
      rest = rest.drop { "<>".contains($0) }
      guard let letter = rest.first else { throw ServerLayout.problem("a '%' without a directive") }
      rest = rest.dropFirst(letter == "^" ? 3 : 1)
      if !literal.isEmpty { pieces.append(.text(literal)) }
      literal = ""
      pieces.append(.value(try value(of: letter, argument)))
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }

  private static func value(of letter: Character, _ argument: String?) throws(ContentError) -> ServerLayout.Value {
    switch letter {
    case "h", "a": return .sink(Sink(kind: .ip, field: .ipSource))
    case "u": return .sink(text(.account, .emptyIsAbsent))
    case "t": return argument.map(time) ?? .bracketedTime
    case "r": return .sink(Sink(kind: .request))
    case "s": return .sink(Sink(kind: .status, field: .status))
    case "b", "B": return .sink(Sink(kind: .int, field: .responseBodyBytes))
    case "O": return .sink(Sink(kind: .int, field: .responseBytes))
    case "I": return .sink(Sink(kind: .int, field: .requestBytes))
    case "D": return .sink(Sink(kind: .scaled, field: .duration, scale: 1))
    case "T":
      return .sink(
        Sink(kind: .scaled, field: .duration, scale: argument == "ms" ? 1000 : argument == "us" ? 1 : 1_000_000))
    case "v", "V": return .host
    case "m": return .sink(text(.method))
    case "U": return .path
    case "q": return .markedQuery
    case "H": return .sink(text(.version))
    case "A": return .sink(text(.serverIP))
    case "p": return argument == "remote" ? .sink(Sink(kind: .int, field: .sourcePort)) : .skip
    case "L": return .sink(text(.ray))
    case "i": return header(argument ?? "")
    case "o": return argument?.lowercased() == "content-type" ? .sink(text(.responseType)) : .skip
    case "x", "c", "e": return variable(argument ?? "")
    case "l", "f", "k", "P", "R", "X", "C", "n", "S", "F", "E", "^": return .skip
    default:
      throw ServerLayout.problem("'%\(letter)' is no directive of Apache's LogFormat")
    }
  }

  private static func header(_ name: String) -> ServerLayout.Value {
    switch name.lowercased() {
    case "user-agent": .sink(text(.userAgent))
    case "referer": .sink(text(.referer))
    case "cookie": .sink(text(.cookie))
    case "host": .host
    case "x-forwarded-for": .sink(text(.forwardedFor))
    case "content-type": .sink(text(.contentType))
    case "x-request-id", "x-amzn-trace-id", "cf-ray": .sink(text(.ray))
    default: .skip
    }
  }

  /// TLS and request identifiers, as mod_ssl, mod_unique_id and varnishncsa name them.
  private static func variable(_ name: String) -> ServerLayout.Value {
    switch name {
    case "SSL_PROTOCOL": .sink(text(.tlsVersion))
    case "SSL_CIPHER": .sink(text(.tlsCipher))
    case "UNIQUE_ID": .sink(text(.ray))
    case "Varnish:time_firstbyte": .sink(Sink(kind: .scaled, field: .originDuration, scale: 1000))
    case "Varnish:hitmiss": .sink(text(.cacheStatus, .lower))
    default: .skip
    }
  }

  /// The time in a spelling of one's own: brackets stand in the layout, not in the value.
  private static func time(_ format: String) -> ServerLayout.Value {
    let bare =
      format.hasPrefix("begin:") || format.hasPrefix("end:") ? String(format.drop { $0 != ":" }.dropFirst()) : format
    switch bare {
    case "sec", "msec", "usec", "%s": return .sink(Sink(kind: .time, field: .time, spelling: .epoch))
    case "msec_frac", "usec_frac", "%z", "%Z", "": return .skip
    default: return .sink(Sink(kind: .time, field: .time))
    }
  }

  private static func text(_ field: EventField, _ changes: Sink.Changes = []) -> Sink {
    Sink(kind: .text, field: field, changes: changes)
  }
}
