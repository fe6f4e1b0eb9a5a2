import Records

/// The spool's name for something that has a longer or stranger one: its own as far as names go, and a hash of the whole.
func streamName(_ kind: String, _ name: some StringProtocol, of whole: String) -> String {
  let kept = name.utf8.prefix(40)
    .map { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x2E ? $0 : UInt8(ascii: "_") }
  return "\(kind)-\(String(decoding: kept, as: UTF8.self))-\(SHA256(of: Array(whole.utf8)).description.prefix(8))"
}

/// The first eight bytes of a text's digest as a number.
func shortDigest(_ text: String) -> UInt64 {
  SHA256(of: Array(text.utf8)).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
}
