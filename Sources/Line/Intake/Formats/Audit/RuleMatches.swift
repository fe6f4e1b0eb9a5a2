import Model

/// The rules of a WAF that matched one request, gathered into the cells of its row.
///
/// The match that decided is the one that denied access, else the first. All ids become a list.
struct RuleMatches {
  private var ids: [UnsafeBufferPointer<UInt8>] = []
  private var decisive: (id: UnsafeBufferPointer<UInt8>, text: UnsafeBufferPointer<UInt8>)?
  private var name: UnsafeBufferPointer<UInt8>?
  private var data: UnsafeBufferPointer<UInt8>?
  private(set) var isDenied = false
  private var score: Int64?

  var isEmpty: Bool { ids.isEmpty }

  /// A message as ModSecurity prints it, with its tags.
  mutating func add(message: UnsafeBufferPointer<UInt8>) {
    let tags = SecurityTags(message)
    guard let id = tags.value("id") else { return }
    add(id: id, name: tags.value("msg"), data: tags.value("data"), text: message)
  }

  mutating func add(
    id: UnsafeBufferPointer<UInt8>, name: UnsafeBufferPointer<UInt8>?, data: UnsafeBufferPointer<UInt8>?,
    text: UnsafeBufferPointer<UInt8>
  ) {
    let denies = text.starts(with: "Access denied".utf8) || contains(text, "Access denied")
    if decisive == nil || denies && !isDenied {
      decisive = (id, text)
      self.name = name
      self.data = data
    }
    if denies { isDenied = true }
    if ids.count < 200, !ids.contains(where: { $0.elementsEqual(id) }) { ids.append(id) }
    score = score ?? Self.score(name ?? text)
  }

  mutating func deny() { isDenied = true }

  /// Writes what was gathered.
  func write(_ writer: inout CellWriter) {
    guard let decisive else { return }
    _ = writer.text(.ruleID, decisive.id)
    _ = writer.text(.ruleName, name)
    if let data, data.count > 0 { _ = writer.text(.ruleMessage, data) }
    if writer.isAbsent(.message) { _ = writer.text(.message, decisive.text) }
    writer.make(.action, isDenied ? "block" : "log")
    writer.make(.securitySource, "modsecurity")
    if let score { writer.set(.ruleScore, score) }
    writer.makeList(.ruleIDs, ids)
  }

  /// The number behind `Total Score: ` or `Total Inbound Score: `.
  private static func score(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    for label in ["Total Score: ", "Total Inbound Score: "] as [StaticString] {
      guard let end = find(label, in: text) else { continue }
      let digits = text[end...].prefix { $0 &- 0x30 < 10 }.prefix(6)
      if let number = scaledDecimal(UnsafeBufferPointer(rebasing: digits), power: 0) { return number }
    }
    return nil
  }
}

/// The tags with which ModSecurity and Coraza end a message: `[id "942100"] [msg "SQL Injection"] [uri "/a"]`.
struct SecurityTags {
  private let text: UnsafeBufferPointer<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// The value of the first tag `name`, without its quotes; nil where there is none or it is empty.
  func value(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
    let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    var at = 0
    while let open = text[at...].firstIndex(of: 0x5b) {
      at = open + 1
      let from = at + name.count + 2
      guard from < text.count, text[from - 2] == 0x20, text[from - 1] == 0x22, text[at...].starts(with: name) else {
        continue
      }
      var end = from
      while end + 1 < text.count, text[end] != 0x22 || text[end + 1] != 0x5d { end += 1 }
      return end + 1 < text.count && end > from ? UnsafeBufferPointer(rebasing: text[from..<end]) : nil
    }
    return nil
  }
}

/// Where the text behind `word` begins; nil where it does not occur.
func find(_ word: StaticString, in text: UnsafeBufferPointer<UInt8>) -> Int? {
  let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
  var at = 0
  while let hit = text[at...].firstIndex(of: word[0]) {
    if text[hit...].starts(with: word) { return hit + word.count }
    at = hit + 1
  }
  return nil
}

func contains(_ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool { find(word, in: text) != nil }

extension CellWriter {
  /// Puts a text of ours into a cell.
  mutating func make(_ field: EventField, _ word: StaticString) {
    let count = word.utf8CodeUnitCount
    guard count <= outEnd - out else { return }
    out.update(from: word.utf8Start, count: count)
    setCell(field, slice(out, count))
    out += count
  }

  /// A JSON list of tokens.
  mutating func makeList(_ field: EventField, _ items: [UnsafeBufferPointer<UInt8>]) {
    let size = items.reduce(2) { $0 + $1.count + 3 }
    guard !items.isEmpty, size <= outEnd - out else { return }
    let start = out
    out.pointee = 0x5b
    out += 1
    for (place, item) in items.enumerated() {
      if place > 0 { append(0x2c) }
      append(0x22)
      for byte in item where byte != 0x22 && byte != 0x5c && byte >= 0x20 { append(byte) }
      append(0x22)
    }
    append(0x5d)
    setCell(field, slice(start, out - start))
  }

  private mutating func append(_ byte: UInt8) {
    out.pointee = byte
    out += 1
  }

  /// Matches as a JSON list: of messages (ModSecurity 2), or of objects (ModSecurity 3, Coraza).
  mutating func matches(_ value: RawValue) -> Bool {
    guard value.kind == .array else { return false }
    var matches = RuleMatches()
    for element in JSONList(value) {
      if element.kind == .string {
        matches.add(message: plain(element))
      } else if element.kind == .object {
        add(element, to: &matches)
      }
    }
    matches.write(&self)
    return !matches.isEmpty
  }

  /// `{"message": …, "details": {"ruleId": …, "data": …}}` or `{"message": …, "data": {"id": …, "msg": …, "data": …}}`.
  private mutating func add(_ element: RawValue, to matches: inout RuleMatches) {
    var message: UnsafeBufferPointer<UInt8>?
    var id: UnsafeBufferPointer<UInt8>?
    var name: UnsafeBufferPointer<UInt8>?
    var data: UnsafeBufferPointer<UInt8>?
    for (key, value) in JSONPairs(element) {
      if matchesWord(key.bytes, "message") { message = scalar(value) }
      guard value.kind == .object else { continue }
      for (key, value) in JSONPairs(value) {
        if matchesWord(key.bytes, "ruleid") || matchesWord(key.bytes, "id") { id = scalar(value) }
        if matchesWord(key.bytes, "msg") { name = scalar(value) }
        if matchesWord(key.bytes, "data") { data = scalar(value) }
      }
    }
    guard let id, let text = message ?? name else { return }
    matches.add(id: id, name: name ?? message, data: data, text: text)
  }
}
