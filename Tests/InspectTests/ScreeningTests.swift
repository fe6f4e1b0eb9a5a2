import Testing

@testable import Inspect

@Suite("Screening never rules out what would match")
struct ScreeningTests {
  /// What `Screen` and `SignalScreen` ask of a text, asked naively.
  private func isFulfilled(_ requirement: Requirement, by text: [UInt8]) -> Bool {
    let lower = text.map(lowered)
    let classes = text.reduce(into: ByteClasses()) { $0.formUnion(.of($1)) }
    return text.count >= requirement.shortest && requirement.classes.allSatisfy { $0.meets(classes) }
      && requirement.clauses.allSatisfy { clause in
        clause.classes.meets(classes) || clause.literals.contains { holds(lower, $0) }
      }
  }

  private func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    part.count <= text.count && (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }

  /// How many of the texts match; each of them must fulfil what the pattern's requirement asks.
  private func check(_ source: String, caseless: Bool, _ what: String) throws -> Int {
    guard let need = PatternReader.need(of: source), let pattern = try? Pattern(source, caseless: caseless) else {
      return 0
    }
    let requirement = Requirement(need)
    let data = MatchData(groups: 64)
    var matching = 0
    let made = RegexExample.texts(of: Array(source.utf8), choices: 40)
    for text in made + made.map({ Array("x ".utf8) + $0 + Array(" 7".utf8) }) {
      guard text.withUnsafeBufferPointer({ pattern.match($0.baseAddress!, text.count, data) }) > 0 else { continue }
      matching += 1
      #expect(isFulfilled(requirement, by: text), "\(what): \(String(decoding: text, as: UTF8.self))")
    }
    return matching
  }

  @Test("a text that a signal matches fulfils what the signal's screen asks")
  func signals() throws {
    let proven = try Signals.all.count { try check($0.pattern, caseless: true, $0.id) > 0 }
    #expect(proven * 10 > Signals.all.count * 8, "\(proven) of \(Signals.all.count) patterns with an example")
  }

  @Test("a text that a rule's pattern matches fulfils what the rule's screen asks")
  func ruleSet() throws {
    var proven = 0
    for chain in try #require(CRSRequests.rules[1]).get().program.chains {
      for link in chain.links {
        guard case .rx(let pattern) = link.op, !link.negated else { continue }
        if try check(pattern.source, caseless: false, "rule \(chain.id)") > 0 { proven += 1 }
      }
    }
    #expect(proven > 60)
  }

  @Test(
    "needs of a pattern: the rarest sufficient test is kept",
    arguments: [
      (#"ls\s+-l"#, "ls -l", "else"), (#"^\w+(__\w+){2,}$"#, "a__b__c", "cache_key"),
      (#"["']\s*/?>"#, "'/>", "/static/a.css"), (#"\b\d\.e\("#, "1.e(", "1.2"),
      (#"--\s*$|/\*"#, "x --", "a-b/c"), (#"(cat|dog) +food"#, "dog  food", "catalogue"),
    ])
  func sharp(pattern: String, matching: String, other: String) throws {
    let requirement = Requirement(try #require(PatternReader.need(of: pattern)))
    #expect(isFulfilled(requirement, by: Array(matching.utf8)))
    #expect(!isFulfilled(requirement, by: Array(other.utf8)))
  }

  @Test("a single word or number is no SQL injection to libinjection, so that it need not be asked")
  func singleWords() {
    let data = MatchData(groups: 1)
    let words = [
      "select", "union", "or", "null", "sleep", "waitfor", "x", "0", "1", "007", "0x41", "1e5", "1e", "0b1", "n",
      "x41", "e", "char", "benchmark", "version", "user", "utl", "and", "not", "case", "having", "1or1", "or1", "0xg",
    ]
    var state: UInt64 = 7
    let random = (0..<5_000).map { _ in
      (0..<Int(state >> 60) + 1).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Array("abcdefghijklmnopqrstuvwxyzABEX0123456789".utf8)[Int(truncatingIfNeeded: state >> 33) % 40]
      }
    }
    for word in words.map({ Array($0.utf8) }) + random {
      var groups = 0
      let isMatch = (word + [0]).withUnsafeBufferPointer {
        RuleOperator.detectSQLi.matches($0.baseAddress!, word.count, argument: [], data: data, groups: &groups)
      }
      #expect(!isMatch, "\(String(decoding: word, as: UTF8.self))")
    }
  }
}
