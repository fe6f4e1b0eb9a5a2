import Model

extension W3CLayout {
  static func column(_ name: String, isCloudFront: Bool) -> Column {
    switch name.lowercased() {
    case "date": return .date
    case "time": return .time
    case "cs-uri-stem", "cs-uri-path": return .path
    case "cs-uri-query": return .query
    // CloudFront writes seconds, IIS milliseconds.
    case "time-taken": return .sink(Sink(kind: .scaled, field: .duration, scale: isCloudFront ? 1_000_000 : 1000))
    // CloudFront percent-encodes what holds blanks or quotes; IIS writes a plus for a blank.
    case "cs(user-agent)": return .sink(text(.userAgent, isCloudFront ? .percent : .plus))
    case "cs(referer)": return .sink(text(.referer, isCloudFront ? .percent : []))
    case "cs(cookie)": return .sink(text(.cookie, isCloudFront ? .percent : .plus))
    // The distribution's own name; what the client asked for stands in x-host-header.
    case "cs(host)" where isCloudFront: return .sink(Sink(kind: .text, field: .zone))
    case let key: return .sink(names[key] ?? .skip)
    }
  }

  /// Columns by their names in lower case, and the fields of those that depend on the server.
  static let names: [String: Sink] = [
    "c-ip": Sink(kind: .ip, field: .ipSource),
    "c-port": Sink(kind: .int, field: .sourcePort),
    "cs-method": Sink(kind: .text, field: .method),
    "cs-uri": Sink(kind: .uri, field: .uri),
    "cs-host": Sink(kind: .host, field: .host),
    "cs(host)": Sink(kind: .host, field: .host),
    "x-host-header": Sink(kind: .host, field: .host),
    "cs-protocol": Sink(kind: .text, field: .scheme),
    "cs-uri-scheme": Sink(kind: .text, field: .scheme),
    "cs-version": Sink(kind: .text, field: .version),
    "cs-protocol-version": Sink(kind: .text, field: .version),
    "cs-username": text(.account, .emptyIsAbsent),
    "cs(user-agent)": text(.userAgent, []),
    "cs(referer)": text(.referer, []),
    "cs(cookie)": text(.cookie, []),
    "cs(content-type)": text(.contentType, []),
    "cs(x-forwarded-for)": text(.forwardedFor, .plus),
    "x-forwarded-for": text(.forwardedFor, .plus),
    "cs-bytes": Sink(kind: .int, field: .requestBytes),
    "sc-bytes": Sink(kind: .int, field: .responseBytes),
    "sc-status": Sink(kind: .status, field: .status),
    "sc-content-type": text(.responseType, .percent),
    "rs(content-type)": text(.responseType, []),
    "s-ip": Sink(kind: .text, field: .serverIP),
    "s-computername": Sink(kind: .text, field: .serverName),
    "s-sitename": Sink(kind: .text, field: .serverName),
    "s-action": text(.cacheStatus, .lower),
    "time-taken": Sink(kind: .scaled, field: .duration, scale: 1000),
    "time-to-first-byte": Sink(kind: .scaled, field: .originDuration, scale: 1000),
    "x-edge-location": Sink(kind: .text, field: .colo),
    "x-edge-result-type": text(.cacheStatus, .lower),
    "x-edge-request-id": Sink(kind: .text, field: .ray),
    "ssl-protocol": Sink(kind: .text, field: .tlsVersion),
    "ssl-cipher": Sink(kind: .text, field: .tlsCipher),
    "c-country": text(.sourceCountry, .upper),
    "c-asn": Sink(kind: .int, field: .sourceASN),
    "x-zone": Sink(kind: .text, field: .zone),
  ]

  private static func text(_ field: EventField, _ changes: Sink.Changes) -> Sink {
    Sink(kind: .text, field: field, changes: changes)
  }
}
