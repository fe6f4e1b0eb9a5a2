import Foundation
import Testing

@testable import Model

@Test("the reference page of fields says what the one list of fields says")
func fieldReferenceIsFresh() throws {
  let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/fields.md")
  if ProcessInfo.processInfo.environment["WEIR_RECORD"] == "1" {
    try FieldReference.text.write(to: page, atomically: true, encoding: .utf8)
  }
  let recorded = try String(contentsOf: page, encoding: .utf8)
  #expect(recorded == FieldReference.text, "Docs/fields.md is stale: make record")
}

/// `Docs/fields.md`, made from `EventField`.
private enum FieldReference {
  static var text: String {
    let rows = EventField.allCases.map { field in
      let spec = field.spec
      let unit = spec.unit.map { ", \($0)" } ?? ""
      return "| `\(spec.name)` | \(type(spec.type))\(unit) | \(spec.sentence) | \(others(spec)) |"
    }
    return """
      # Fields

      Made from `Sources/Base/Model/EventField+Spec.swift` by `make record`; do not edit. A field that was not logged is
      absent, which is not zero and not the empty text. Aliases are accepted in conditions; the last column also names the
      key of a Cloudflare Logpush record (LP), of a Sigma rule (Sigma) and of an OCSF event (OCSF) that mean the same.

      | field | type | meaning | also known as |
      | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))

      """
  }

  private static func type(_ type: FieldType) -> String {
    switch type {
    case .text: "text"
    case .list: "list"
    case .map: "map"
    case .int: "int"
    case .bool: "bool"
    case .ip: "address"
    case .time: "time"
    case .keyword(let words): "one of " + words.map { "`\($0)`" }.joined(separator: " ")
    }
  }

  private static func others(_ spec: FieldSpec) -> String {
    [
      spec.aliases.map { "`\($0)`" }.joined(separator: " "), named("LP", spec.logpush), named("Sigma", spec.sigma),
      named("OCSF", spec.ocsf.map { [$0] } ?? []),
    ].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func named(_ origin: String, _ names: [String]) -> String {
    names.isEmpty ? "" : "\(origin) " + names.map { "`\($0)`" }.joined(separator: " ")
  }
}
