import Conditions
import Model
import Testing

@testable import Mitigate

@Test("a facet's condition selects exactly the events that show its value", arguments: 1...6)
func facetsSayWhatTheySee(seed: UInt64) throws {
  var random = SeededRandom(seed: seed)
  let batch = Batches.random(rows: 150, &random)
  let reader = FacetReader()
  for facet in Facet.allCases {
    var table = ValueTable()
    let codes = (0..<batch.count).map { reader.code(facet, batch, $0, &table) }
    for code in 2..<table.count {
      let condition = facet.condition([table.values[code]])
      // What is deployed is the text: it must mean the same.
      let set = try ConditionSet([try Condition(parsing: condition.description)])
      let scratch = set.makeScratch()
      set.evaluate(batch, scratch)
      let holds = scratch.matches(0)
      for row in 0..<batch.count {
        if facet == .queryShape {
          // A wildcard also meets queries with more keys.
          #expect(codes[row] != UInt32(code) || holds[row], "\(condition) row \(row)")
        } else {
          #expect((codes[row] == UInt32(code)) == holds[row], "\(facet.name): \(condition) row \(row)")
        }
      }
    }
  }
}

@Test("values keep their codes, and only equal bytes share one")
func valuesAndCodes() {
  var table = ValueTable()
  var codes: [[UInt8]: UInt32] = [:]
  for round in 0..<2 {
    for number in 0..<2_000 {
      let bytes = Array("v\(number)".utf8)
      let code = bytes.withUnsafeBufferPointer { table.code(of: $0) }
      if round == 0 { codes[bytes] = code }
      #expect(codes[bytes] == code)
      #expect(table.values[Int(code)] == bytes)
    }
  }
  #expect(Set(codes.values).count == 2_000)
}
