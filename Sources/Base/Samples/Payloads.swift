/// Attack strings put together from parts: a payload, a parameter, a path and an encoding, so that hardly two are alike.
enum Payloads {
  /// Writes path and query of one request that carries a payload.
  static func put(into path: inout ByteSink, random: inout RandomSource) {
    if random.chance(0.12) {
      putCarrier(pathTemplates[random.below(pathTemplates.count)], into: &path, random: &random)
      return
    }
    path.put(carriers[random.below(carriers.count)])
    path.put(UInt8(ascii: "?"))
    if random.chance(0.4) { putHonestParameter(into: &path, random: &random) }
    path.put(parameters[random.below(parameters.count)])
    path.put(UInt8(ascii: "="))
    var payload = ByteSink(capacity: 1024)
    fill(templates[random.below(templates.count)], into: &payload, random: &random)
    PayloadEncoding.some(&random).put(payload.bytes, into: &path, random: &random)
    if random.chance(0.3) {
      path.put(UInt8(ascii: "&"))
      putHonestParameter(into: &path, random: &random)
      path.put("v=1")
    }
  }

  /// Writes the `number`th path that a scanner asks for.
  static func putProbe(_ number: Int, into path: inout ByteSink) {
    let name = probes[number % probes.count]
    let round = number / probes.count
    path.put(UInt8(ascii: "/"))
    if round > 0 {
      path.put(folders[round % folders.count])
      path.put(UInt8(ascii: "/"))
    }
    path.put(name)
    if round > folders.count { path.put(endings[round / folders.count % endings.count]) }
  }

  private static func putHonestParameter(into path: inout ByteSink, random: inout RandomSource) {
    path.put(random.chance(0.5) ? "page=" : "limit=")
    path.putNumber(1 + random.below(60))
    path.put(UInt8(ascii: "&"))
  }

  private static func putCarrier(
    _ template: UnsafeBufferPointer<UInt8>, into path: inout ByteSink, random: inout RandomSource
  ) {
    var payload = ByteSink(capacity: 1024)
    fill(template, into: &payload, random: &random)
    path.put(payload.bytes)
  }

  /// Copies a template, its slots filled: `{n}` a number, `{w}` a word, `{s}` some letters, `{h}` a host.
  private static func fill(
    _ template: UnsafeBufferPointer<UInt8>, into payload: inout ByteSink, random: inout RandomSource
  ) {
    var index = 0
    while index < template.count {
      let byte = template[index]
      guard byte == UInt8(ascii: "{"), index + 2 < template.count, template[index + 2] == UInt8(ascii: "}") else {
        payload.put(byte)
        index += 1
        continue
      }
      switch template[index + 1] {
      case UInt8(ascii: "n"): payload.putNumber(1 + random.below(random.chance(0.5) ? 40 : 90_000))
      case UInt8(ascii: "w"): payload.put(columns[random.below(columns.count)])
      case UInt8(ascii: "h"):
        payload.putHex(random.next(), digits: 6)
        payload.put(random.chance(0.5) ? ".collector.example" : ".cdn.test")
      default: for _ in 0..<(3 + random.below(6)) { payload.put(UInt8(97 + random.below(26))) }
      }
      index += 3
    }
  }
}

/// How a payload is dressed on its way.
enum PayloadEncoding: CaseIterable {
  case needed, upperHex, lowerHex, plus, double, randomCase, everything

  static func some(_ random: inout RandomSource) -> PayloadEncoding {
    let draw = random.below(100)
    return switch draw {
    case 0..<34: .needed
    case 34..<52: .upperHex
    case 52..<62: .lowerHex
    case 62..<80: .plus
    case 80..<87: .double
    case 87..<95: .randomCase
    default: .everything
    }
  }

  func put(_ bytes: UnsafeBufferPointer<UInt8>, into path: inout ByteSink, random: inout RandomSource) {
    for byte in bytes {
      switch self {
      case .plus where byte == 0x20: path.put(UInt8(ascii: "+"))
      case .randomCase where isLetter(byte): path.put(random.chance(0.5) ? byte ^ 0x20 : byte)
      case .needed, .plus, .randomCase:
        if mustEncode(byte) { hex(byte, upper: true, into: &path) } else { path.put(byte) }
      case .upperHex, .lowerHex, .double:
        if isLetter(byte) || (48...57).contains(byte) {
          path.put(byte)
        } else {
          if self == .double { path.put("%25") } else { path.put(UInt8(ascii: "%")) }
          path.put(Self.digit(byte >> 4, upper: self != .lowerHex))
          path.put(Self.digit(byte & 15, upper: self != .lowerHex))
        }
      case .everything: hex(byte, upper: false, into: &path)
      }
    }
  }

  private func hex(_ byte: UInt8, upper: Bool, into path: inout ByteSink) {
    path.put(UInt8(ascii: "%"))
    path.put(Self.digit(byte >> 4, upper: upper))
    path.put(Self.digit(byte & 15, upper: upper))
  }

  private static func digit(_ nibble: UInt8, upper: Bool) -> UInt8 {
    nibble < 10 ? 48 + nibble : (upper ? 55 : 87) + nibble
  }

  private func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xdf) }

  /// What may not stand in a query as it is.
  private func mustEncode(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte >= 0x7f || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\"")
  }
}
