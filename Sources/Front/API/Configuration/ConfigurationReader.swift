import Access
import Content
import Foundation
import Model
import Net
import Records

/// Reads the files of a configuration together and gathers all their problems.
///
/// Lists of several files are one list; what can stand only once stands in one of them. Customers are known before what
/// speaks of them is read, in whichever file they stand.
struct ConfigurationReader {
  private var made = ServeConfiguration()
  private var problems: [ContentProblem] = []
  private var readers: [ContentReader] = []
  /// Where each key that can stand only once was met.
  private var met: [String: String] = [:]

  mutating func add(_ text: String, file: String) {
    do throws(ContentError) {
      guard let node = try ContentNode.documents(of: text, file: file).first else {
        throw ContentError(ContentProblem(file: file, line: 1, column: 1, message: "the configuration is empty"))
      }
      readers.append(ContentReader(node))
    } catch {
      problems += error.problems
    }
  }

  /// All files as one. Errors: every problem of every file.
  mutating func configuration() throws(ContentError) -> ServeConfiguration {
    readers = readers.map { reader in
      var reader = reader
      readSingle(&reader)
      return reader
    }
    for index in readers.indices {
      for item in readers[index].optional("customers")?.list ?? [] { addCustomer(item) }
    }
    for index in readers.indices {
      for item in readers[index].optional("tokens")?.list ?? [] { addToken(item) }
      var exemptions = ExemptionReader(customers: made.customers.map(\.name))
      exemptions.read(&readers[index])
      made.exemptions += exemptions.exemptions
      made.namedDetections += exemptions.namedDetections
      made.remarks += exemptions.remarks
    }
    if let first = readers.first {
      if made.customers.isEmpty { problems.append(first.node.problem("'customers' must name at least one")) }
      if (made.certificate == nil) != (made.key == nil) {
        problems.append(first.node.problem("'certificate' and 'key' belong together"))
      }
    }
    for index in readers.indices { problems += readers[index].finish() }
    if !problems.isEmpty { throw ContentError(problems) }
    return made
  }

  /// What can stand once in all files together.
  private mutating func readSingle(_ reader: inout ContentReader) {
    for key in ["listen", "data", "keep", "certificate", "key", "requests_per_second", "archive"]
    where reader.node[key] != nil {
      if let other = met.updateValue(reader.node.file ?? "", forKey: key) {
        problems.append(reader.node.problem("'\(key)' stands in \(other) already"))
      }
    }
    if let endpoint = endpoints("listen", &reader).first { made.listen = endpoint }
    if let folder = reader.text("data") { made.folder = folder }
    if let span = reader.span("keep") { made.keepSeconds = Int(span / 1_000_000_000) }
    if let path = reader.text("certificate") { made.certificate = path }
    if let path = reader.text("key") { made.key = path }
    if let rate = reader.int("requests_per_second", in: 0...100_000) { made.requestsPerSecond = rate }
    readArchive(&reader)
    made.fastlyServices += reader.texts("fastly")
  }

  /// `archive: true`, `archive_keep: 90d`, `archive_lines: false`.
  private mutating func readArchive(_ reader: inout ContentReader) {
    if let span = reader.span("archive_keep") { made.archive?.keepSeconds = Int(span / 1_000_000_000) }
    if let lines = reader.bool("archive_lines") { made.archive?.keepsLines = lines }
    if reader.bool("archive") == false { made.archive = nil }
  }

  private mutating func addCustomer(_ node: ContentNode) {
    var reader = ContentReader(node)
    var customer = ServeConfiguration.Customer(name: reader.requiredText("name"))
    if !Spool.isName(customer.name) {
      reader.complain(node.problem("a customer's name is letters, digits, -, _ and ."))
    }
    if made.customers.contains(where: { $0.name == customer.name }) {
      reader.complain(node.problem("customer '\(customer.name)' stands here twice"))
    }
    customer.udp = endpoints("syslog_udp", &reader)
    customer.tcp = endpoints("syslog_tcp", &reader)
    customer.flows = endpoints("flows", &reader)
    customer.tls = SourceReader.tls(&reader, made)
    customer.kafka = SourceReader.kafka(&reader)
    customer.objects = SourceReader.objects(&reader)
    customer.files = reader.texts("files")
    if let name = reader.text("timezone") {
      customer.zone = TimeZone(identifier: name)
      if customer.zone == nil {
        reader.complain(
          (reader.node["timezone"] ?? reader.node).problem(
            "'timezone' must be a name of the IANA time zone database, not '\(name)'",
            suggestion: nearestWord(to: name, in: TimeZone.knownTimeZoneIdentifiers)))
      }
    }
    if let span = reader.span("archive_keep") { made.archive?.keepSecondsOf[customer.name] = Int(span / 1_000_000_000) }
    customer.captures = reader.texts("capture")
    for name in customer.captures where !Spool.isName(name) {
      reader.complain((reader.node["capture"] ?? reader.node).problem("'\(name)' is no name of an interface"))
    }
    made.customers.append(customer)
    problems += reader.finish()
  }

  private func endpoints(_ key: String, _ reader: inout ContentReader) -> [Endpoint] {
    reader.texts(key).compactMap { word in
      if let endpoint = Endpoint(word) { return endpoint }
      reader.complain(
        (reader.node[key] ?? reader.node).problem(
          "'\(key)' must be an address and a port such as 0.0.0.0:514 or [::]:514, not '\(word)'"))
      return nil
    }
  }

  private mutating func addToken(_ node: ContentNode) {
    var reader = ContentReader(node)
    let name = reader.requiredText("name")
    let role = reader.word("role", as: Role.self)
    if node["role"] == nil { reader.complain(node.problem("key 'role' is missing")) }
    let digest = SHA256(hexadecimal: reader.requiredText("sha256"))
    if digest == nil, node["sha256"] != nil {
      reader.complain(node.problem("'sha256' must be 64 hexadecimal digits, as `weir token` prints them"))
    }
    let allowed = reader.texts("customers")
    reader.complain(made.unknownCustomers(allowed, node))
    // A customer's own token that is good for everybody is a slip of the pen with a price.
    if role == .customer, allowed.isEmpty {
      reader.complain(node.problem("a token with the role customer must name its customers"))
    }
    if let role, let digest {
      let scope = node["customers"] == nil ? nil : Set(allowed)
      made.tokens.append(AccessToken(name: name, role: role, customers: scope, digest: digest))
    }
    problems += reader.finish()
  }
}

extension ServeConfiguration {
  /// Problems of a list that names customers.
  fileprivate func unknownCustomers(_ names: [String], _ node: ContentNode) -> [ContentProblem] {
    let known = customers.map(\.name)
    return names.filter { !known.contains($0) }.map { name in
      node.problem("there is no customer '\(name)'", suggestion: nearestWord(to: name, in: known))
    }
  }
}
