import Conditions
import Model

/// What a web server looks at when it judges a request.
enum Subject: Hashable, Sendable {
  case method, uri, path, query, version
  /// A request header, in lower case.
  case header(String)
  case address, port
}

/// One comparison as engines can make it.
struct Leaf: Hashable, Sendable {
  enum Ask: Hashable, Sendable {
    /// The subject is there, empty or not.
    case present
    case text(BytePattern)
    case addresses(AddressRanges)
    case ports([ClosedRange<Int64>])
  }

  var subject: Subject
  var ask: Ask
  /// As it was written, for words about it.
  var test: ConditionTest
  /// Whether it holds for a value that is there and empty; engines that take missing for empty cannot say such a test.
  var holdsWhenEmpty: Bool
}

/// A condition as engines of web servers can say it: no fields, only subjects, and texts as patterns of bytes.
indirect enum Question: Sendable {
  case constant(Bool)
  case all([Question])
  case any([Question])
  case not(Question)
  case leaf(Leaf)

  /// Errors: every comparison that no web server can make, with the reason.
  init(_ condition: Condition) throws(Refusals) {
    var refusals: [Refusal.Reason] = []
    var size = 0
    let question = Self.read(condition, &refusals, &size)
    if size > 20_000 { refusals.append(.init(part: "the condition", why: "it has more than 20,000 comparisons")) }
    guard refusals.isEmpty else { throw Refusals(refusals) }
    self = question
  }

  private static func read(_ condition: Condition, _ refusals: inout [Refusal.Reason], _ size: inout Int) -> Question {
    size += 1
    switch condition {
    case .and(let parts): return all(parts, &refusals, &size)
    case .or(let parts):
      let questions = parts.map { read($0, &refusals, &size) }
      return questions.count == 1 ? questions[0] : questions.isEmpty ? .constant(false) : .any(questions)
    case .not(let part): return .not(read(part, &refusals, &size))
    case .xor(let parts): return odd(parts, &refusals, &size)
    case .test(let test):
      do throws(Refusals) { return try LeafReader(test).question() } catch {
        refusals += error.reasons
        return .constant(false)
      }
    }
  }

  private static func all(_ parts: [Condition], _ refusals: inout [Refusal.Reason], _ size: inout Int) -> Question {
    let questions = parts.map { read($0, &refusals, &size) }
    return questions.count == 1 ? questions[0] : questions.isEmpty ? .constant(true) : .all(questions)
  }

  /// Exclusive or, pair by pair; each step doubles what was before it, so only a few are taken.
  private static func odd(_ parts: [Condition], _ refusals: inout [Refusal.Reason], _ size: inout Int) -> Question {
    guard parts.count <= 6 else {
      refusals.append(.init(part: Condition.xor(parts).description, why: "xor of more than six parts"))
      return .constant(false)
    }
    return parts.map { read($0, &refusals, &size) }.reduce(.constant(false)) { sum, part in
      if case .constant(false) = sum { return part }
      return .any([.all([sum, .not(part)]), .all([.not(sum), part])])
    }
  }

  /// Every comparison, left to right.
  func forEachLeaf(_ body: (Leaf) -> Void) {
    switch self {
    case .constant: break
    case .all(let parts), .any(let parts): for part in parts { part.forEachLeaf(body) }
    case .not(let part): part.forEachLeaf(body)
    case .leaf(let leaf): body(leaf)
    }
  }

  /// Errors: all leaves for which `why` has a reason against them.
  func check(_ why: (Leaf) -> String?) throws(Refusals) {
    var reasons: [Refusal.Reason] = []
    forEachLeaf { leaf in
      guard let words = why(leaf) else { return }
      let reason = Refusal.Reason(part: leaf.test.description, why: words)
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
  }
}
