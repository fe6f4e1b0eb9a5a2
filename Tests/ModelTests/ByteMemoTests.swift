import Testing

@testable import Model

@Test("a memo answers as the work would, however small it is") func memo() {
  var memo = ByteMemo(slots: 64, byteLimit: 512)
  for round in 0..<2000 {
    let text = Array(String(repeating: "x", count: round % 40).utf8) + Array("\(round % 97)".utf8)
    let answer = text.withUnsafeBufferPointer { memo.value(of: $0) { $0.reduce(0) { $0 &* 31 &+ UInt64($1) } } }
    #expect(answer == text.reduce(0) { $0 &* 31 &+ UInt64($1) })
  }
}

@Test("hashes depend on every byte, the length and the seed") func hashes() {
  var seen: Set<UInt64> = []
  for length in 0..<70 {
    for flipped in -1..<length {
      var bytes = [UInt8](repeating: 7, count: length)
      if flipped >= 0 { bytes[flipped] = 8 }
      seen.insert(bytes.withUnsafeBufferPointer { byteHash($0, seed: 1) })
      seen.insert(bytes.withUnsafeBufferPointer { byteHash($0, seed: 2) })
    }
  }
  #expect(seen.count == 2 * (0..<70).reduce(0) { $0 + $1 + 1 })
}
