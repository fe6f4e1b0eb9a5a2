import Foundation
import Model

/// Values as Terraform's HCL writes them.
enum HCL {
  /// A quoted text, whatever it holds: quotes, backslashes and templates are escaped, the rest is `\uXXXX`.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      // Templates begin with these two and a brace; doubled they are themselves.
      case "$", "%": out.unicodeScalars.append(scalar)
      case _ where scalar.value >= 0x20 && scalar.value < 0x7F: out.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x10000: out += "\\u" + hex(scalar, 4)
      default: out += "\\U" + hex(scalar, 8)
      }
    }
    return out.replacing("${", with: "$${").replacing("%{", with: "%%{") + "\""
  }

  private static func hex(_ scalar: Unicode.Scalar, _ width: Int) -> String {
    let digits = String(scalar.value, radix: 16)
    return String(repeating: "0", count: width - digits.count) + digits
  }

  /// An object, list, text, number or bool.
  static func value(_ any: Any, indent: String = "") -> String {
    let deeper = indent + "  "
    switch any {
    case let text as String: return quoted(text)
    case let flag as Bool: return flag ? "true" : "false"
    case let number as Int: return "\(number)"
    case let list as [Any]:
      if list.isEmpty { return "[]" }
      return "[\n" + list.map { "\(deeper)\(value($0, indent: deeper)),\n" }.joined() + indent + "]"
    case let object as [String: Any]:
      let names = object.keys.sorted()
      let widest = names.map(\.utf8.count).max() ?? 0
      return "{\n"
        + names.map { name in
          let gap = String(repeating: " ", count: widest - name.utf8.count)
          return "\(deeper)\(name)\(gap) = \(value(object[name]!, indent: deeper))\n"
        }.joined() + indent + "}"
    default: return "null"
    }
  }
}
