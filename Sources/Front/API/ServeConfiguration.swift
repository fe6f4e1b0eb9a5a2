import Content
import Foundation
import Model
import Net
import Records

/// What `weir serve` is told by its configuration file.
package struct ServeConfiguration: Sendable {
  /// One customer and what brings in its telemetry.
  package struct Customer: Sendable {
    package var name: String
    package var udp: [Endpoint] = []
    package var tcp: [Endpoint] = []
    package var flows: [Endpoint] = []
    package var files: [String] = []

    package init(name: String) { self.name = name }
  }

  package var listen = Endpoint("127.0.0.1:8410")!
  package var folder: String?
  package var keepSeconds = 7 * 86_400
  package var customers: [Customer] = []
  package var tokens: [AccessToken] = []
  package var fastlyServices: [String] = []
  /// Paths of the PEM files; nil: plain HTTP.
  package var certificate: String?
  package var key: String?

  package init() {}

  /// Reads a file. Errors: `ContentError` with all its problems.
  package init(file: String) throws(ContentError) {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ContentError(ContentProblem(file: file, line: 0, column: 0, message: "the configuration cannot be read"))
    }
    try self.init(text: String(decoding: data, as: UTF8.self), file: file)
  }

  init(text: String, file: String) throws(ContentError) {
    guard let node = try ContentNode.documents(of: text, file: file).first else {
      throw ContentError(ContentProblem(file: file, line: 1, column: 1, message: "the configuration is empty"))
    }
    var reader = ContentReader(node)
    if let word = reader.text("listen") {
      if let endpoint = Endpoint(word) {
        listen = endpoint
      } else {
        reader.complain(Self.noEndpoint(word, node, "listen"))
      }
    }
    folder = reader.text("data")
    if let span = reader.span("keep") { keepSeconds = Int(span / 1_000_000_000) }
    certificate = reader.text("certificate")
    key = reader.text("key")
    if (certificate == nil) != (key == nil) { reader.complain(node.problem("'certificate' and 'key' belong together")) }
    fastlyServices = reader.texts("fastly")
    for item in reader.required("customers")?.list ?? [] { addCustomer(item, &reader) }
    for item in reader.optional("tokens")?.list ?? [] { addToken(item, &reader) }
    if customers.isEmpty { reader.complain(node.problem("'customers' must name at least one")) }
    let problems = reader.finish()
    if !problems.isEmpty { throw ContentError(problems) }
  }

  private mutating func addCustomer(_ node: ContentNode, _ outer: inout ContentReader) {
    var reader = ContentReader(node)
    var customer = Customer(name: reader.requiredText("name"))
    if !Spool.isName(customer.name) {
      reader.complain(node.problem("a customer's name is letters, digits, -, _ and ."))
    }
    if customers.contains(where: { $0.name == customer.name }) {
      reader.complain(node.problem("customer '\(customer.name)' stands here twice"))
    }
    for (key, path) in [("syslog_udp", \Customer.udp), ("syslog_tcp", \Customer.tcp), ("flows", \Customer.flows)] {
      for word in reader.texts(key) {
        if let endpoint = Endpoint(word) {
          customer[keyPath: path].append(endpoint)
        } else {
          reader.complain(Self.noEndpoint(word, node, key))
        }
      }
    }
    customer.files = reader.texts("files")
    customers.append(customer)
    outer.complain(reader.finish())
  }

  private mutating func addToken(_ node: ContentNode, _ outer: inout ContentReader) {
    var reader = ContentReader(node)
    let name = reader.requiredText("name")
    let role = reader.word("role", as: Role.self)
    if node["role"] == nil { reader.complain(node.problem("key 'role' is missing")) }
    let digest = SHA256(hexadecimal: reader.requiredText("sha256"))
    if digest == nil, node["sha256"] != nil {
      reader.complain(node.problem("'sha256' must be 64 hexadecimal digits, as `weir token` prints them"))
    }
    let allowed = reader.texts("customers")
    for customer in allowed where !customers.contains(where: { $0.name == customer }) {
      let names = customers.map(\.name)
      reader.complain(
        node.problem("there is no customer '\(customer)'", suggestion: nearestWord(to: customer, in: names)))
    }
    // A customer's own token that is good for everybody is a slip of the pen with a price.
    if role == .customer, allowed.isEmpty {
      reader.complain(node.problem("a token with the role customer must name its customers"))
    }
    if let role, let digest {
      let scope = node["customers"] == nil ? nil : Set(allowed)
      tokens.append(AccessToken(name: name, role: role, customers: scope, digest: digest))
    }
    outer.complain(reader.finish())
  }

  private static func noEndpoint(_ word: String, _ node: ContentNode, _ key: String) -> ContentProblem {
    node.problem("'\(key)' must be an address and a port such as 0.0.0.0:514 or [::]:514, not '\(word)'")
  }
}

extension SHA256 {
  /// From 64 hexadecimal digits; nil where it is something else.
  init?(hexadecimal text: String) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    self.init(stored: stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
  }
}
