import Content
import Model

extension JSONFormat {
  /// The format that a YAML document of kind `json` describes. Its keys beside those that every format has: `class`,
  /// `columns`, `telling` (keys that only this format has), `fields`, `anywhere`, `names`, `loose`, `sureness`.
  ///
  /// Problems are left with the reader; nil where they leave nothing to decode with.
  init?(name: String, _ reader: inout ContentReader) {
    let sureness = reader.int("sureness", in: 1...100) ?? 100
    let table = RecordTable(&reader)
    if table.entries.isEmpty {
      reader.complain(reader.node.problem("a JSON format needs 'fields' or 'names'"))
      return nil
    }
    self.init(
      name: name, map: table.map, kind: table.kind, required: table.required, sureness: sureness,
      isTabular: table.isTabular)
  }
}
