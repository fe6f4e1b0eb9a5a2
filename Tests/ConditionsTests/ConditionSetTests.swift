import ConditionSamples
import Model
import Testing

@testable import Conditions

@Test("many conditions judged together say what the plain reading of each says", arguments: 0..<16)
func agreesWithNaive(seed: UInt64) throws {
  var random = SeededRandom(seed: seed)
  let conditions = (0..<Int.random(in: 1...25, using: &random)).map { _ in RandomCondition.make(depth: 3, &random) }
  let set = try ConditionSet(conditions)
  let scratch = set.makeScratch()
  // Several batches with one scratch: what it remembers of one must not leak into the next.
  for rows in [0, 1, 63, 64, 65, 200, 3] {
    let batch = RandomBatch.make(rows: rows, &random)
    set.evaluate(batch, scratch)
    for (index, condition) in conditions.enumerated() {
      let matches = scratch.matches(index)
      for row in 0..<rows {
        let expected = Naive(batch: batch, row: row).holds(condition)
        #expect(matches[row] == expected, "row \(row) of \(rows): \(condition)")
      }
      var listed = 0
      matches.forEach { _ in listed += 1 }
      #expect(listed == matches.count && listed <= rows)
    }
  }
}

@Test("what is printed reads as the same condition and judges the same", arguments: 100..<130)
func printedMeansTheSame(seed: UInt64) throws {
  var random = SeededRandom(seed: seed)
  let condition = RandomCondition.make(depth: 4, &random)
  let again = try Condition(parsing: condition.description)
  #expect(again == condition, "\(condition)")
  let set = try ConditionSet([condition, again])
  let scratch = set.makeScratch()
  let batch = RandomBatch.make(rows: 130, &random)
  set.evaluate(batch, scratch)
  for row in 0..<130 { #expect(scratch.matches(0)[row] == scratch.matches(1)[row]) }
}

@Test("any bytes are either a condition or a complaint", arguments: 200..<210)
func anyBytes(seed: UInt64) throws {
  var random = SeededRandom(seed: seed)
  let pieces = [
    "http.host", "eq", "in", "{", "}", "(", ")", "[", "]", "*", "\"a\"", "r#\"", "\"", "not", "and", "xor", "any",
    "all", "lower",
    ",", "1..2", "::/0", "$x", "-", "\\x", "raw", "len", "=", "matches", "~", "ssl", "é", "\u{0}",
    "99999999999999999999", "substring",
  ].map { Array($0.utf8) }
  for _ in 0..<300 {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0..<20, using: &random) {
      bytes += random.chance(85) ? random.pick(pieces) + [0x20] : [UInt8.random(in: 0...255, using: &random)]
    }
    if let condition = try? Condition(parsing: bytes) {
      #expect(try Condition(parsing: condition.description) == condition)
      let set = try? ConditionSet([condition])
      if let set { set.evaluate(RandomBatch.make(rows: 5, &random), set.makeScratch()) }
    }
  }
}
