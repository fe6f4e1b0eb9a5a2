extension Escape {
  /// `text` with every character made visible that would hide, reorder or command, cut at `limit` characters with `…`.
  ///
  /// C0 controls become Unicode's control pictures (U+2400…), the rest `⟨U+XXXX⟩`: other controls, format characters
  /// (bidirectional marks, joiners, tags), line separators, private use, unassigned, default-ignorable, and combining
  /// marks beyond three in a row, which would climb over the neighbouring lines.
  package static func visible(_ text: String, limit: Int = .max) -> String {
    var out = String.UnicodeScalarView()
    var marks = 0
    var taken = 0
    for scalar in text.unicodeScalars {
      marks = isMark(scalar) ? marks + 1 : 0
      if taken == limit {
        out.append("…")
        break
      }
      taken += 1
      if scalar.value < 0x20 {
        out.append(Unicode.Scalar(0x2400 + scalar.value)!)
      } else if scalar.value == 0x7f {
        out.append("␡")
      } else if marks > 3 || isUnseen(scalar) {
        out.append(contentsOf: "⟨U+\(hex(scalar.value, 4))⟩".unicodeScalars)
      } else {
        out.append(scalar)
      }
    }
    return String(out)
  }

  /// Whether a reader would not see this character, or not see what it does.
  static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20 && scalar.value < 0x7f { return false }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return true
    default: return properties.isDefaultIgnorableCodePoint
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return true
    default: return false
    }
  }

  /// Upper-case hexadecimal with at least `width` digits.
  static func hex(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
