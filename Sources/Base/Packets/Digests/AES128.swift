/// AES with a key of 128 bits, encrypting only: enough for QUIC's first packets. Source: FIPS 197.
///
/// Tables in memory leak time to whoever shares the processor; the keys here are public by design (RFC 9001 section 5.2).
struct AES128 {
  private var keys = [UInt8](repeating: 0, count: 176)

  private static let box: [UInt8] = substitution()

  /// The substitution: the inverse in the field of 256 elements, then an affine map.
  private static func substitution() -> [UInt8] {
    var box = [UInt8](repeating: 0, count: 256)
    var p: UInt8 = 1, q: UInt8 = 1
    repeat {
      // p runs through the field by multiplications by 3, q by divisions.
      p = p ^ doubled(p)
      q ^= q << 1
      q ^= q << 2
      q ^= q << 4
      if q & 0x80 != 0 { q ^= 0x09 }
      let turned = [1, 2, 3, 4].reduce(q) { $0 ^ (q << UInt8($1) | q >> UInt8(8 - $1)) }
      box[Int(p)] = turned ^ 0x63
    } while p != 1
    box[0] = 0x63
    return box
  }

  private static func doubled(_ value: UInt8) -> UInt8 { value << 1 ^ (value & 0x80 != 0 ? 0x1b : 0) }

  init(key: some Collection<UInt8>) {
    keys.replaceSubrange(0..<16, with: key.prefix(16))
    var round: UInt8 = 1
    for place in stride(from: 16, to: 176, by: 4) {
      var word = Array(keys[(place - 4)..<place])
      if place % 16 == 0 {
        word = [word[1], word[2], word[3], word[0]].map { Self.box[Int($0)] }
        word[0] ^= round
        round = Self.doubled(round)
      }
      for byte in 0..<4 { keys[place + byte] = keys[place + byte - 16] ^ word[byte] }
    }
  }

  /// One block of 16 bytes.
  func encrypted(_ block: [UInt8]) -> [UInt8] {
    var state = block
    add(0, &state)
    for round in 1...10 {
      // The rows of the square, which stands in columns, are turned by their number.
      let old = state
      for place in 0..<16 { state[place] = Self.box[Int(old[(place + place % 4 * 4) % 16])] }
      if round < 10 { mix(&state) }
      add(round, &state)
    }
    return state
  }

  private func add(_ round: Int, _ state: inout [UInt8]) {
    for place in 0..<16 { state[place] ^= keys[round * 16 + place] }
  }

  private func mix(_ state: inout [UInt8]) {
    for column in stride(from: 0, to: 16, by: 4) {
      let old = Array(state[column..<(column + 4)])
      for row in 0..<4 {
        let next = old[(row + 1) % 4]
        state[column + row] =
          Self.doubled(old[row]) ^ next ^ Self.doubled(next) ^ old[(row + 2) % 4] ^ old[(row + 3) % 4]
      }
    }
  }
}
