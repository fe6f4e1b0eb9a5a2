import Conditions
import Foundation
import Model
import Testing

@testable import Targets

/// Mitigations of every kind, one of which each target can say.
enum Samples {
  static let hostile = "x\n# weir end t\n}\nINJECTED \"; ${jndi:x} %{tx.1} */ --> ' \\ \u{0} \u{1b}[31m é"

  static func all(_ reference: String, reason: String = hostile) throws -> [Mitigation] {
    let request = try Condition(parsing: #"http.request.uri.path eq "/login" and http.user_agent contains "curl""#)
    let client = try Condition(parsing: #"http.request.method eq "POST" and http.user_agent contains "curl""#)
    let packet = try Condition(parsing: #"ip.dst eq 203.0.113.10 and udp.srcport eq 123 and ip.len gt 200"#)
    let syn = try Condition(parsing: "ip.dst eq 203.0.113.10 and tcp.dstport eq 443 and tcp.flags in {2 66 130 194}")
    let place = try Condition(parsing: "ip.dst eq 203.0.113.10")
    let limit = RateLimit(
      condition: request, characteristics: [.ipSource], requests: 1200, period: 60, timeout: 0)
    var longer = limit
    longer.timeout = 600
    let networks = ["192.0.2.0/24", "198.51.100.4", "2001:db8::/48"].map { AddressNetwork($0)! }
    let rules: [Mitigation.Rule] = [
      .filter(request), .filter(client), .filter(packet), .filter(syn), .filter(place),
      .rateLimit(limit), .rateLimit(longer), .addresses(networks),
    ]
    return rules.map { Mitigation(reference: reference, rule: $0, action: .block, reason: reason) }
  }

  /// What the target wrote for those that it can say.
  static func artifacts(_ target: Target, _ reference: String) throws -> [Artifact] {
    try all(reference).compactMap { try? target.compile($0) }
  }

  static let foreignLines = "# a person's own\nserver_tokens off;\n# weir begin\n# weir begin other-1: never ended\n\n"
  static let foreignObject: [String: String] = [
    "ref": "mine", "description": "mine", "Name": "mine", "comment": "weir", "notes": "weir:",
  ]
}

@Test("each target can say something, and marks it with the reference", arguments: Targets.all.map(\.name))
func artifactsAreMarked(name: String) throws {
  let target = try #require(Targets.named(name))
  let artifacts = try Samples.artifacts(target, "prp-12")
  #expect(!artifacts.isEmpty)
  for artifact in artifacts {
    #expect(target.find(in: artifact.text) == Array(repeating: "prp-12", count: target.find(in: artifact.text).count))
    #expect(!target.find(in: artifact.text).isEmpty)
    #expect(!artifact.undo.isEmpty && !artifact.apply.isEmpty)
  }
}

@Test(
  "an artifact is found among foreign rules and taken out again without a trace", arguments: Targets.all.map(\.name))
func artifactsAreFoundAndRemoved(name: String) throws {
  let target = try #require(Targets.named(name))
  for (artifact, other) in try zip(Samples.artifacts(target, "prp-12"), Samples.artifacts(target, "other-2")) {
    guard case .json = target.embedding else {
      let whole = Samples.foreignLines + artifact.text + "tail;\n" + other.text + "end"
      #expect(Set(target.find(in: whole)) == ["prp-12", "other-2"])
      #expect(target.remove("prp-12", from: whole) == Samples.foreignLines + "tail;\n" + other.text + "end")
      #expect(target.remove("prp-1", from: whole) == nil)
      continue
    }
    func objects(_ text: String) throws -> [Any] {
      let root = try JSONSerialization.jsonObject(with: Data(text.utf8))
      if let object = root as? [String: Any], let entries = object["entries"] as? [Any] { return entries }
      return root as? [Any] ?? [root]
    }
    let whole = JSONTree.text([Samples.foreignObject as Any] + (try objects(artifact.text)) + (try objects(other.text)))
    #expect(target.find(in: whole) == ["prp-12", "other-2"])
    let rest = try #require(target.remove("prp-12", from: whole))
    #expect(rest == JSONTree.text([Samples.foreignObject as Any] + (try objects(other.text))))
  }
}

@Test("what must go again says when, and is read so", arguments: Targets.all.map(\.name))
func expiryIsCarried(name: String) throws {
  let target = try #require(Targets.named(name))
  for var mitigation in try Samples.all("prp-12") {
    mitigation.expires = 1_800_000_000_500_000_000
    guard let artifact = try? target.compile(mitigation) else { continue }
    let found = ReadBack.artifacts(in: artifact.text)
    #expect(found.map(\.deployed.reference) == ["prp-12"])
    // Two languages leave no room for it: the name of a rule, and what describes a set.
    #expect(found.first?.deployed.expires == (name.hasPrefix("aws-waf") ? nil : mitigation.expires))
  }
}

@Test("rules in Weir's own language and lists of addresses are read back as they were written")
func rulesAreReadBack() throws {
  let readable = ["cloudflare-rule", "cloudflare-rate-limit", "cloudflare-list", "fastly-acl", "aws-waf-ipset"]
  for mitigation in try Samples.all("prp-12") {
    for name in readable {
      guard let artifact = try? #require(Targets.named(name)).compile(mitigation) else { continue }
      let rule = ReadBack.artifacts(in: artifact.text).first?.rule
      if name == "cloudflare-rule", case .addresses = mitigation.rule { continue }
      #expect(rule == mitigation.rule, "\(name): \(artifact.text)")
    }
  }
}

@Test(
  "what the Next-Gen WAF compares otherwise than it was sent is refused",
  arguments: [
    #"http.request.uri.path eq "/login""#, #"http.request.uri.query contains "a""#, #"http.host eq "a""#,
  ])
func decodedValuesAreRefused(condition: String) throws {
  let mitigation = Mitigation(reference: "t", rule: .filter(try Condition(parsing: condition)), action: .block)
  for target in [Target.fastlyNGWAF, .terraformFastly] {
    #expect(throws: Refusal.self) { try target.compile(mitigation) }
  }
}

@Test(
  "what Go's regexes answer otherwise than PCRE is refused for Coraza",
  arguments: [
    #"http.user_agent matches "a.b""#, #"http.user_agent matches "(?i)sql""#, #"http.user_agent matches "a(?=b)""#,
    #"http.user_agent matches "[^a]{3}""#, #"len(http.user_agent) gt 10"#, #"http.user_agent contains "é""#,
    #"http.request.uri.path contains "\x20""#, #"http.request.uri.query matches "^a""#,
  ])
func corazaRefuses(condition: String) throws {
  let mitigation = Mitigation(reference: "t", rule: .filter(try Condition(parsing: condition)), action: .block)
  #expect(throws: Refusal.self) { try Target.coraza.compile(mitigation) }
}

@Test("words of the incident never leave the comment they stand in", arguments: Targets.all.map(\.name))
func reasonsAreHarmless(name: String) throws {
  let target = try #require(Targets.named(name))
  for artifact in try Samples.artifacts(target, "prp-12") {
    #expect(artifact.text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
    for line in artifact.text.split(separator: "\n") {
      #expect(!line.hasPrefix("INJECTED") && !line.hasPrefix("}\nINJECTED"))
      #expect(!line.contains("INJECTED") || line.hasPrefix("# weir begin") || line.contains("weir:prp-12"))
    }
    #expect(!artifact.text.contains("${") && !artifact.text.contains("*/ --"))
  }
}

@Test(
  "a reference that is no name is refused",
  arguments: ["", "A", "a b", "a\nb", "-a", String(repeating: "a", count: 41)])
func referencesAreNames(reference: String) throws {
  for target in Targets.all {
    for mitigation in try Samples.all(reference) { #expect(throws: Refusal.self) { try target.compile(mitigation) } }
  }
}

@Test("hostile texts are refused with a reason or written as plain ASCII", arguments: Targets.all.map(\.name))
func hostileTexts(name: String) throws {
  let target = try #require(Targets.named(name))
  var random = SeededRandom(seed: 11)
  for round in 0..<300 {
    let condition =
      round % 3 == 0 ? RandomPackets.condition(&random) : RandomConditions.condition(&random, depth: 2)
    let mitigation = Mitigation(reference: "t", rule: .filter(condition), action: .block, reason: Samples.hostile)
    do throws(Refusal) {
      let artifact = try target.compile(mitigation)
      #expect(artifact.text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
      #expect(Set(target.find(in: artifact.text)) == ["t"])
    } catch {
      #expect(!error.reasons.isEmpty && error.reasons.allSatisfy { !$0.why.isEmpty })
    }
  }
}

@Test("lists of ten thousand are written whole or refused", arguments: Targets.all.map(\.name))
func longLists(name: String) throws {
  let target = try #require(Targets.named(name))
  let addresses = (0..<10_000).map { AddressNetwork(IPAddress(v4: 0x0A00_0000 + UInt32($0) * 4), bits: 32) }
  let texts = (0..<10_000).map { ConditionMember.text(ByteText("/path/\($0)")) }
  let rules: [Mitigation.Rule] = [
    .addresses(addresses), .filter(.test(ConditionTest(.field(.path), .isIn, .set(texts)))),
    .filter(.test(ConditionTest(.field(.ipSource), .isIn, .set(addresses.map { .addresses($0.first...$0.last) })))),
  ]
  for rule in rules {
    do throws(Refusal) {
      let artifact = try target.compile(Mitigation(reference: "long", rule: rule, action: .block))
      #expect(artifact.text.contains("9999") || artifact.text.contains("10.0.156.60"))
      if case .wrong(let tool, let words) = target.check?.run(artifact) {
        Issue.record("\(tool): \(words.prefix(300))")
      }
    } catch { #expect(!error.reasons.isEmpty) }
  }
}

@Test("the platform's own tool reads what was written, where it is installed", arguments: Targets.all.map(\.name))
func toolsAccept(name: String) throws {
  let target = try #require(Targets.named(name))
  var artifacts = try Samples.artifacts(target, "prp-12")
  var random = SeededRandom(seed: 5)
  for round in 0..<40 where artifacts.count < 9 {
    let condition = round % 2 == 0 ? RandomPackets.condition(&random) : RandomConditions.condition(&random)
    let mitigation = Mitigation(reference: "prp-12", rule: .filter(condition), action: .block, reason: Samples.hostile)
    if let artifact = try? target.compile(mitigation) { artifacts.append(artifact) }
  }
  for artifact in artifacts {
    if case .wrong(let tool, let words) = target.check?.run(artifact) {
      Issue.record("\(tool): \(words.prefix(500))\n\(artifact.text.prefix(2000))")
    }
  }
}

@Test("a tool finds what is wrong", arguments: Targets.all.map(\.name))
func toolsFindFaults(name: String) throws {
  let target = try #require(Targets.named(name))
  guard let check = target.check, var artifact = try Samples.artifacts(target, "prp-12").first else { return }
  artifact.text += "\n} ) ' this is no rule of anything {{{\n"
  let outcome = check.run(artifact)
  if case .missing = outcome { return }
  if case .fine(let tool) = outcome { Issue.record("\(tool) took it") }
}
