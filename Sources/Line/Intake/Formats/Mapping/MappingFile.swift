import Content
import Foundation
import Model

/// A user's own table of keys or columns: `fields: {client.addr: ip.src, ts: {field: event.time, unit: ms}}`.
///
/// It may also say `class`, `names`, `anywhere`, `apart`, `loose` and `telling`, as a format of kind `json` does.
enum MappingFile {
  /// The formats that a mapping makes: NDJSON and values with a header line by the same table.
  ///
  /// Errors: `ContentError` with every problem of the file.
  static func formats(_ path: String) throws(ContentError) -> [any LogFormat] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ContentError(ContentProblem(file: path, line: 0, column: 0, message: "the mapping file cannot be read"))
    }
    let documents = try ContentNode.documents(of: String(decoding: data, as: UTF8.self), file: path)
    guard let node = documents.first else {
      throw ContentError(
        ContentProblem(file: path, line: 1, column: 1, message: "the mapping file is empty; it needs 'fields'"))
    }
    var reader = ContentReader(node)
    if reader.required("fields") == nil { throw ContentError(reader.finish()) }
    let table = RecordTable(&reader)
    let problems = reader.finish()
    if !problems.isEmpty { throw ContentError(problems) }
    return [
      JSONFormat(name: "mapped", map: table.map, kind: table.kind, required: table.required),
      CSVFormat(table.map, kind: table.kind),
    ]
  }
}
