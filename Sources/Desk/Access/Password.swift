import CArgon2
import Foundation
import Records

/// A password as it is kept: an argon2id hash with its salt and costs, in the format of its reference implementation.
///
/// 19 MiB, two passes, one lane: some 30 ms. Sources: RFC 9106; OWASP Password Storage Cheat Sheet.
package struct Password: Sendable, Equatable, Codable {
  package let encoded: String

  private static let passes: UInt32 = 2
  private static let kibibytes: UInt32 = 19 << 10
  /// Longer words are refused before they are hashed.
  package static let longest = 256
  package static let shortest = 12

  /// Nil where the word is too short or too long.
  package init?(_ word: String) {
    let bytes = Array(word.utf8)
    guard (Self.shortest...Self.longest).contains(bytes.count) else { return nil }
    let salt = Array(Secret.word().utf8.prefix(22))
    var out = [CChar](repeating: 0, count: 256)
    let code = argon2id_hash_encoded(
      Self.passes, Self.kibibytes, 1, bytes, bytes.count, salt, salt.count, 32, &out, out.count)
    // It fails only where there is no memory for it.
    guard code == ARGON2_OK.rawValue else { return nil }
    encoded = String(decoding: out.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether it is this word.
  package func matches(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count <= Self.longest else { return false }
    return argon2id_verify(encoded, bytes, bytes.count) == ARGON2_OK.rawValue
  }

  /// A hash that no word has: what is compared where there is no such user, so that it takes as long.
  static let nobody = Password(Secret.word())
}
