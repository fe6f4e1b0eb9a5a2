/// Takes a request apart into the pieces an application would read as values.
struct RequestParts {
  /// More pieces than this are not looked at: a body of a million empty parameters must not cost a minute.
  static let most = 4096
  /// How many documents within documents are opened.
  static let deepestNesting = 3

  private(set) var parts: [RequestPart] = []

  /// The parts of the request line's target alone.
  init(target: UnsafeRawBufferPointer) { addTarget(target) }

  /// The parts of one header alone.
  init(_ header: RequestView.Header) { addHeader(Array(header.name), Array(header.value)) }

  init(_ request: RequestView) {
    addTarget(request.uri)
    for header in request.headers { addHeader(Array(header.name), Array(header.value)) }
    let type = request.headers.first { Array($0.name).equalsCaseless("content-type") }.map { Array($0.value) }
    addBody(Array(request.body), type: type ?? [])
  }

  // MARK: The request line

  private mutating func addTarget(_ target: UnsafeRawBufferPointer) {
    var bytes = Array(target)[...]
    // Proxies and some clients send the absolute form (RFC 9112 section 3.2.2).
    if bytes.beginsCaseless("http://") || bytes.beginsCaseless("https://") {
      bytes = bytes.drop { $0 != ASCII.colon }.dropFirst(3).drop { $0 != ASCII.slash && $0 != ASCII.question }
    }
    add(.target, [], bytes, plusIsSpace: false)
    let path = bytes.prefix { $0 != ASCII.question }
    add(.path, [], path, plusIsSpace: false)
    // A path segment of its own may be base64 (`/PHNjcmlwdD4…`), which the whole path is not.
    for segment in path.split(separator: ASCII.slash) where Base64.text(Array(segment)) != nil {
      add(.path, [], segment, plusIsSpace: false, nesting: 1)
    }
    let query = bytes.dropFirst(path.count + 1)
    addPairs(query, place: .value, nesting: 0)
    // `?host=x&&id`: the separator of a shell, not of parameters.
    if query.holds("&&") { add(.value, [], query, plusIsSpace: true) }
  }

  private mutating func addPairs(_ query: ArraySlice<UInt8>, place: PartPlace, nesting: Int) {
    for pair in query.split(separator: ASCII.ampersand) {
      let name = pair.prefix { $0 != ASCII.equals }
      if name.count == pair.count {
        addValue(place, [], pair, plusIsSpace: true, nesting: nesting)
      } else {
        add(place == .value ? .name : place, [], name, plusIsSpace: true, nesting: nesting)
        addValue(place, Array(name), pair.dropFirst(name.count + 1), plusIsSpace: true, nesting: nesting)
      }
    }
  }

  // MARK: Headers

  /// Headers whose grammar leaves a payload no room, or that name only the connection.
  private static let dull: [StaticString] = [
    "connection", "content-length", "accept-encoding", "upgrade-insecure-requests", "sec-fetch-site",
    "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user", "if-modified-since", "if-none-match", "date",
    "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-ch-ua-full-version-list", "accept-language",
  ]

  private mutating func addHeader(_ name: [UInt8], _ value: [UInt8]) {
    if Self.dull.contains(where: { name.equalsCaseless($0) }), value.count < 200 { return }
    if name.equalsCaseless("user-agent") {
      add(.userAgent, name, value[...], plusIsSpace: false)
    } else if name.equalsCaseless("referer") {
      addReferer(value)
    } else if name.equalsCaseless("cookie") {
      for cookie in value.split(separator: ASCII.semicolon) {
        let trimmed = cookie.drop { $0.isASCIISpace }
        let key = trimmed.prefix { $0 != ASCII.equals }
        addValue(.cookie, Array(key), trimmed.dropFirst(min(key.count + 1, trimmed.count)), plusIsSpace: false)
        add(.cookie, [], key, plusIsSpace: false)
      }
    } else {
      add(.headerName, [], name[...], plusIsSpace: false)
      add(.header, name, value[...], plusIsSpace: false)
      // Credentials of the Basic scheme are base64 (RFC 7617).
      if name.equalsCaseless("authorization"), value.beginsCaseless("basic ") {
        add(.header, name, value[6...], plusIsSpace: false, nesting: 1)
      }
    }
  }

  private mutating func addReferer(_ value: [UInt8]) {
    let place = value[...].prefix { $0 != ASCII.question }
    add(.referer, [], place, plusIsSpace: false)
    addPairs(value.dropFirst(place.count + 1), place: .referer, nesting: 0)
  }

  // MARK: The body

  private mutating func addBody(_ body: [UInt8], type: [UInt8]) {
    guard !body.isEmpty else { return }
    let start = body.first { !$0.isASCIISpace } ?? 0
    if type.beginsCaseless("multipart/"), let form = Multipart(body, type: type) {
      for field in form.fields {
        if !field.name.isEmpty { add(.name, [], field.name[...], plusIsSpace: false) }
        if !field.fileName.isEmpty { add(.fileName, field.name, field.fileName[...], plusIsSpace: false) }
        addValue(.value, field.name, field.value[...], plusIsSpace: false)
      }
    } else if start == ASCII.openBrace || start == ASCII.openBracket, addJSON(body[...], place: .value, nesting: 0) {
      add(.document, [], body[...], plusIsSpace: false, isTakenApart: true)
    } else if start == ASCII.less {
      for text in MarkupTexts(body).texts { addValue(.value, [], text, plusIsSpace: false) }
      add(.document, [], body[...], plusIsSpace: false)
    } else if type.beginsCaseless("application/x-www-form-urlencoded") || looksLikeForm(body[...]) {
      addPairs(body[...], place: .value, nesting: 0)
    } else {
      addValue(.document, [], body[...], plusIsSpace: false)
    }
  }

  /// `a=1&b=2`: names of ordinary letters, at least one `=`, no line breaks.
  private func looksLikeForm(_ text: ArraySlice<UInt8>) -> Bool {
    guard let equals = text.firstIndex(of: ASCII.equals), equals > text.startIndex else { return false }
    let isNameByte = { (byte: UInt8) in
      byte.isASCIIWord || byte == ASCII.dash || byte == ASCII.dot || byte == ASCII.openBracket
        || byte == ASCII.closeBracket || byte == ASCII.percent || byte == ASCII.dollar || byte == ASCII.plus
    }
    return text[..<equals].allSatisfy(isNameByte) && !text.contains(ASCII.newline)
  }

  private mutating func addJSON(_ text: ArraySlice<UInt8>, place: PartPlace, nesting: Int) -> Bool {
    guard let value = JSONValue(text) else { return false }
    for leaf in value.leaves {
      if leaf.isKey {
        add(place == .value ? .name : place, [], leaf.text[...], plusIsSpace: false, nesting: nesting)
      } else {
        addValue(place, leaf.key, leaf.text[...], plusIsSpace: false, nesting: nesting)
      }
    }
    return true
  }

  // MARK: Values and what lies in them

  private mutating func add(
    _ place: PartPlace, _ name: [UInt8], _ raw: ArraySlice<UInt8>, plusIsSpace: Bool, nesting: Int = 0,
    isTakenApart: Bool = false
  ) {
    guard !raw.isEmpty, parts.count < Self.most else { return }
    parts.append(
      RequestPart(
        place: place, name: name, raw: Array(raw), plusIsSpace: plusIsSpace, nesting: nesting,
        isTakenApart: isTakenApart))
  }

  /// Adds a value, and before it what it carries when it is itself JSON, a URL with a query, or a query.
  private mutating func addValue(
    _ place: PartPlace, _ name: [UInt8], _ raw: ArraySlice<UInt8>, plusIsSpace: Bool, nesting: Int = 0
  ) {
    var isTakenApart = false
    if nesting < Self.deepestNesting, raw.count > 8 {
      var ignored: Disguise = []
      var text = Array(raw)
      if plusIsSpace { text.replaceAll(ASCII.plus, with: ASCII.space) }
      text = PercentDecoding.decode(text, &ignored) ?? text
      isTakenApart = open(text[...], place: place, nesting: nesting + 1)
    }
    add(place, name, raw, plusIsSpace: plusIsSpace, nesting: nesting, isTakenApart: isTakenApart)
  }

  private mutating func open(_ text: ArraySlice<UInt8>, place: PartPlace, nesting: Int) -> Bool {
    if text.first == ASCII.openBrace || text.first == ASCII.openBracket {
      return addJSON(text, place: place, nesting: nesting)
    }
    if text.beginsCaseless("http://") || text.beginsCaseless("https://") {
      guard let question = text.firstIndex(of: ASCII.question) else { return false }
      addPairs(text[(question + 1)...], place: place, nesting: nesting)
      return true
    }
    guard text.contains(ASCII.ampersand), looksLikeForm(text) else { return false }
    addPairs(text, place: place, nesting: nesting)
    return true
  }
}
