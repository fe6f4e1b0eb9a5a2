import Foundation

/// How many distinct values were seen, in 1 kB, within about 3 %.
///
/// Source: Flajolet, Fusy, Gandouet, Meunier 2007, with linear counting below 2.5 m as given there. Values must be
/// well-mixed 64-bit hashes. Sketches merge by the larger of each pair of registers.
package struct HyperLogLog: Sendable, Equatable {
  static let bits = 10
  package static let size = 1 << bits
  private var registers = [UInt8](repeating: 0, count: Self.size)

  package init() {}

  package mutating func observe(_ hash: UInt64) {
    let index = Int(hash >> UInt64(64 - Self.bits))
    let rank = UInt8(truncatingIfNeeded: min((hash << UInt64(Self.bits)).leadingZeroBitCount, 64 - Self.bits) + 1)
    if registers[index] < rank { registers[index] = rank }
  }

  package mutating func merge(_ other: HyperLogLog) {
    for index in 0..<Self.size where registers[index] < other.registers[index] {
      registers[index] = other.registers[index]
    }
  }

  package var estimate: Int {
    var sum = 0.0
    var zeros = 0
    for register in registers {
      sum += Self.powers[Int(register)]
      if register == 0 { zeros += 1 }
    }
    let m = Double(Self.size)
    let raw = 0.7213 / (1 + 1.079 / m) * m * m / sum
    if raw <= 2.5 * m, zeros > 0 { return Int((m * log(m / Double(zeros))).rounded()) }
    return Int(raw.rounded())
  }

  /// 2⁻ʳ for every rank.
  private static let powers: [Double] = (0...64).map { pow(2, -Double($0)) }
}
