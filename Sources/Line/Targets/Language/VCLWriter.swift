import Model

/// Conditions as expressions of VCL, Varnish's and Fastly's alike; brackets nest, so one expression says it all.
struct VCLWriter {
  enum Dialect { case varnish, fastly }

  private(set) var acls = ""
  private let name: String
  private let dialect: Dialect
  private var lists: [AddressRanges: String] = [:]

  static let comparisons = 2000
  private static let regexLimit = 8000

  init(_ reference: String, _ dialect: Dialect) {
    name = "weir_" + reference.replacing("-", with: "_")
    self.dialect = dialect
  }

  mutating func expression(_ question: Question) throws(Refusals) -> String {
    let dialect = dialect
    var count = 0
    question.forEachLeaf { _ in count += 1 }
    guard count <= Self.comparisons else {
      throw Refusals("the condition", "it has \(count) comparisons; VCL of more than \(Self.comparisons) is too slow")
    }
    try question.check { Self.reason($0, dialect) }
    return write(question)
  }

  private static func reason(_ leaf: Leaf, _ dialect: Dialect) -> String? {
    if case .text(let pattern) = leaf.ask, pattern.regexes(limit: regexLimit) == nil { return "a text too long" }
    switch leaf.subject {
    case .version where dialect == .fastly: return "Fastly answers on several versions and names them its own way"
    case .header("x-forwarded-for") where dialect == .varnish:
      return "Varnish adds the client's address to the header before rules run"
    case .header(let header) where header.utf8.first.map { !(97...122).contains($0) } ?? true:
      return "VCL takes header names that begin with a letter"
    default: return nil
    }
  }

  private mutating func write(_ question: Question) -> String {
    switch question {
    case .constant(let truth): return truth ? "true" : "false"
    case .not(let part): return "!(\(write(part)))"
    case .all(let parts): return "(" + parts.map { write($0) }.joined(separator: " &&\n    ") + ")"
    case .any(let parts): return "(" + parts.map { write($0) }.joined(separator: " ||\n    ") + ")"
    case .leaf(let leaf): return write(leaf)
    }
  }

  private mutating func write(_ leaf: Leaf) -> String {
    switch leaf.ask {
    case .addresses(let ranges): return addresses(ranges)
    case .ports(let ranges):
      let port = dialect == .varnish ? "std.port(client.ip)" : "client.port"
      let texts = ranges.filter { $0.overlaps(0...65_535) }.map { range in
        let range = range.clamped(to: 0...65_535)
        return "(\(port) >= \(range.lowerBound) && \(port) <= \(range.upperBound))"
      }
      return texts.isEmpty ? "false" : "(" + texts.joined(separator: " || ") + ")"
    case .present: return guardian(leaf.subject) ?? "true"
    case .text(let pattern):
      let value = Self.value(leaf.subject)
      let regexes = pattern.regexes(limit: Self.regexLimit) ?? []
      let found = "(" + regexes.map { "\(value) ~ \"\($0)\"" }.joined(separator: " || ") + ")"
      return guardian(leaf.subject).map { "(\($0) && \(found))" } ?? found
    }
  }

  /// What must hold for the value to be there at all: VCL compares a missing one as the empty text.
  private func guardian(_ subject: Subject) -> String? {
    switch subject {
    case .header(let name): "req.http.\(name)"
    case .query: #"req.url ~ "\?""#
    default: nil
    }
  }

  mutating func addresses(_ ranges: AddressRanges) -> String {
    if ranges.isEmpty { return "false" }
    if let known = lists[ranges] { return "client.ip ~ \(known)" }
    let list = "\(name)_\(lists.count + 1)"
    lists[ranges] = list
    acls += "acl \(list) {\n"
    for network in ranges.networks {
      let parts = network.text.split(separator: "/")
      acls += "  \"\(parts[0])\"/\(parts[1]);\n"
    }
    acls += "}\n"
    return "client.ip ~ \(list)"
  }

  static func value(_ subject: Subject) -> String {
    switch subject {
    case .method: "req.method"
    case .uri: "req.url"
    case .path: #"regsub(req.url, "(?s)\?.*\z", "")"#
    case .query: #"regsub(req.url, "(?s)\A[^?]*\?", "")"#
    case .version: "req.proto"
    case .header(let name): "req.http.\(name)"
    case .address: "client.ip"
    case .port: "client.port"
    }
  }
}
