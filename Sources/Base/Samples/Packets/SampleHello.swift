/// The first message of a TLS client, as a browser of 2026 might write it. Source: RFC 8446 section 4.1.2.
package enum SampleHello {
  /// `share` are the bytes of its key share; those that resist quantum computers do not fit one segment.
  package static func bytes(_ name: String, share: Int = 0) -> [UInt8] {
    func block(_ bytes: [UInt8]) -> [UInt8] { FrameMaker.big(UInt16(bytes.count)) + bytes }
    func part(_ type: UInt16, _ content: [UInt8]) -> [UInt8] { FrameMaker.big(type) + block(content) }
    var parts = part(0, block([0] + block(Array(name.utf8))))
    parts += part(10, block([0, 0x1d, 0, 0x17]))
    parts += part(13, block([4, 3, 8, 4, 4, 1]))
    parts += part(16, block([2] + Array("h2".utf8) + [8] + Array("http/1.1".utf8)))
    parts += part(43, [4, 3, 4, 3, 3])
    if share > 0 { parts += part(51, [UInt8](repeating: 9, count: share)) }
    let ciphers = block([0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2b, 0xc0, 0x2f])
    let hello = [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + ciphers + [1, 0] + block(parts)
    return [22, 3, 1] + block([1, 0] + block(hello))
  }
}
