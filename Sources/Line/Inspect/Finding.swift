import Model

/// What the inspector says of one request, in the form in which it is remembered and written into the columns.
struct Finding: Equatable {
  var isAttack = false
  /// 0…100.
  var score: UInt8 = 0
  var crsScore: Int32 = 0
  /// Numbers in the worker's table of lists; 0 is the empty list.
  var classes: UInt32 = 0
  var rules: UInt32 = 0

  static let fields: [EventField] = [.payloadVerdict, .payloadScore, .payloadClasses, .payloadRules, .crsScore]
}

extension Finding {
  /// The same in 64 bits, from the highest: 22 of the rule set's score, 17 for each list, 7 of the own score, the verdict.
  var packed: UInt64 {
    UInt64(min(max(crsScore, 0), 1 << 22 - 1)) << 42 | UInt64(rules) << 25 | UInt64(classes) << 8
      | UInt64(score & 0x7F) << 1 | (isAttack ? 1 : 0)
  }

  init(packed: UInt64) {
    isAttack = packed & 1 != 0
    score = UInt8(packed >> 1 & 0x7F)
    classes = UInt32(packed >> 8 & 0x1FFFF)
    rules = UInt32(packed >> 25 & 0x1FFFF)
    crsScore = Int32(packed >> 42)
  }
}

/// Lists of words and numbers that repeat from finding to finding, kept once as the text that the columns hold.
struct ListTable: Sendable {
  private var texts: [[UInt8]] = [[]]
  private var places: [[UInt8]: UInt32] = [:]
  /// Beyond it nothing new is kept and a list reads as empty; real traffic knows some hundred combinations. Numbers fit
  /// into 17 bits (`Finding.packed`).
  private let limit = 100_000

  mutating func number(of items: [String]) -> UInt32 {
    guard !items.isEmpty else { return 0 }
    return number(ofText: Array("[\(items.joined(separator: ","))]".utf8))
  }

  /// The number of a list written as `self` writes it.
  mutating func number(ofText text: [UInt8]) -> UInt32 {
    if text.isEmpty { return 0 }
    if let place = places[text] { return place }
    guard texts.count < limit else { return 0 }
    texts.append(text)
    places[text] = UInt32(texts.count - 1)
    return UInt32(texts.count - 1)
  }

  subscript(number: UInt32) -> [UInt8] { texts[Int(number)] }
}
