import Model

/// A Sigma text with its wildcards: `*` any bytes, `?` one byte, `\` before `*`, `?` or `\` makes them plain.
///
/// Source: Sigma specification 2.1, "Wildcards" and "Escaping".
struct SigmaPattern: Equatable {
  enum Piece: Equatable {
    case text([UInt8])
    case star
    case one
  }

  private(set) var pieces: [Piece]

  init(_ value: String) {
    pieces = []
    var text: [UInt8] = []
    var bytes = Array(value.utf8)[...]
    func flush(_ pieces: inout [Piece]) {
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
    }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        if let next = bytes.first, "*?\\".utf8.contains(next) {
          text.append(next)
          bytes.removeFirst()
        } else {
          text.append(byte)
        }
      case UInt8(ascii: "*"):
        flush(&pieces)
        if pieces.last != .star { pieces.append(.star) }
      case UInt8(ascii: "?"):
        flush(&pieces)
        pieces.append(.one)
      default: text.append(byte)
      }
    }
    flush(&pieces)
  }

  /// Bytes that mean only themselves.
  init(literal bytes: [UInt8]) { pieces = bytes.isEmpty ? [] : [.text(bytes)] }

  mutating func openStart() { if pieces.first != .star { pieces.insert(.star, at: 0) } }
  mutating func openEnd() { if pieces.last != .star { pieces.append(.star) } }

  /// The bytes of a pattern without wildcards.
  var plain: [UInt8]? {
    switch pieces.count {
    case 0: []
    case 1: if case .text(let bytes) = pieces[0] { bytes } else { nil }
    default: nil
    }
  }

  /// The same with every text changed.
  func changed(_ change: ([UInt8]) -> [UInt8]) -> SigmaPattern {
    var copy = self
    copy.pieces = pieces.map { if case .text(let bytes) = $0 { .text(change(bytes)) } else { $0 } }
    return copy
  }

  // MARK: As a condition

  /// The condition that `value` is like this pattern; letters of ASCII are the same in both cases unless `cased`.
  func condition(on value: ConditionValue, cased: Bool, quantifier: ConditionTest.Quantifier?, at place: SourcePlace)
    -> Condition
  {
    let folded = cased ? value : ConditionValue(.call(.lower, [value]), place: place)
    let fold = { (bytes: [UInt8]) in cased ? bytes : bytes.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 } }
    func test(_ value: ConditionValue, _ relation: ConditionRelation, _ operand: ConditionOperand) -> Condition {
      .test(ConditionTest(quantifier: quantifier, value, relation, operand, place: place))
    }
    func end(_ function: ConditionFunction, _ bytes: [UInt8]) -> Condition {
      let literal = ConditionValue(.literal(.text(ByteText(fold(bytes)))), place: place)
      return test(ConditionValue(.call(function, [folded, literal]), place: place), .holds, .nothing)
    }
    if pieces.isEmpty {
      // Logs in columns write a dash for a value that was empty.
      return test(value, .isIn, .set([.text(""), .text("-")]))
    }
    switch (pieces.count, pieces.first!, pieces.last!) {
    case (1, .star, _): return .present(value, quantifier: quantifier, at: place)
    case (1, .text(let bytes), _): return test(folded, .equal, .literal(.text(ByteText(fold(bytes)))))
    case (2, .text(let bytes), .star): return end(.startsWith, bytes)
    case (2, .star, .text(let bytes)): return end(.endsWith, bytes)
    case (3, .star, .star):
      if case .text(let bytes) = pieces[1] { return test(folded, .contains, .literal(.text(ByteText(fold(bytes))))) }
    default: break
    }
    if pieces.contains(.one) { return test(value, .matches, .literal(.text(ByteText(regex(cased: cased))))) }
    return test(value, cased ? .strictWildcard : .wildcard, .literal(.text(ByteText(wildcard))))
  }

  private var wildcard: [UInt8] {
    pieces.flatMap { piece -> [UInt8] in
      switch piece {
      case .text(let bytes):
        bytes.flatMap { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), $0] : [$0] }
      default: [UInt8(ascii: "*")]
      }
    }
  }

  private func regex(cased: Bool) -> String {
    let body = pieces.map { piece in
      switch piece {
      case .text(let bytes): bytes.map(Self.quoted).joined()
      case .star: ".*"
      case .one: "."
      }
    }
    return (cased ? "(?s)" : "(?is)") + #"\A"# + body.joined() + #"\z"#
  }

  private static func quoted(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      String(UnicodeScalar(byte))
    default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}

extension Condition {
  /// That a value was recorded, whatever it is.
  static func present(
    _ value: ConditionValue, quantifier: ConditionTest.Quantifier? = nil, at place: SourcePlace
  ) -> Condition {
    let test =
      switch value.type {
      case .int, .time:
        ConditionTest(
          quantifier: quantifier, value, .greaterOrEqual, .literal(value.type == .int ? .int(.min) : .time(.min)),
          place: place)
      case .ip:
        ConditionTest(
          quantifier: quantifier, value, .isIn,
          .set(["0.0.0.0/0", "::/0"].compactMap(AddressNetwork.init).map { .addresses($0.first...$0.last) }),
          place: place)
      case .bool:
        ConditionTest(
          ConditionValue(.call(.toString, [value]), place: place), .greaterOrEqual, .literal(.text("")), place: place)
      default:
        ConditionTest(
          quantifier: quantifier, ConditionValue(.call(.len, [value]), place: place), .greaterOrEqual,
          .literal(.int(0)),
          place: place)
      }
    return .test(test)
  }
}
