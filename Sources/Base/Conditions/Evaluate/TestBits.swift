/// One bit a row for every test, and whether a test has any row at all: most have none in most batches.
final class TestBits {
  @exclusivity(unchecked) private(set) var words: UnsafeMutablePointer<UInt64>
  let isSet: UnsafeMutablePointer<Bool>
  let tests: Int
  @exclusivity(unchecked) private(set) var stride = 0
  @exclusivity(unchecked) private(set) var wordCount = 0

  init(tests: Int) {
    self.tests = tests
    words = .allocate(capacity: 1)
    isSet = .allocate(capacity: max(tests, 1))
    isSet.initialize(repeating: false, count: max(tests, 1))
  }

  deinit {
    words.deallocate()
    isSet.deallocate()
  }

  func prepare(rows: Int) {
    let needed = (rows + 63) / 64
    if needed > stride {
      words.deallocate()
      stride = needed
      words = .allocate(capacity: max(tests * stride, 1))
      words.initialize(repeating: 0, count: max(tests * stride, 1))
    } else {
      for test in 0..<tests where isSet[test] { of(test).update(repeating: 0, count: stride) }
    }
    isSet.update(repeating: false, count: tests)
    wordCount = needed
  }

  func of(_ test: Int) -> UnsafeMutablePointer<UInt64> { words + test &* stride }

  @inline(__always) func mark(_ test: Int, _ row: Int) {
    words[test &* stride &+ row >> 6] |= 1 &<< UInt64(row & 63)
    isSet[test] = true
  }
}
