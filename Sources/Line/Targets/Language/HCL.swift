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
      return "{\n" + attributes(object, indent: deeper) + indent + "}"
    default: return "null"
    }
  }

  /// Names and values, one a line, laid out as `terraform fmt` does: signs under each other in each run of values that
  /// take one line.
  static func attributes(_ object: [String: Any], indent: String) -> String {
    let lines = object.keys.sorted().map { (name: $0, value: value(object[$0]!, indent: indent)) }
    var out = ""
    var at = 0
    while at < lines.count {
      let run = lines[at...].prefix { !$0.value.contains("\n") }
      let widest = run.map(\.name.utf8.count).max() ?? 0
      for line in run {
        out += "\(indent)\(line.name)\(String(repeating: " ", count: widest - line.name.utf8.count)) = \(line.value)\n"
      }
      at += run.count
      guard at < lines.count else { break }
      out += "\(indent)\(lines[at].name) = \(lines[at].value)\n"
      at += 1
    }
    return out
  }
}
