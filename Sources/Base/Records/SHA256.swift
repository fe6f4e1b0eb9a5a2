import CCrypto

/// A SHA-256 digest (FIPS 180-4), by OpenSSL's libcrypto.
package struct SHA256: Sendable, Hashable, CustomStringConvertible {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// The digest of all zeros, which stands before the first link of a chain.
  package static let none = SHA256(unchecked: [UInt8](repeating: 0, count: 32))

  /// The digest of some bytes; about 2 ns a byte.
  package init(of message: UnsafeRawBufferPointer) {
    bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      var length: UInt32 = 32
      // It fails only where libcrypto has no SHA-256 at all, and then nothing here can be trusted.
      let worked = EVP_Digest(message.baseAddress, message.count, buffer.baseAddress, &length, EVP_sha256(), nil)
      precondition(worked == 1 && length == 32, "libcrypto gave no SHA-256")
      count = 32
    }
  }

  package init(of message: [UInt8]) { self = message.withUnsafeBytes { SHA256(of: $0) } }

  /// A digest that was stored; nil unless it is 32 bytes long.
  package init?(stored: [UInt8]) {
    guard stored.count == 32 else { return nil }
    bytes = stored
  }

  private init(unchecked: [UInt8]) { bytes = unchecked }

  /// 64 hexadecimal digits.
  package var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Equality in a time that does not depend on where the difference is: for secrets.
  package func equalsSecretly(_ other: SHA256) -> Bool {
    bytes.withUnsafeBytes { a in
      other.bytes.withUnsafeBytes { b in CRYPTO_memcmp(a.baseAddress, b.baseAddress, 32) == 0 }
    }
  }
}

/// Random bytes fit for secrets.
package enum Secret {
  /// A word of 43 letters, digits, `-` and `_` that holds 256 random bits.
  package static func word() -> String {
    var bytes = [UInt8](repeating: 0, count: 43)
    let drawn = RAND_bytes(&bytes, Int32(bytes.count))
    precondition(drawn == 1, "libcrypto has no random bytes")
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    return String(decoding: bytes.map { digits[Int($0 & 63)] }, as: UTF8.self)
  }
}
