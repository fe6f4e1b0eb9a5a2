/// The fields of a `multipart/form-data` body (RFC 7578), read forgivingly: a sloppy writer is no reason to look away.
struct Multipart {
  struct Field {
    var name: [UInt8] = []
    var fileName: [UInt8] = []
    var value: [UInt8] = []
  }

  static let mostFields = 512

  private(set) var fields: [Field] = []

  /// Nil when no boundary is found in the content type or at the body's beginning.
  init?(_ body: [UInt8], type: [UInt8]) {
    guard let boundary = Self.boundary(in: type) ?? Self.boundary(startOf: body) else { return nil }
    let delimiter = Array("--".utf8) + boundary
    var rest = body[...]
    guard let first = rest.firstRange(of: delimiter) else { return nil }
    rest = rest[first.upperBound...]
    while !rest.isEmpty, fields.count < Self.mostFields {
      let end = rest.firstRange(of: delimiter)
      fields.append(Self.field(rest[..<(end?.lowerBound ?? rest.endIndex)]))
      guard let end, !rest[end.upperBound...].starts(with: Array("--".utf8)) else { break }
      rest = rest[end.upperBound...]
    }
  }

  private static func boundary(in type: [UInt8]) -> [UInt8]? {
    guard let key = type.map(\.asciiLowercased).firstRange(of: Array("boundary=".utf8)) else { return nil }
    var value = type[key.upperBound...].prefix { $0 != ASCII.semicolon && !$0.isASCIISpace }
    if value.first == ASCII.quote { value = value.dropFirst().prefix { $0 != ASCII.quote } }
    return value.isEmpty ? nil : Array(value)
  }

  private static func boundary(startOf body: [UInt8]) -> [UInt8]? {
    guard body.starts(with: Array("--".utf8)) else { return nil }
    let line = body.dropFirst(2).prefix { $0 != ASCII.carriageReturn && $0 != ASCII.newline }
    return line.isEmpty || line.count > 200 ? nil : Array(line)
  }

  private static func field(_ part: ArraySlice<UInt8>) -> Field {
    var field = Field()
    var rest = part.drop { $0 == ASCII.carriageReturn || $0 == ASCII.newline }
    while let lineEnd = rest.firstIndex(of: ASCII.newline) {
      let line = rest[..<lineEnd].filter { $0 != ASCII.carriageReturn }
      rest = rest[(lineEnd + 1)...]
      if line.isEmpty { break }
      guard line.beginsCaseless("content-disposition:") else { continue }
      field.name = parameter("name=", of: line)
      field.fileName = parameter("filename=", of: line)
    }
    while let last = rest.last, last == ASCII.carriageReturn || last == ASCII.newline { rest = rest.dropLast() }
    field.value = Array(rest)
    return field
  }

  /// The value of a parameter; a quoted one runs to the last quote before the next parameter, escapes left in.
  private static func parameter(_ key: String, of line: [UInt8]) -> [UInt8] {
    var from = line[...]
    while let found = from.map(\.asciiLowercased).firstRange(of: Array(key.utf8)) {
      let start = from.startIndex + found.lowerBound
      let value = from[(start + key.utf8.count)...]
      from = value
      // `filename=` ends in `name=` as well.
      if start > line.startIndex, line[start - 1].isASCIIWord { continue }
      guard value.first == ASCII.quote else { return Array(value.prefix { $0 != ASCII.semicolon }) }
      let quoted = value.dropFirst()
      let end = quoted.firstRange(of: Array("\"; ".utf8))?.lowerBound ?? quoted.lastIndex(of: ASCII.quote)
      return Array(quoted[..<(end ?? quoted.endIndex)])
    }
    return []
  }
}
