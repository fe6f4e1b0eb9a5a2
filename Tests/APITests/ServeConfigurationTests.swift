import Foundation
import Model
import Records
import Testing

@testable import API

@Suite("Configuration of the floor")
struct ServeConfigurationTests {
  private let digest = String(repeating: "ab", count: 32)

  @Test("a whole configuration is read") func whole() throws {
    let configuration = try ServeConfiguration(
      text: """
        listen: "[::1]:9000"
        data: /var/lib/weir
        keep: 2d
        fastly: [abc]
        customers:
          - name: acme
            syslog_udp: 0.0.0.0:5514
            syslog_tcp: ["0.0.0.0:5514", "[::]:5515"]
            files: [/var/log/nginx]
            timezone: Europe/Berlin
          - name: other
        tokens:
          - {name: edge, role: machine, customers: [acme], sha256: \(digest)}
          - {name: Ann, role: lead, sha256: \(digest)}
        """, file: "serve.yaml")
    #expect(configuration.listen.description == "[::1]:9000" && configuration.keepSeconds == 172_800)
    #expect(configuration.customers.map(\.name) == ["acme", "other"])
    #expect(configuration.customers[0].tcp.count == 2 && configuration.customers[0].files == ["/var/log/nginx"])
    #expect(configuration.customers.map(\.zone?.identifier) == ["Europe/Berlin", nil])
    #expect(configuration.tokens.map(\.customers) == [["acme"], nil])
    #expect(configuration.tokens[0].digest.description == digest)
  }

  @Test("sources with settings of their own are read") func sources() throws {
    let configuration = try ServeConfiguration(
      text: """
        certificate: c.pem
        key: k.pem
        customers:
          - name: acme
            syslog_tls:
              - 0.0.0.0:6514
              - {listen: 0.0.0.0:6515, certificate: own.pem, key: own.key, client_authority: ca.pem}
            kafka:
              brokers: [k1:9092, k2:9092]
              topics: edge
              settings: {security.protocol: sasl_ssl}
              secret_files: {sasl.password: /etc/weir/kafka}
            s3: [{bucket: logs, endpoint: "https://s3.example", prefix: "cf/{date}/", access_key: k, secret_file: s, every: 30s}]
        """, file: "serve.yaml")
    let customer = configuration.customers[0]
    #expect(customer.tls.map(\.files.certificate) == ["c.pem", "own.pem"])
    #expect(customer.tls[1].files.clientAuthority == "ca.pem" && !customer.isPushedOnly)
    #expect(customer.kafka[0].topics == ["edge"] && customer.kafka[0].secrets["sasl.password"] == "/etc/weir/kafka")
    #expect(customer.objects[0].everySeconds == 30 && customer.objects[0].region == "us-east-1")
  }

  @Test("a folder of files is one configuration, whose lists are joined and whose customers are known everywhere")
  func folder() throws {
    let folder = NSTemporaryDirectory() + "weir-config-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
    }
    try write("10-tokens.yaml", "tokens: [{name: edge, role: machine, customers: [acme], sha256: \(digest)}]\n")
    try write("20-acme.yaml", "keep: 2d\ncustomers: [{name: acme}]\n")
    try write("30-other.yaml", "customers: [{name: other}]\n")
    let configuration = try ServeConfiguration(path: folder)
    #expect(configuration.customers.map(\.name) == ["acme", "other"] && configuration.tokens.count == 1)
    try write("30-other.yaml", "keep: 3d\ncustomers: [{name: acme}]\n")
    let error = #expect(throws: ContentError.self) { try ServeConfiguration(path: folder) }
    #expect(error.map { $0.problems.count == 2 && "\($0)".contains("20-acme.yaml already") } == true)
  }

  @Test("what is expected is read with owner, reason and end; what is over is remarked") func exemptions() throws {
    let configuration = try ServeConfiguration(
      text: """
        customers: [{name: acme}]
        suppressions:
          - name: own scanner
            condition: ip.src in {192.0.2.0/24}
            detections: [port-scan-by-address, prot-scan-by-address]
            customers: [acme]
            owner: Ann
            reason: weekly scan
            expires: 2099-01-31
        allow:
          - {name: partner, condition: 'ip.src eq 198.51.100.7', owner: Ben, reason: feed, expires: 2020-01-31T06:00:00Z}
        maintenance:
          - {name: move, owner: Cy, reason: new rack, from: 2099-01-01, until: 2099-01-02T04:00:00Z}
        """, file: "serve.yaml")
    #expect(configuration.exemptions.map(\.suppression.kind) == [.suppression, .allowed, .maintenance])
    #expect(configuration.exemptions[0].suppression.until == 4_073_587_200_000_000_000)
    #expect(configuration.exemptions[0].detections?.count == 2 && configuration.exemptions[0].customers == ["acme"])
    #expect(configuration.exemptions[2].condition == .and([]))
    #expect(configuration.remarks.count == 1 && configuration.remarks[0].contains("partner"))
    let unknown = configuration.unknownDetections(["port-scan-by-address"])
    #expect(unknown.count == 1 && unknown[0].suggestion == "port-scan-by-address" && unknown[0].line == 5)
  }

  @Test(
    "what is wrong is said with its place and what would be right",
    arguments: [
      ("listen: here\ncustomers: [{name: a}]", "'listen' must be an address and a port"),
      ("customers: []", "must name at least one"),
      ("customers: [{name: a/b}]", "letters, digits"),
      ("customers: [{name: a}, {name: a}]", "stands here twice"),
      ("customers: [{name: a, sylog_udp: 1}]", "did you mean"),
      ("customers: [{name: acme}]\ntokens: [{name: x, role: lead, sha256: 12}]", "64 hexadecimal digits"),
      ("customers: [{name: acme}]\ntokens: [{name: x, role: leader, sha256: ab}]", "lead"),
      ("customers: [{name: acme}]\ntokens: [{name: x, role: analyst, customers: [acne], sha256: ab}]", "acme"),
      ("customers: [{name: acme}]\ntokens: [{name: x, role: customer, sha256: ab}]", "must name its customers"),
      ("customers: [{name: acme}]\ncertificate: a.pem", "belong together"),
      ("customers: [{name: acme, timezone: Europe/Berlim}]", "Europe/Berlin"),
      ("customers: [{name: a, syslog_tls: 0.0.0.0:1}]", "needs 'certificate' and 'key'"),
      ("customers: [{name: a, kafka: {topics: [x]}}]", "'brokers' is missing"),
      ("customers: [{name: a, s3: {bucket: b, acces_key: x, secret_file: s}}]", "access_key"),
      (
        "customers: [{name: a}]\nallow: [{name: x, condition: ip.scr eq 1, owner: o, reason: r, expires: 2099-01-01}]",
        "ip.src"
      ),
      (
        "customers: [{name: a}]\nallow: [{name: x, condition: ip.src eq 192.0.2.1, reason: r, expires: 2099-01-01}]",
        "'owner' is missing"
      ),
      (
        "customers: [{name: a}]\nallow: [{name: x, condition: ip.src eq 192.0.2.1, owner: o, reason: r, expires: soon}]",
        "must be a day"
      ),
      (
        "customers: [{name: a}]\nmaintenance: [{name: x, owner: o, reason: r, from: 2099-01-02, until: 2099-01-01}]",
        "later than"
      ),
      (
        "customers: [{name: a}]\nsuppressions: [{name: x, customers: [b], condition: ip.src eq 192.0.2.1, owner: o, reason: r, expires: 2099-01-01}]",
        "no customer 'b'"
      ),
    ])
  func wrong(text: String, words: String) {
    let error = #expect(throws: ContentError.self) { try ServeConfiguration(text: text, file: "serve.yaml") }
    #expect(error.map { "\($0)".contains(words) && "\($0)".contains("serve.yaml:") } == true, "\(error!)")
  }
}
