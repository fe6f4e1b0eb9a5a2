/// Makes a hostile string harmless in each place where people or programs read it; the only place that does.
///
/// Every form but `json` and `shell` also makes characters visible that hide, reorder or command: a terminal's escape
/// becomes `⟨ESC⟩`, a bidirectional override `⟨U+202E⟩`. `json` and `shell` keep the value exact and write such characters
/// in the target's own escape.
package enum Escape {
  /// Text between tags or in a quoted attribute of HTML.
  package static func html(_ text: String, limit: Int = .max) -> String {
    var out = ""
    for scalar in visible(text, limit: limit).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "`": out += "&#96;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Running text of Markdown (CommonMark with GitHub's tables and bare links); stays on its line.
  package static func markdown(_ text: String, limit: Int = .max) -> String {
    var out = ""
    var number = true
    let scalars = Array(visible(text, limit: limit).unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let digit = scalar.value >= 48 && scalar.value <= 57
      // A bare link begins at `www.` or at a scheme's colon, an ordered list at `1.` or `1)`.
      let closesNumber = number && !out.isEmpty && (scalar == "." || scalar == ")")
      let linksHost = scalar == "." && out.suffix(3).lowercased() == "www"
      let linksScheme = scalar == ":" && (index + 1 < scalars.count && scalars[index + 1] == "/" || endsInScheme(out))
      let leads = out.isEmpty && markdownLeads.contains(scalar)
      if markdownMarks.contains(scalar) || closesNumber || linksHost || linksScheme || leads { out.append("\\") }
      out.unicodeScalars.append(scalar)
      number = number && digit
    }
    return out
  }

  /// A line of a terminal.
  package static func terminal(_ text: String, limit: Int = .max) -> String { visible(text, limit: limit) }

  /// One word of a shell command, to be copied: the shell hands exactly `text` to the program.
  ///
  /// Plain single quotes where that is enough; `$'…'` (bash, ksh, zsh, busybox) where characters would hide.
  package static func shell(_ text: String) -> String {
    let scalars = text.unicodeScalars
    if !text.isEmpty, scalars.allSatisfy({ isPlainShell($0) }) { return text }
    if !scalars.contains(where: { isUnseen($0) }) {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
    var out = "$'"
    for scalar in scalars {
      if isUnseen(scalar) {
        for byte in String(scalar).utf8 { out += "\\x" + hex(UInt32(byte), 2) }
      } else {
        if scalar == "'" || scalar == "\\" { out += "\\" }
        out.unicodeScalars.append(scalar)
      }
    }
    return out + "'"
  }

  /// The inside of a JSON string (RFC 8259); unseen characters as `\u`, and `<` too, so that the file is inert anywhere.
  package static func json(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count + 8)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "<": out += "\\u003c"
      default:
        if isUnseen(scalar) {
          for unit in String(scalar).utf16 { out += "\\u" + hex(UInt32(unit), 4) }
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  private static let markdownMarks = Set("\\`*_[]<>|~&@$".unicodeScalars)
  /// What makes a heading, an underline or a list only at the beginning.
  private static let markdownLeads = Set("#-+=".unicodeScalars)

  private static func endsInScheme(_ text: String) -> Bool {
    let word = text.suffix(6).lowercased()
    return word.hasSuffix("mailto") || word.hasSuffix("xmpp")
  }

  private static func isPlainShell(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", ",", "@", "%", "+", "=": true
    default: false
    }
  }
}
