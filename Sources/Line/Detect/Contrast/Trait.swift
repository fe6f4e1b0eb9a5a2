import Conditions
import Model

/// Something about a request that a condition can say and that may set a flood apart from a site's ordinary traffic.
struct Trait: Hashable {
  /// Nil for the name of a parameter in the query.
  var field: EventField?
  /// Hash of the value; `absent` or `present` where only that counts.
  var value: UInt64

  static let absent: UInt64 = 1
  static let present: UInt64 = 2

  /// Fields whose values are compared, and fields of which only the presence is.
  static let valued: [EventField] = [.path, .userAgent, .ja4, .ja3, .method, .version, .sourceASN, .sourceCountry]
  static let noticed: [EventField] = [.referer, .query]
  /// All of them, those whose values count first.
  static let fields = valued + noticed
  /// Fields of which a program may use several values in turn.
  static let listed: [EventField] = [.userAgent, .ja4, .ja3, .sourceASN, .sourceCountry]

  /// Whether the row bears it.
  func holds(_ batch: EventBatch, _ row: Int) -> Bool {
    guard let field else { return TraitRow.parameters(batch, row).contains { $0.hash == value } }
    return TraitRow.value(of: field, batch, row) == value
  }

  /// The condition that selects what bears it, taken from a row that does.
  func term(_ batch: EventBatch, _ row: Int) -> String? {
    guard let field else {
      guard let name = TraitRow.parameters(batch, row).first(where: { $0.hash == value })?.name else { return nil }
      return "\(EventField.query.name) matches r\"(^|&)\(String(decoding: name, as: UTF8.self))=\""
    }
    if value == Self.absent { return "not \(field.name) ne \"\"" }
    if value == Self.present { return "\(field.name) ne \"\"" }
    if case .int = field.spec.type { return batch.number(field, row).map { "\(field.name) eq \($0)" } }
    return "\(field.name) eq \(ByteText(Array(batch.bytes(field, row))).quoted)"
  }

  /// Order wherever several are equally good: what an analyst would name first.
  static func isEarlier(_ a: Trait, _ b: Trait) -> Bool { (a.rank, a.value) < (b.rank, b.value) }

  private var rank: Int {
    guard let field else { return 1 }
    let place = Self.fields.firstIndex(of: field) ?? 0
    return place == 0 ? 0 : place + 1
  }
}

/// What an attack's requests share: one of a few values of one field, mostly of a single one.
struct Demand: Equatable {
  /// Never empty, all of one field.
  let traits: [Trait]

  var field: EventField? { traits[0].field }

  func has(_ row: TraitRow) -> Bool { traits.contains(where: row.has) }

  func holds(_ batch: EventBatch, _ row: Int) -> Bool {
    guard let field, traits.count > 1 else { return traits[0].holds(batch, row) }
    let value = TraitRow.value(of: field, batch, row)
    return traits.contains { $0.value == value }
  }

  /// The condition out of those of its traits; nil where one is missing.
  func condition(_ terms: [Trait: String]) -> String? {
    let parts = traits.compactMap { terms[$0] }
    guard parts.count == traits.count else { return nil }
    guard let field, parts.count > 1 else { return parts[0] }
    let equal = "\(field.name) eq "
    guard parts.allSatisfy({ $0.hasPrefix(equal) }) else { return "(" + parts.joined(separator: " or ") + ")" }
    return "\(field.name) in {" + parts.map { String($0.dropFirst(equal.count)) }.joined(separator: " ") + "}"
  }
}

/// All traits of one request; 0 where it lacks one.
struct TraitRow {
  private var fields = InlineArray<10, UInt64>(repeating: 0)
  private var names = InlineArray<4, UInt64>(repeating: 0)

  init(_ batch: EventBatch, _ row: Int) {
    for place in Trait.fields.indices { fields[place] = Self.value(of: Trait.fields[place], batch, row) }
    for (place, parameter) in Self.parameters(batch, row).enumerated() { names[place] = parameter.hash }
  }

  func has(_ trait: Trait) -> Bool {
    guard let field = trait.field else { return names.indices.contains { names[$0] == trait.value } }
    return Trait.fields.firstIndex(of: field).map { fields[$0] == trait.value } ?? false
  }

  var traits: [Trait] {
    var traits: [Trait] = []
    for (place, field) in Trait.fields.enumerated() where fields[place] != 0 {
      traits.append(Trait(field: field, value: fields[place]))
    }
    for place in names.indices where names[place] != 0 { traits.append(Trait(field: nil, value: names[place])) }
    return traits
  }

  static func value(of field: EventField, _ batch: EventBatch, _ row: Int) -> UInt64 {
    if field.isInt {
      return batch.number(field, row).map { max(3, hashMix(UInt64(bitPattern: $0), 0x9e37_79b9_7f4a_7c15)) } ?? 0
    }
    let bytes = batch.isPresent(field, row) ? batch.bytes(field, row) : UnsafeBufferPointer(start: nil, count: 0)
    let isNoticed = Trait.noticed.contains(field)
    if bytes.isEmpty { return isNoticed || field == .userAgent ? Trait.absent : 0 }
    return isNoticed ? Trait.present : max(3, byteHash(bytes, seed: 0))
  }

  /// The first few parameters of the query whose names need no escaping.
  static func parameters(_ batch: EventBatch, _ row: Int) -> [(name: Slice<UnsafeBufferPointer<UInt8>>, hash: UInt64)] {
    guard batch.isPresent(.query, row) else { return [] }
    var found: [(name: Slice<UnsafeBufferPointer<UInt8>>, hash: UInt64)] = []
    for part in batch.bytes(.query, row).split(separator: UInt8(ascii: "&"), maxSplits: 16) {
      guard let end = part.firstIndex(of: UInt8(ascii: "=")), end > part.startIndex, end - part.startIndex <= 32 else {
        continue
      }
      let name = part[part.startIndex..<end]
      guard name.allSatisfy(isPlain) else { continue }
      let hash = max(3, byteHash(UnsafeBufferPointer(rebasing: name), seed: 1))
      if !found.contains(where: { $0.hash == hash }) { found.append((name, hash)) }
      if found.count == 4 { break }
    }
    return found
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
