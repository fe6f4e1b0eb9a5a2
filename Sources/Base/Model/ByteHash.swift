import Glibc

/// A fast keyed hash of bytes: eight bytes a step, folded by a 128-bit product.
///
/// Not for secrets; the seed keeps an attacker from choosing texts that collide. Reads only within the buffer.
/// Source: the multiply-and-fold construction of wyhash (Wang Yi, public domain description).
@inlinable package func byteHash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
  guard let base = bytes.baseAddress else { return hashMix(seed, 0x9e37_79b9_7f4a_7c15) }
  let count = bytes.count
  let raw = UnsafeRawPointer(base)
  var hash = seed ^ 0xa076_1d64_78bd_642f
  var at = 0
  while at &+ 16 <= count {
    let a = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    let b = raw.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self)
    hash = hashMix(a ^ 0xe703_7ed1_a0b4_28db ^ hash, b ^ 0x8ebc_6af0_9c88_c6e3)
    at &+= 16
  }
  var a: UInt64 = 0, b: UInt64 = 0
  let left = count &- at
  if left >= 8 {
    a = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    b = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
  } else if left >= 4 {
    a = UInt64(raw.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    b = UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
  } else if left > 0 {
    a = UInt64(base[at]) << 16 | UInt64(base[at &+ left / 2]) << 8 | UInt64(base[count &- 1])
  }
  return hashMix(a ^ 0x5899_65cc_7537_4cc3 ^ hash, b ^ UInt64(truncatingIfNeeded: count) ^ 0x1d8e_4e27_c47d_124f)
}

/// Folds the 128-bit product of two numbers into 64 bits.
@inlinable package func hashMix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}

extension IPAddress {
  @inlinable package func hash(seed: UInt64) -> UInt64 {
    hashMix(high ^ seed ^ 0xa076_1d64_78bd_642f, low ^ 0xe703_7ed1_a0b4_28db)
  }
}

@inlinable package func sameBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  memcmp(a, b, count) == 0
}
