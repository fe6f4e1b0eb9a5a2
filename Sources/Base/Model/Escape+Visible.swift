extension Escape {
  /// `text` with every character made visible that would hide, reorder or command, cut at `limit` characters with `…`.
  ///
  /// They become `⟨ESC⟩` or `⟨U+202E⟩`, which every font can show: controls, format characters (bidirectional marks,
  /// joiners, tags), line separators, private use, unassigned, default-ignorable, and combining marks beyond three in a
  /// row, which would climb over the neighbouring lines.
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
      if marks > 3 || isUnseen(scalar) {
        let name = names[scalar.value] ?? "U+" + hex(scalar.value, 4)
        out.append(contentsOf: "⟨\(name)⟩".unicodeScalars)
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

  /// Controls that people know by name.
  private static let names: [UInt32: String] = [
    0x00: "NUL", 0x07: "BEL", 0x08: "BS", 0x09: "TAB", 0x0a: "LF", 0x0b: "VT", 0x0c: "FF", 0x0d: "CR", 0x1b: "ESC",
    0x7f: "DEL",
  ]

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
