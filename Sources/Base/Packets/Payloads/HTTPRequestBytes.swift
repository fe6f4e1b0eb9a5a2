/// How far the bytes of an HTTP/1 request go. Source: RFC 9112.
package enum HTTPRequestBytes {
  private static let methods: [StaticString] = [
    "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE ", "PROPFIND ",
  ]

  /// Whether a payload begins with a method and a blank.
  @inline(__always) package static func begins(_ payload: Wire) -> Bool {
    payload.count >= 14 && (0x41...0x5a).contains(payload[0]) && isMethod(payload)
  }

  private static func isMethod(_ payload: Wire) -> Bool {
    methods.contains { name in
      (0..<name.utf8CodeUnitCount).allSatisfy { payload[$0] == name.utf8Start[$0] }
    }
  }

  /// Whether more of the request must follow: its head has no end yet, or its body is shorter than the head says.
  ///
  /// Bodies are waited for up to `limit` bytes with the head.
  static func goesOn(_ request: Wire, limit: Int) -> Bool {
    if request.count >= limit { return false }
    guard let body = headEnd(request) else { return true }
    guard let length = bodyLength(request.kept(body)) else { return false }
    return request.count - body < length && request.count < limit
  }

  /// Where the blank line behind the head ends; nil where it is not there yet.
  private static func headEnd(_ request: Wire) -> Int? {
    var at = 0
    while at < request.count {
      if request[at] == 0x0a {
        if at + 1 < request.count, request[at + 1] == 0x0a { return at + 2 }
        if at + 2 < request.count, request[at + 1] == 0x0d, request[at + 2] == 0x0a { return at + 3 }
      }
      at += 1
    }
    return nil
  }

  /// What Content-Length says; nil where there is none that is a number.
  private static func bodyLength(_ head: Wire) -> Int? {
    let name: StaticString = "\ncontent-length:"
    let count = name.utf8CodeUnitCount
    var at = 0
    while at + count < head.count {
      if (0..<count).allSatisfy({ head[at + $0] | 0x20 == name.utf8Start[$0] | 0x20 }) {
        var value = 0
        var digits = 0
        for byte in head.bytes[(at + count)...] {
          if byte == 0x20, digits == 0 { continue }
          guard byte &- 0x30 < 10, digits < 9 else { break }
          value = value * 10 + Int(byte &- 0x30)
          digits += 1
        }
        return digits > 0 ? value : nil
      }
      at += 1
    }
    return nil
  }
}
