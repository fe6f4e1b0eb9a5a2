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
          - name: other
        tokens:
          - {name: edge, role: machine, customers: [acme], sha256: \(digest)}
          - {name: Ann, role: lead, sha256: \(digest)}
        """, file: "serve.yaml")
    #expect(configuration.listen.description == "[::1]:9000" && configuration.keepSeconds == 172_800)
    #expect(configuration.customers.map(\.name) == ["acme", "other"])
    #expect(configuration.customers[0].tcp.count == 2 && configuration.customers[0].files == ["/var/log/nginx"])
    #expect(configuration.tokens.map(\.customers) == [["acme"], nil])
    #expect(configuration.tokens[0].digest.description == digest)
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
    ])
  func wrong(text: String, words: String) {
    let error = #expect(throws: ContentError.self) { try ServeConfiguration(text: text, file: "serve.yaml") }
    #expect(error.map { "\($0)".contains(words) && "\($0)".contains("serve.yaml:") } == true, "\(error!)")
  }
}
