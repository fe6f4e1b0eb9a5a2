import Content
import Model

/// nginx's `log_format`.
///
/// Source: ngx_http_log_module, and the variables of the modules named in nginx's variable index.
enum NginxLayout {
  /// The layout's own text: of `log_format name 'a' 'b';` the quoted parts joined.
  static func body(of text: String) -> String {
    guard text.hasPrefix("log_format") else { return text }
    var pieces: [String] = []
    var quote: Character?
    var current = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        current.append(character)
        isEscaped = false
      } else if let open = quote {
        if character == "\\" {
          isEscaped = true
        } else if character == open {
          pieces.append(current)
          current = ""
          quote = nil
        } else {
          current.append(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
      }
    }
    if !pieces.isEmpty { return pieces.joined() }
    // Without quotes: behind the directive, the name and perhaps `escape=`.
    let words = text.split(separator: " ").dropFirst(2).drop { $0.hasPrefix("escape=") }
    let body = words.joined(separator: " ")
    return body.hasSuffix(";") ? String(body.dropLast()) : body
  }

  static func pieces(_ body: String) throws(ContentError) -> [ServerLayout.Piece] {
    var pieces: [ServerLayout.Piece] = []
    var literal = ""
    var rest = Substring(body)
    while let character = rest.first {
      guard character == "$" else {
        literal.append(character)
        rest = rest.dropFirst()
        continue
      }
      rest = rest.dropFirst()
      let isBraced = rest.first == "{"
      if isBraced { rest = rest.dropFirst() }
      let name = String(rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
      rest = rest.dropFirst(name.count)
      if isBraced {
        guard rest.first == "}" else { throw ServerLayout.problem("'${\(name)' without its '}'") }
        rest = rest.dropFirst()
      }
      if name.isEmpty { throw ServerLayout.problem("a '$' without a variable's name") }
      if !literal.isEmpty { pieces.append(.text(literal)) }
      literal = ""
      pieces.append(.value(value(of: name)))
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }

  private static func value(of name: String) -> ServerLayout.Value {
    if let value = variables[name] { return value }
    if name.hasPrefix("geoip"), name.contains("country_code") { return .sink(text(.sourceCountry, .upper)) }
    // Variables of `map`, `set` and foreign modules mean what only that configuration knows.
    return .skip
  }

  private static let variables: [String: ServerLayout.Value] = [
    "remote_addr": .sink(Sink(kind: .ip, field: .ipSource)),
    "remote_port": .sink(Sink(kind: .int, field: .sourcePort)),
    "remote_user": .sink(text(.account, .emptyIsAbsent)),
    "time_local": .sink(Sink(kind: .time, field: .time, spelling: .clf)),
    "time_iso8601": .sink(Sink(kind: .time, field: .time, spelling: .iso)),
    "msec": .sink(Sink(kind: .time, field: .time, spelling: .epoch)),
    "request": .sink(Sink(kind: .request)),
    "request_method": .sink(text(.method)),
    "request_uri": .uri,
    "uri": .path,
    "document_uri": .path,
    "args": .sink(text(.query, .emptyIsAbsent)),
    "query_string": .sink(text(.query, .emptyIsAbsent)),
    "server_protocol": .sink(text(.version)),
    "scheme": .scheme,
    "host": .host,
    "http_host": .host,
    "server_name": .sink(Sink(kind: .text, field: .serverName)),
    "hostname": .sink(Sink(kind: .text, field: .serverName)),
    "server_addr": .sink(text(.serverIP)),
    "status": .sink(Sink(kind: .status, field: .status)),
    "body_bytes_sent": .sink(Sink(kind: .int, field: .responseBodyBytes)),
    "bytes_sent": .sink(Sink(kind: .int, field: .responseBytes)),
    "request_length": .sink(Sink(kind: .int, field: .requestBytes)),
    "request_time": .sink(Sink(kind: .scaled, field: .duration, scale: 1_000_000)),
    "upstream_response_time": .sink(Sink(kind: .scaled, field: .originDuration, scale: 1000)),
    "upstream_cache_status": .sink(text(.cacheStatus, .lower)),
    "http_referer": .sink(text(.referer)),
    "http_user_agent": .sink(text(.userAgent)),
    "http_cookie": .sink(text(.cookie)),
    "http_x_forwarded_for": .sink(text(.forwardedFor)),
    "proxy_add_x_forwarded_for": .sink(text(.forwardedFor)),
    "content_type": .sink(text(.contentType)),
    "http_content_type": .sink(text(.contentType)),
    "sent_http_content_type": .sink(text(.responseType)),
    "request_body": .sink(text(.body)),
    "request_id": .sink(text(.ray)),
    "ssl_protocol": .sink(text(.tlsVersion)),
    "ssl_cipher": .sink(text(.tlsCipher)),
    "http_ssl_ja3_hash": .sink(text(.ja3)),
    "http_ssl_ja4": .sink(text(.ja4)),
  ]

  private static func text(_ field: EventField, _ changes: Sink.Changes = []) -> Sink {
    Sink(kind: .text, field: field, changes: changes)
  }
}
