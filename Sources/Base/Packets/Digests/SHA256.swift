/// The SHA-256 digest, which JA4 is defined by. Source: FIPS 180-4.
enum SHA256 {
  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = roots(of: primes(64), cubic: true)
  private static let start: [UInt32] = roots(of: primes(8), cubic: false)

  private static func primes(_ count: Int) -> [Int] {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < count {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }

  /// Exact: the root of a prime times a power of 2^32, by bisection in whole numbers.
  private static func roots(of primes: [Int], cubic: Bool) -> [UInt32] {
    primes.map { prime in
      // The greatest r with (r / 2^32)^k at most the prime.
      var low: UInt64 = 0, high: UInt64 = 1 << 37
      while high - low > 1 {
        let middle = (low + high) / 2
        if isAtMost(middle, prime, cubic: cubic) { low = middle } else { high = middle }
      }
      return UInt32(truncatingIfNeeded: low)
    }
  }

  private static func isAtMost(_ root: UInt64, _ prime: Int, cubic: Bool) -> Bool {
    let square = UInt128(root) * UInt128(root)
    if !cubic { return square <= UInt128(prime) << 64 }
    // 37 bits cubed are 111.
    return square * UInt128(root) <= UInt128(prime) << 96
  }

  /// The digest's first `bytes` bytes in hexadecimal digits.
  static func hexadecimal(of bytes: UnsafeBufferPointer<UInt8>, bytes count: Int, to out: UnsafeMutablePointer<UInt8>) {
    let state = state(of: bytes)
    for place in 0..<count {
      let value = UInt8(truncatingIfNeeded: state[place / 4] >> UInt32(24 - place % 4 * 8))
      out[place * 2] = hexadecimalDigit(value >> 4)
      out[place * 2 + 1] = hexadecimalDigit(value & 15)
    }
  }

  /// The digest's 32 bytes.
  static func digest(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBufferPointer { state(of: $0) }.flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
  }

  private static func state(of bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
    var state = start
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      DigestBlocks.each(of: bytes, isBigEndian: true) { block in
        for place in 0..<16 {
          words[place] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self))
        }
        for place in 16..<64 {
          let a = words[place - 15], b = words[place - 2]
          let first = turned(a, 7) ^ turned(a, 18) ^ a >> 3
          let second = turned(b, 17) ^ turned(b, 19) ^ b >> 10
          words[place] = words[place - 16] &+ first &+ words[place - 7] &+ second
        }
        compress(&state, words)
      }
    }
    return state
  }

  private static func compress(_ state: inout [UInt32], _ words: UnsafeMutableBufferPointer<UInt32>) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for place in 0..<64 {
      let first = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
      let sum = h &+ first &+ (e & f ^ ~e & g) &+ constants[place] &+ words[place]
      let second = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
      let other = second &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ sum, c, b, a, sum &+ other)
    }
    for (place, value) in [a, b, c, d, e, f, g, h].enumerated() { state[place] = state[place] &+ value }
  }

  private static func turned(_ value: UInt32, _ by: UInt32) -> UInt32 { value >> by | value << (32 - by) }
}
