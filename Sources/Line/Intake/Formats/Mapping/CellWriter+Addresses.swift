import Model

extension CellWriter {
  /// An address, alone, in brackets, or with a port behind it. The client's goes to its own columns; any other is text.
  mutating func endpoint(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, !meansNothing(bytes) else { return false }
    guard field == .ipSource || field == .ipDestination else { return text(field, bytes) }
    guard let found = Endpoint(parsing: bytes) else {
      return bytes.contains(0x2c) ? addressList(field, bytes) : false
    }
    if field == .ipDestination {
      destination.pointee = found.address
      if let port = found.port, isAbsent(.destinationPort) { set(.destinationPort, Int64(port)) }
      return true
    }
    address.pointee = found.address
    if let port = found.port, isAbsent(.sourcePort) { set(.sourcePort, Int64(port)) }
    return true
  }

  /// The first of several addresses (`client, proxy, proxy`).
  mutating func addressList(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes else { return false }
    guard let first = bytes.firstIndex(of: 0x2c) else { return endpoint(field, trimmed(bytes)) }
    return endpoint(field, trimmed(UnsafeBufferPointer(rebasing: bytes[..<first])))
  }

  /// A host as the client named it; the port that belongs to the connection, not to the name, is cut.
  func host(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, !meansNothing(bytes) else { return false }
    return text(field, withoutPort(bytes))
  }
}

/// Bytes without white space around.
func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
  var start = 0
  var end = bytes.count
  while start < end, bytes[start] <= 0x20 { start += 1 }
  while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
  return UnsafeBufferPointer(rebasing: bytes[start..<end])
}

/// `name:443` and `[::1]:443` without the port; anything else as it is.
func withoutPort(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
  var digits = bytes.count
  while digits > 0, bytes[digits - 1] &- 0x30 < 10 { digits -= 1 }
  guard digits > 1, digits < bytes.count, bytes[digits - 1] == 0x3a else { return bytes }
  let name = UnsafeBufferPointer(rebasing: bytes[..<(digits - 1)])
  // Another colon outside brackets: a bare IPv6 address has no port.
  return name.contains(0x3a) && name[name.count - 1] != 0x5d ? bytes : name
}

/// An address with the port that stood behind it.
struct Endpoint {
  var address: IPAddress
  var port: Int?

  /// Understands `192.0.2.1`, `192.0.2.1:80`, `192.0.2.1#80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
  @inline(__always) init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
    if let address = IPAddress(parsing: bytes) {
      self.address = address
      return
    }
    guard let split = Endpoint.split(bytes) else { return nil }
    self = split
  }

  private init(address: IPAddress, port: Int?) {
    self.address = address
    self.port = port
  }

  @inline(never) private static func split(_ bytes: UnsafeBufferPointer<UInt8>) -> Endpoint? {
    var digits = bytes.count
    while digits > 0, bytes[digits - 1] &- 0x30 < 10 { digits -= 1 }
    guard digits > 1, digits < bytes.count, bytes.count - digits <= 5,
      bytes[digits - 1] == 0x3a || bytes[digits - 1] == 0x23,
      let address = IPAddress(parsing: UnsafeBufferPointer(rebasing: bytes[..<(digits - 1)])),
      let port = scaledDecimal(UnsafeBufferPointer(rebasing: bytes[digits...]), power: 0)
    else { return nil }
    return Endpoint(address: address, port: Int(port))
  }
}
