import Model

// Request headers, as an object of name and value (or list of values), or as a list of pairs.
extension CellWriter {
  mutating func headers(_ value: RawValue) -> Bool {
    switch value.kind {
    case .object:
      for (key, value) in JSONPairs(value) { header(key.bytes, value) }
    case .array:
      for element in JSONList(value) where element.kind == .object { headerPair(element) }
    default:
      return false
    }
    if isAbsent(.headers) { _ = text(.headers, value.bytes) }
    return true
  }

  /// `{"name": …, "value": …}`, in any case and order.
  private mutating func headerPair(_ pair: RawValue) {
    var name: RawValue?
    var content: RawValue?
    for (key, value) in JSONPairs(pair) {
      if matchesWord(key.bytes, "name") || matchesWord(key.bytes, "key") { name = value }
      if matchesWord(key.bytes, "value") { content = value }
    }
    if let name, let content, name.kind == .string { header(name.bytes, content) }
  }

  private mutating func header(_ name: UnsafeBufferPointer<UInt8>, _ value: RawValue) {
    guard let field = Self.field(ofHeader: name) else { return }
    if !isAbsent(field) { return }
    guard let bytes = scalar(value) else { return }
    _ = field == .host ? host(.host, bytes) : text(field, bytes)
  }

  /// The field that holds a header of its own.
  static func field(ofHeader name: UnsafeBufferPointer<UInt8>) -> EventField? {
    switch name.count {
    case 4: matchesWord(name, "host") ? .host : nil
    case 6: matchesWord(name, "cookie") ? .cookie : nil
    case 7: matchesWord(name, "referer") ? .referer : nil
    case 10: matchesWord(name, "user-agent") ? .userAgent : matchesWord(name, ":authority") ? .host : nil
    case 12: matchesWord(name, "content-type") ? .contentType : nil
    case 15: matchesWord(name, "x-forwarded-for") ? .forwardedFor : nil
    default: nil
    }
  }
}
