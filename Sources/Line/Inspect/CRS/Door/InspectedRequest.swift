/// One HTTP request as far as it was recorded: what the rule set judges.
///
/// Names and values are raw bytes as the client sent them. What was not recorded is unknown, not missing: see
/// `Knowledge`.
package struct InspectedRequest: Sendable, Hashable {
  package struct Header: Sendable, Hashable {
    package var name: [UInt8]
    package var value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }

    package init(_ name: String, _ value: String) {
      self.init(name: Array(name.utf8), value: Array(value.utf8))
    }
  }

  package var method: [UInt8]
  /// The request target as it stood in the request line, query included.
  package var uri: [UInt8]
  /// `HTTP/1.1`, or the bare number.
  package var version: [UInt8]
  package var headers: [Header]
  package var body: [UInt8]
  package var knows: Knowledge

  package init(
    method: [UInt8], uri: [UInt8], version: [UInt8] = Array("HTTP/1.1".utf8), headers: [Header] = [],
    body: [UInt8] = [], knows: Knowledge = .everything
  ) {
    self.method = method
    self.uri = uri
    self.version = version
    self.headers = headers
    self.body = body
    self.knows = knows
  }
}

/// Which parts of a request were recorded.
///
/// A part that was recorded and is not there was really missing; a part that was not recorded may have been anything,
/// so rules that fire on its absence stay out.
package struct Knowledge: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let method = Knowledge(rawValue: 1)
  package static let version = Knowledge(rawValue: 1 << 1)
  package static let host = Knowledge(rawValue: 1 << 2)
  package static let userAgent = Knowledge(rawValue: 1 << 3)
  package static let referer = Knowledge(rawValue: 1 << 4)
  package static let cookie = Knowledge(rawValue: 1 << 5)
  package static let contentType = Knowledge(rawValue: 1 << 6)
  package static let body = Knowledge(rawValue: 1 << 7)
  /// Every header without a part of its own above.
  package static let otherHeaders = Knowledge(rawValue: 1 << 8)
  package static let everyHeader: Knowledge = [.host, .userAgent, .referer, .cookie, .contentType, .otherHeaders]

  /// A whole request: nothing is unknown.
  package static let everything: Knowledge = [.method, .version, .everyHeader, .body]
  /// What an access log in combined format records.
  package static let accessLog: Knowledge = [.method, .version, .userAgent, .referer]
}
