/// The kinds of values a rule can look at.
enum ValueKind: UInt8, CaseIterable, Sendable {
  case args, argNames, cookies, cookieNames, headers, headerNames
  case uri, uriRaw, filename, basename, line, method, proto, query, body, bodyProcessor, argsSize

  /// The name that ModSecurity gives it.
  var label: String {
    switch self {
    case .args: "ARGS"
    case .argNames: "ARGS_NAMES"
    case .cookies: "REQUEST_COOKIES"
    case .cookieNames: "REQUEST_COOKIES_NAMES"
    case .headers: "REQUEST_HEADERS"
    case .headerNames: "REQUEST_HEADERS_NAMES"
    case .uri: "REQUEST_URI"
    case .uriRaw: "REQUEST_URI_RAW"
    case .filename: "REQUEST_FILENAME"
    case .basename: "REQUEST_BASENAME"
    case .line: "REQUEST_LINE"
    case .method: "REQUEST_METHOD"
    case .proto: "REQUEST_PROTOCOL"
    case .query: "QUERY_STRING"
    case .body: "REQUEST_BODY"
    case .bodyProcessor: "REQBODY_PROCESSOR"
    case .argsSize: "ARGS_COMBINED_SIZE"
    }
  }

  /// Whether its values are pieces of the request target.
  var isOfTarget: Bool {
    switch self {
    case .uri, .uriRaw, .filename, .basename, .query: true
    default: isOfArguments
    }
  }

  var isOfArguments: Bool { self == .args || self == .argNames }

  /// Whether there may be several, each under a name.
  var isCollection: Bool { rawValue <= ValueKind.headerNames.rawValue }
}

/// One value of a request.
struct Value {
  var kind: ValueKind
  /// An argument of the body: known in phase 2 only.
  var isFromBody: Bool
  var name: Slice
  var text: Slice
  var classes: ByteClasses
}

/// A request taken apart as libmodsecurity takes it apart.
final class RequestValues {
  let arena = Arena()
  private(set) var all: [Value] = []
  /// What only libmodsecurity can take apart: a body of several parts.
  private(set) var isForeign = false
  /// Whether the body is a form.
  var hasForm = false

  func load(_ request: RequestView) {
    reset()
    loadLine(request.method.upToNul, request.uri.upToNul, request.version.upToNul.droppingProtocolName)
    for header in request.headers { loadHeader(header) }
    loadBody(request.body)
  }

  func reset() {
    arena.reset()
    all.removeAll(keepingCapacity: true)
    isForeign = false
    hasForm = false
    argumentBytes = 0
  }

  private var argumentBytes = 0

  private func put(_ kind: ValueKind, _ text: Slice, name: Slice = .empty, fromBody: Bool = false) {
    let classes = ByteClasses.of(arena.pointer(text), Int(text.count))
    all.append(Value(kind: kind, isFromBody: fromBody, name: name, text: text, classes: classes))
  }

  // MARK: the request line

  func loadLine(_ method: UnsafeRawBufferPointer, _ uri: UnsafeRawBufferPointer, _ version: UnsafeRawBufferPointer) {
    put(.method, arena.add(method))
    put(.line, arena.join([method, blank, uri, protocolName, version]))
    put(.proto, arena.join([UnsafeRawBufferPointer(rebasing: protocolName[1...]), version]))
    put(.uriRaw, arena.add(uri))
    let target = uri.prefix(before: UInt8(ascii: "#"))
    let decoded = arena.add(target)
    let whole = arena.derive(decoded, room: target.count) { decodeTarget($0, $1, $2) }
    loadPath(whole)
    put(.uri, withoutOrigin(whole))
    let path = target.prefix(before: UInt8(ascii: "?"))
    let query =
      path.count < target.count ? arena.add(UnsafeRawBufferPointer(rebasing: target[(path.count + 1)...])) : .empty
    put(.query, query)
    if query.count > 0 { loadArguments(query, fromBody: false) }
  }

  /// The decoded target up to its first question mark, and what stands behind the last slash of that.
  private func loadPath(_ target: Slice) {
    let bytes = arena.bytes(target)
    let path = target.prefix(bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count)
    put(.filename, arena.copy(path))
    let last = arena.bytes(path).lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    put(.basename, last.map { arena.copy(path.dropping($0 + 1)) } ?? .empty)
  }

  /// `http://host/path` as `/path`; only where `//` follows the first colon at once.
  private func withoutOrigin(_ target: Slice) -> Slice {
    let bytes = arena.bytes(target)
    guard let first = bytes.first, first != UInt8(ascii: "/") else { return arena.copy(target) }
    let scheme = bytes.firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? 0
    guard scheme + 1 < bytes.count, bytes[scheme] == UInt8(ascii: "/"), bytes[scheme + 1] == UInt8(ascii: "/"),
      let path = bytes[(scheme + 2)...].firstIndex(of: UInt8(ascii: "/"))
    else { return arena.copy(target) }
    return arena.copy(target.dropping(path))
  }

  /// Pairs between `&`; what follows the first `=` is the value, and both are percent-decoded.
  private func loadArguments(_ text: Slice, fromBody: Bool) {
    forEachField(text, separator: UInt8(ascii: "&")) { field in
      let bytes = arena.bytes(field)
      let mark = bytes.firstIndex(of: UInt8(ascii: "="))
      let name = decoded(field.prefix(mark ?? bytes.count))
      let value = mark.map { decoded(field.dropping($0 + 1)) } ?? .empty
      argumentBytes += Int(name.count + value.count)
      put(.args, value, name: name, fromBody: fromBody)
      put(.argNames, name, name: name, fromBody: fromBody)
    }
  }

  /// Adds the whole query decoded as one argument, for a scan that answers for all of them; returns its place.
  func addWholeQuery() -> Int? {
    guard let query = all.first(where: { $0.kind == .query }), query.text.count > 0 else { return nil }
    put(.args, decoded(query.text))
    return all.count - 1
  }

  private func decoded(_ slice: Slice) -> Slice {
    arena.derive(slice, room: Int(slice.count)) { decodePercent($0, $1, $2, unicode: false) }
  }

  /// Fields between separators, as C++'s `getline` sees them: no empty one at the end.
  private func forEachField(_ text: Slice, separator: UInt8, _ take: (Slice) -> Void) {
    var rest = text
    while rest.count > 0 {
      let end = arena.bytes(rest).firstIndex(of: separator)
      take(rest.prefix(end ?? Int(rest.count)))
      rest = rest.dropping(end.map { $0 + 1 } ?? Int(rest.count))
    }
  }

  // MARK: headers

  func loadHeader(_ header: RequestView.Header) {
    let name = arena.add(header.name)
    let value = arena.add(header.value)
    put(.headers, value, name: name)
    put(.headerNames, name, name: name)
    if header.name.isName("cookie") { loadCookies(value) }
    if header.name.isName("content-type") { noteContentType(header.value) }
  }

  private func noteContentType(_ value: UnsafeRawBufferPointer) {
    if value.startsWithName("multipart/form-data") { isForeign = true }
    if value.startsWithName("application/x-www-form-urlencoded") { hasForm = true }
  }

  private func loadCookies(_ text: Slice) {
    var fields: [Slice] = []
    forEachField(text, separator: UInt8(ascii: ";")) { fields.append($0) }
    if let last = fields.last {
      let kept = arena.bytes(last).lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
      fields[fields.count - 1] = last.prefix(kept)
    }
    for field in fields where field.count > 0 { loadCookie(field) }
  }

  private func loadCookie(_ field: Slice) {
    let bytes = arena.bytes(field)
    let mark = bytes.firstIndex(of: UInt8(ascii: "="))
    let blanks = bytes.prefix(mark ?? bytes.count).prefix(while: isBlank).count
    let name = field.prefix(mark ?? bytes.count).dropping(blanks)
    guard name.count > 0 else { return }
    let kept = arena.copy(name)
    put(.cookieNames, kept, name: kept)
    put(.cookies, mark.map { arena.copy(field.dropping($0 + 1)) } ?? .empty, name: kept)
  }

  // MARK: the body

  func loadBody(_ body: UnsafeRawBufferPointer) {
    let text = arena.add(body)
    if hasForm { loadArguments(text, fromBody: true) }
    put(.body, text)
    put(.bodyProcessor, hasForm ? addText("URLENCODED") : .empty)
    put(.argsSize, all.contains { $0.kind == .args } ? addText(String(argumentBytes)) : .empty)
  }

  private func addText(_ text: String) -> Slice {
    Array(text.utf8).withUnsafeBytes { arena.add($0) }
  }
}

/// Percent-decodes a request target; a plus stays a plus here.
private func decodeTarget(_ text: Text, _ count: Int, _ out: Room) -> Int {
  var used = 0
  var at = 0
  while at < count {
    if text[at] == UInt8(ascii: "%"), at + 2 < count, isHexDigit(text[at + 1]), isHexDigit(text[at + 2]) {
      out[used] = hexByte(text + at + 1)
      at += 3
    } else {
      out[used] = text[at]
      at += 1
    }
    used += 1
  }
  return used
}

private var blank: UnsafeRawBufferPointer { staticBytes(" ") }
private var protocolName: UnsafeRawBufferPointer { staticBytes(" HTTP/") }

private func staticBytes(_ text: StaticString) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
}

extension UnsafeRawBufferPointer {
  fileprivate func prefix(before byte: UInt8) -> UnsafeRawBufferPointer {
    guard let end = firstIndex(of: byte) else { return self }
    return UnsafeRawBufferPointer(rebasing: self[..<end])
  }

  /// libmodsecurity takes these parts as C strings.
  var upToNul: UnsafeRawBufferPointer { prefix(before: 0) }

  /// ASCII letters compare without case; `name` is in lower case.
  func isName(_ name: StaticString) -> Bool { count == name.utf8CodeUnitCount && startsWithName(name) }

  func startsWithName(_ name: StaticString) -> Bool {
    guard count >= name.utf8CodeUnitCount else { return false }
    for index in 0..<name.utf8CodeUnitCount where lowered(self[index]) != name.utf8Start[index] { return false }
    return true
  }
}
