/// Puts a sign into words.
enum Reasons {
  /// More reasons than these help nobody.
  static let most = 6
  private static let longestName = 60

  static func sentence(_ sign: Sign) -> String {
    guard let place = sign.place else {
      let variable = sign.name.isEmpty ? "" : " on \(printable(sign.name))"
      return "Core Rule Set \(sign.key)\(variable): \(sign.words.isEmpty ? "it matched" : sign.words)."
    }
    let name = sign.name.isEmpty ? "" : " \"\(printable(sign.name))\""
    return "In \(place.words)\(name): \(sign.words)."
  }

  /// Hostile bytes made harmless: what is not printable ASCII is escaped, what is long is cut.
  private static func printable(_ bytes: [UInt8]) -> String {
    var out = ""
    for byte in bytes.prefix(longestName) {
      if byte >= 0x20, byte < 0x7F, byte != ASCII.quote, byte != ASCII.backslash {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return bytes.count > longestName ? out + "…" : out
  }
}
