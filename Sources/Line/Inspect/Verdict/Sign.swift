/// One piece of evidence against a request, weighed in its context.
struct Sign {
  var points: Int
  var payloadClass: PayloadClass
  var place: PartPlace?
  /// The parameter, cookie or header it was found under.
  var name: [UInt8]
  var words: String
  /// Signals carry their index, rules their number: the same evidence counts once.
  var key: Int
}

/// How signs add up.
enum Weighing {
  /// The strongest sign counts in full, the next a half, then a quarter, and so on: weak signs of one and the same
  /// oddity cannot pile up into a verdict, two independent strong ones can.
  static func total(_ signs: [Sign]) -> Int {
    var share = 64
    var sum = 0
    for sign in signs.sorted(by: { $0.points > $1.points }).prefix(7) {
      sum += sign.points * share
      share /= 2
    }
    return min(100, (sum + 32) / 64)
  }

  /// Points of a signal in its context, per cent of its full weight.
  static func percent(_ signal: Signal, _ part: RequestPart, _ context: TextContext) -> Int {
    var percent = 100
    if part.isTakenApart { percent = percent * 50 / 100 }
    if context.isProse, signal.isWordy { percent = percent * 45 / 100 }
    // Analytics send the links and buttons of their own page as JSON in a parameter.
    if part.nesting > 0, signal.payloadClass == .xss { percent = percent * 60 / 100 }
    if part.place == .cookie || part.place == .referer, signal.points < 50 { percent = percent * 60 / 100 }
    if context.isLong { percent = percent * (context.isVeryLong ? 35 : 60) / 100 }
    return percent
  }

  private static let libinjectionSQL = 942100

  /// The same for a rule of the rule set, whose patterns are broader.
  static func percent(of rule: Int, in part: RequestPart, _ context: TextContext) -> Int {
    var percent = rule == libinjectionSQL && !context.hasStatementMarks ? 25 : 100
    if part.isTakenApart { percent = percent * 50 / 100 }
    if context.isProse { percent = percent * 30 / 100 }
    if context.isLong { percent = percent * 30 / 100 }
    if part.place == .cookie || part.place == .referer { percent = percent * 60 / 100 }
    return percent
  }
}
