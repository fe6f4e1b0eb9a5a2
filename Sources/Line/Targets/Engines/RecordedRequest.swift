import Model

/// One row of a log as the request that made it, as far as the log tells.
struct RecordedRequest {
  var source: IPAddress
  var port: Int
  /// Request line and headers, ready to be sent.
  var bytes: [UInt8] = []
  var method: [UInt8]
  var uri: [UInt8]
  var version: String
  var headers: [(name: String, value: [UInt8])] = []

  /// What cannot be sent as it was logged, in words.
  struct Unplayable: Error {
    var why: String
  }

  private static let own: [(EventField, String)] = [
    (.host, "host"), (.userAgent, "user-agent"), (.referer, "referer"), (.cookie, "cookie"),
    (.forwardedFor, "x-forwarded-for"), (.contentType, "content-type"),
  ]
  /// Headers about the connection itself, which is another one here.
  private static let hop: Set<String> = [
    "connection", "content-length", "transfer-encoding", "expect", "upgrade", "keep-alive", "te", "trailer",
    "proxy-connection", "http2-settings",
  ]

  init(_ batch: EventBatch, _ row: Int, asked: Set<EventField>) throws(Unplayable) {
    method = Array(batch.bytes(.method, row))
    uri = try Self.uri(batch, row)
    if method.isEmpty && !batch.isPresent(.method, row) && !asked.contains(.method) { method = Array("GET".utf8) }
    guard !method.isEmpty, method.count <= 20, method.allSatisfy({ (65...90).contains($0) || $0 == 0x2D }) else {
      throw Unplayable(why: "the method is no method in capitals")
    }
    guard ![Array("CONNECT".utf8), Array("PRI".utf8), Array("TRACE".utf8)].contains(method) else {
      throw Unplayable(why: "servers treat the method apart")
    }
    source = batch.addresses[row]
    if source.isAbsent {
      guard !asked.contains(.ipSource) else { throw Unplayable(why: "no address was logged") }
      source = IPAddress("192.0.2.1")!
    }
    let logged = batch.number(.sourcePort, row)
    guard logged != nil || !asked.contains(.sourcePort), logged.map({ (1...65_535).contains($0) }) ?? true else {
      throw Unplayable(why: "no port was logged")
    }
    port = Int(logged ?? 50_000)
    version = "HTTP/1.1"
    if asked.contains(.version) {
      version = batch.text(.version, row) ?? ""
      guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
        throw Unplayable(why: "the replay speaks HTTP/1 only")
      }
    }
    try readHeaders(batch, row, asked)
    bytes = method + [0x20] + uri + Array(" \(version)\r\n".utf8)
    for header in headers { bytes += Array(header.name.utf8) + Array(": ".utf8) + header.value + Array("\r\n".utf8) }
    bytes += Array("connection: close\r\n\r\n".utf8)
  }

  private static func uri(_ batch: EventBatch, _ row: Int) throws(Unplayable) -> [UInt8] {
    var uri = Array(batch.bytes(.uri, row))
    if !batch.isPresent(.uri, row) {
      uri = Array(batch.bytes(.path, row))
      if batch.isPresent(.query, row) { uri += [0x3F] + batch.bytes(.query, row) }
    }
    guard uri.first == UInt8(ascii: "/"), uri.count <= 16_000 else {
      throw Unplayable(why: "the path does not begin with a slash")
    }
    guard uri.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw Unplayable(why: "the path holds bytes that servers refuse or cut off")
    }
    // A log that writes path and query apart must agree with what a server would cut out of the whole.
    let cut = uri.firstIndex(of: 0x3F) ?? uri.count
    if batch.isPresent(.path, row), Array(batch.bytes(.path, row)) != Array(uri[..<cut]) {
      throw Unplayable(why: "path and URI of the log differ")
    }
    if batch.isPresent(.query, row) != (cut < uri.count) {
      // An empty query may be logged where none was sent.
      throw Unplayable(why: "query and URI of the log differ")
    }
    return uri
  }

  private mutating func readHeaders(_ batch: EventBatch, _ row: Int, _ asked: Set<EventField>) throws(Unplayable) {
    var found: [(name: String, value: [UInt8])] = []
    for (field, name) in Self.own where batch.isPresent(field, row) {
      found.append((name, Array(batch.bytes(field, row))))
    }
    for header in HeaderMap.headers(batch, row) where !found.contains(where: { $0.name == header.name }) {
      if Self.hop.contains(header.name) {
        if asked.contains(.headers) { throw Unplayable(why: "headers of the connection are not replayed") }
        continue
      }
      found.append(header)
    }
    for header in found {
      let edges = [header.value.first, header.value.last]
      guard header.value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !edges.contains(0x20), header.value.count <= 8_000
      else {
        throw Unplayable(why: "a header holds bytes that no server accepts or keeps")
      }
    }
    if let host = found.first(where: { $0.name == "host" }) {
      guard !host.value.isEmpty, host.value.allSatisfy(Self.isHostByte) else {
        throw Unplayable(why: "the host is no host name")
      }
    } else if asked.contains(.host) {
      guard !asked.contains(.version) else { throw Unplayable(why: "HTTP/1.1 needs a host") }
      version = "HTTP/1.0"
    } else {
      found.append(("host", Array("replay.invalid".utf8)))
    }
    headers = found
  }

  /// Servers refuse hosts with other bytes, each other ones.
  private static func isHostByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 0x2D || byte == 0x2E
  }
}

/// The column of further request headers, a JSON object of texts or lists of texts.
enum HeaderMap {
  /// The first value of each, names in lower case; those that no HTTP header can be are left out.
  static func headers(_ batch: EventBatch, _ row: Int) -> [(name: String, value: [UInt8])] {
    guard batch.isPresent(.headers, row) else { return [] }
    guard let object = JSONObject.read(Array(batch.bytes(.headers, row))) else { return [] }
    return object.compactMap { name, value in
      let lower = name.lowercased()
      guard !lower.isEmpty, lower.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 0x2D })
      else { return nil }
      return (lower, Array(value.utf8))
    }.sorted { $0.name < $1.name }
  }
}
