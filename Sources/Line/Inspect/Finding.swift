import Model

/// What the inspector says of one request, in the form in which it is remembered and written into the columns.
struct Finding: BitwiseCopyable, Equatable {
  var isAttack = false
  /// 0…100.
  var score: UInt8 = 0
  var crsScore: Int32 = 0
  /// Numbers in the worker's table of lists; 0 is the empty list.
  var classes: UInt32 = 0
  var rules: UInt32 = 0

  static let fields: [EventField] = [.payloadVerdict, .payloadScore, .payloadClasses, .payloadRules, .crsScore]
}

/// Lists of words and numbers that repeat from finding to finding, kept once as the text that the columns hold.
struct ListTable: Sendable {
  private var texts: [[UInt8]] = [[]]
  private var places: [[UInt8]: UInt32] = [:]
  /// Beyond it nothing new is kept and a list reads as empty; real traffic knows some hundred combinations.
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
