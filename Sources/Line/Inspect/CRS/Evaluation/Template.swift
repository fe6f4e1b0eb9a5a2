/// Text with macros: `%{tx.critical_anomaly_score}`, `.%{request_headers.host}`.
struct Template: Hashable, Sendable {
  enum Piece: Hashable, Sendable {
    case text([UInt8])
    case variable(Variable)
  }

  /// What a macro may stand for; anything else is `unknown` and makes its rule foreign where it decides.
  enum Variable: Hashable, Sendable {
    /// A TX variable by its number in the program's `Names`.
    case tx(Int)
    /// The first header of a name, in lower case.
    case header([UInt8])
    case matchedVar
    case matchedVarName
    case unknown(String)
  }

  var pieces: [Piece]

  init(_ text: String, names: inout Names) {
    pieces = []
    var rest = Substring(text)
    while let start = rest.range(of: "%{"), let end = rest[start.upperBound...].firstIndex(of: "}") {
      if start.lowerBound > rest.startIndex { pieces.append(.text(Array(rest[..<start.lowerBound].utf8))) }
      let name = rest[start.upperBound..<end].lowercased()
      let isClient = name == "remote_addr"
      pieces.append(isClient ? .text(Array(ModSecurity.client.utf8)) : .variable(Self.variable(name, &names)))
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { pieces.append(.text(Array(rest.utf8))) }
  }

  init(constant: [UInt8]) { pieces = constant.isEmpty ? [] : [.text(constant)] }

  /// The text when there is no macro in it.
  var constant: [UInt8]? {
    switch pieces.count {
    case 0: []
    case 1: if case .text(let text) = pieces[0] { text } else { nil }
    default: nil
    }
  }

  var variables: [Variable] {
    pieces.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }

  /// With the variables that `known` knows filled in.
  func filled(_ known: (Variable) -> [UInt8]?) -> Template {
    var text: [UInt8] = []
    var filled = Template(constant: [])
    for piece in pieces {
      switch piece {
      case .text(let bytes): text += bytes
      case .variable(let variable):
        if let value = known(variable) {
          text += value
        } else {
          if !text.isEmpty { filled.pieces.append(.text(text)) }
          text = []
          filled.pieces.append(piece)
        }
      }
    }
    if !text.isEmpty { filled.pieces.append(.text(text)) }
    return filled
  }

  private static func variable(_ name: String, _ names: inout Names) -> Variable {
    if name == "matched_var" { return .matchedVar }
    if name == "matched_var_name" { return .matchedVarName }
    guard let mark = name.firstIndex(where: { $0 == "." || $0 == ":" }) else { return .unknown(name) }
    let element = String(name[name.index(after: mark)...])
    switch name[..<mark] {
    case "tx": return .tx(names.number(of: element))
    case "request_headers": return .header(Array(element.utf8))
    default: return .unknown(name)
    }
  }
}

/// The names of TX variables, numbered; ASCII case does not matter.
struct Names: Sendable {
  private(set) var all: [String] = []
  /// The same as bytes.
  private(set) var bytes: [[UInt8]] = []
  private var numbers: [String: Int] = [:]
  private var places: [[UInt8]: Int] = [:]

  init() {
    // Captures come first, so that the number of a group is the number of its variable.
    for group in 0...9 { _ = number(of: String(group)) }
  }

  mutating func number(of name: String) -> Int {
    let folded = name.lowercased()
    if let known = numbers[folded] { return known }
    numbers[folded] = all.count
    places[Array(folded.utf8)] = all.count
    all.append(folded)
    bytes.append(Array(folded.utf8))
    return all.count - 1
  }

  func known(_ name: String) -> Int? { numbers[name.lowercased()] }

  /// The same for a name in lower case, without making a string of it.
  func known(lowered name: [UInt8]) -> Int? { places[name] }
}

extension Substring {
  /// The first place of a short text; Foundation is not needed for that.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
