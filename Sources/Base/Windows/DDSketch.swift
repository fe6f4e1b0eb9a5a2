import Foundation

/// Quantiles of positive numbers within 5 % of their value, in at most 1 kB.
///
/// Source: Masson, Rim, Lee 2019 (DDSketch): logarithmic buckets with γ = (1 + α) / (1 − α). Numbers from 1 to about
/// 2·10¹¹ have buckets of their own; what is larger counts in the last. Sketches merge by adding buckets.
package struct DDSketch: Sendable, Equatable {
  static let accuracy = 0.05
  static let gamma = (1 + accuracy) / (1 - accuracy)
  static let size = 260
  private static let scale = 1 / log(gamma)
  private var buckets: [UInt32] = []
  package private(set) var count = 0

  package init() {}

  package var heldBytes: Int { buckets.count * MemoryLayout<UInt32>.stride }

  package mutating func observe(_ number: Int64) {
    if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.size) }
    let index = number <= 1 ? 0 : min(Self.size - 1, Int((log(Double(number)) * Self.scale).rounded(.up)))
    buckets[index] &+= 1
    count += 1
  }

  package mutating func merge(_ other: DDSketch) {
    guard other.count > 0 else { return }
    if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.size) }
    for index in 0..<Self.size { buckets[index] &+= other.buckets[index] }
    count += other.count
  }

  /// The number below which a share `q` (0 to 1) of all numbers lies; 0 where nothing was observed.
  package func quantile(_ q: Double) -> Double {
    guard count > 0 else { return 0 }
    let rank = Int(q * Double(count - 1))
    var passed = 0
    for (index, bucket) in buckets.enumerated() {
      passed += Int(bucket)
      if passed > rank { return 2 * pow(Self.gamma, Double(index)) / (Self.gamma + 1) }
    }
    return pow(Self.gamma, Double(Self.size))
  }
}
