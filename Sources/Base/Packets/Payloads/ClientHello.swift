/// The first message of a TLS client: whom it asks for, and what it offers. Source: RFC 8446 section 4.1.2.
package struct ClientHello {
  /// Version in the message itself; that of `supported_versions` counts more where it is there.
  package internal(set) var legacyVersion: UInt16 = 0
  package internal(set) var version: UInt16 = 0
  /// Places in the hello: cipher suites, extensions.
  var ciphers: Wire
  var extensions: Wire
  package internal(set) var serverName: Wire?
  /// The list of protocol names, each with its length before it.
  package internal(set) var protocols: Wire?
  var groups: Wire?
  var pointFormats: Wire?
  var signatures: Wire?

  /// Whether a TCP payload begins with a hello, so far as its first bytes tell.
  @inlinable package static func begins(_ payload: Wire) -> Bool {
    payload.count >= 9 && payload[0] == 22 && payload[1] == 3 && payload[5] == 1
  }

  /// Reads a hello out of a TLS record; nil where it is none, or does not lie in these bytes whole.
  package init?(record payload: Wire) {
    guard Self.begins(payload) else { return nil }
    let size = Int(payload.u16(3))
    guard payload.count >= 5 + size else { return nil }
    self.init(message: payload.dropped(5).kept(size))
  }

  /// Reads what lies in these bytes of a hello that goes on behind them: the server's name perhaps, never a fingerprint.
  package init?(cutRecord payload: Wire) {
    guard Self.begins(payload) else { return nil }
    self.init(message: payload.dropped(5), isCut: true)
  }

  /// Reads a handshake message: its type, its length, and the hello.
  package init?(message: Wire) { self.init(message: message, isCut: false) }

  private init?(message: Wire, isCut: Bool) {
    guard message.count >= 4 + 2 + 32 + 1, message[0] == 1 else { return nil }
    let length = Int(message.number(1, 3))
    guard isCut || message.count >= 4 + length else { return nil }
    let hello = message.dropped(4).kept(length)
    guard hello.count >= 35 else { return nil }
    legacyVersion = hello.u16(0)
    version = legacyVersion
    ciphers = hello.kept(0)
    extensions = hello.kept(0)
    var rest = hello.dropped(34)
    guard Self.take(&rest, lengthBytes: 1) != nil, let suites = Self.take(&rest, lengthBytes: 2),
      Self.take(&rest, lengthBytes: 1) != nil
    else { return nil }
    ciphers = suites
    guard rest.count > 0 else { return }
    if isCut {
      guard rest.count >= 2 else { return }
      extensions = rest.dropped(2)
      eachExtension { $0.note($1, $2) }
      return
    }
    guard let all = Self.take(&rest, lengthBytes: 2) else { return nil }
    extensions = all
    guard eachExtension({ $0.note($1, $2) }) else { return nil }
  }

  /// What a length of one or two bytes counts, taken off the front.
  static func take(_ rest: inout Wire, lengthBytes: Int) -> Wire? {
    guard rest.count >= lengthBytes else { return nil }
    let length = Int(rest.number(0, lengthBytes))
    guard rest.count >= lengthBytes + length else { return nil }
    let taken = rest.dropped(lengthBytes).kept(length)
    rest = rest.dropped(lengthBytes + length)
    return taken
  }

  /// Calls `body` with type and content of each extension; false where they do not fit each other.
  @discardableResult mutating func eachExtension(_ body: (inout ClientHello, UInt16, Wire) -> Void) -> Bool {
    var rest = extensions
    while rest.count >= 4 {
      let type = rest.u16(0)
      rest = rest.dropped(2)
      guard let content = Self.take(&rest, lengthBytes: 2) else { return false }
      body(&self, type, content)
    }
    return rest.count == 0
  }

  private mutating func note(_ type: UInt16, _ content: Wire) {
    var content = content
    switch type {
    case 0:
      guard var names = Self.take(&content, lengthBytes: 2), names.count >= 3, names[0] == 0 else { return }
      names = names.dropped(1)
      serverName = Self.take(&names, lengthBytes: 2)
    case 10: groups = Self.take(&content, lengthBytes: 2)
    case 11: pointFormats = Self.take(&content, lengthBytes: 1)
    case 13: signatures = Self.take(&content, lengthBytes: 2)
    case 16: protocols = Self.take(&content, lengthBytes: 2)
    case 43:
      guard let versions = Self.take(&content, lengthBytes: 1) else { return }
      var best: UInt16 = 0
      for at in stride(from: 0, to: versions.count - 1, by: 2) where !Self.isGrease(versions.u16(at)) {
        best = max(best, versions.u16(at))
      }
      if best > 0 { version = best }
    default: break
    }
  }

  /// Values that clients put in so that servers learn to ignore what they do not know. Source: RFC 8701.
  static func isGrease(_ value: UInt16) -> Bool { value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff }
}
