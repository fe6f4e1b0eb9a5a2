import Content
import Enrich
import Foundation
import Model

/// User agents of declared robots: each must be classed as a robot.
enum CrawlerNames {
  static func run(_ run: Run) throws -> [SetResult] {
    let file = run.folder.appending(path: "crawler-user-agents/crawler-user-agents.json")
    let entries = try Files.json(Files.text(file)) as? [[String: Any]] ?? []
    var result = SetResult(
      "crawlers: classed as robots", note: "every instance of every pattern; tools count as robots")
    let worker = try Enricher(EnrichConfiguration(), content: ContentFolder()).worker()
    for entry in entries {
      for agent in entry["instances"] as? [String] ?? [] {
        let event = Visitor(agent: agent, address: nil).enriched(by: worker)
        result.count(["robot", "tool"].contains(event.agentClass), miss: "\(event.agentClass): \(agent)")
      }
    }
    return [result]
  }
}

/// Published ranges: a robot's name from its operator's network is no impostor, from a rented server it is.
enum RobotRanges {
  /// Folder of ranges, the robot's name, and how it names itself.
  private static let robots = [
    ("googlebot", "Googlebot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    ("bing", "Bingbot", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    ("duckduckbot", "DuckDuckBot", "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)"),
    ("facebook", "Facebook", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
    ("openai", "GPTBot", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)"),
    (
      "perplexity", "PerplexityBot", "Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)"
    ),
  ]

  static func run(_ run: Run) throws -> [SetResult] {
    var own = SetResult("robots: from their own ranges", note: "verified, the ranges given as a user gives them")
    var builtIn = SetResult("robots: without given ranges", note: "from their own ranges: no impostor")
    var foreign = SetResult("robots: from a rented server", note: "impostor")
    let ranges = run.folder.appending(path: "ipranges")
    let rented = try Files.lines(ranges.appending(path: "digitalocean/ipv4.txt")).prefix(40).compactMap(firstAddress)
    var configuration = EnrichConfiguration()
    configuration.robots = robots.flatMap { folder, name, _ in
      Files.all(under: ranges.appending(path: folder)).map { (name, $0.path(percentEncoded: false)) }
    }
    let worker = try Enricher(configuration, content: ContentFolder()).worker()
    let bare = try Enricher(EnrichConfiguration(), content: ContentFolder()).worker()
    for (folder, name, agent) in robots {
      for address in try Files.all(under: ranges.appending(path: folder)).flatMap(Files.lines).compactMap(firstAddress)
      {
        let visitor = Visitor(agent: agent, address: address)
        let state = visitor.enriched(by: worker).robot
        own.count(state == "verified", miss: "\(name) \(address): \(state)")
        let bareState = visitor.enriched(by: bare).robot
        builtIn.count(bareState != "impostor", miss: "\(name) \(address): \(bareState)")
      }
      for address in rented {
        let state = Visitor(agent: agent, address: address).enriched(by: worker).robot
        foreign.count(state == "impostor", miss: "\(name) \(address): \(state)")
      }
    }
    return [own, builtIn, foreign]
  }

  private static func firstAddress(_ line: String) -> IPAddress? {
    IPAddress(String(line.prefix { $0 != "/" }.filter { !$0.isWhitespace }))
  }
}

/// One request, as far as enrichment looks at it.
struct Visitor {
  let agent: String
  let address: IPAddress?

  func enriched(by worker: EnrichWorker) -> (agentClass: String, robot: String) {
    let batch = EventBatch(capacity: 16)
    for field in [EventField.userAgent, .ipSource] { batch.touch(field) }
    batch.set(.userAgent, 0, batch.arena.append(Array(agent.utf8)))
    if let address { batch.addresses[0] = address }
    batch.commitRow(.absent)
    worker.enrich(batch)
    return (word(batch, .agentClass), word(batch, .robot))
  }

  private func word(_ batch: EventBatch, _ field: EventField) -> String {
    guard case .keyword(let words) = field.spec.type, let place = batch.number(field, 0) else { return "none" }
    return words.indices.contains(Int(place)) ? words[Int(place)] : "none"
  }
}

/// MaxMind databases: every network's record as its makers wrote it down; broken ones refused.
enum AddressDatabases {
  static func run(_ run: Run) throws -> [SetResult] {
    var lookups = SetResult(
      "maxmind: lookups", note: "country, city, AS number and name of each network's first address")
    for source in Files.all(under: run.folder.appending(path: "source-data")) {
      let name = String(source.lastPathComponent.prefix { $0 != "." })
      let file = run.folder.appending(path: "test-data/\(name).mmdb")
      guard Files.exists(file), let database = try? AddressDatabase(path: file.path(percentEncoded: false)) else {
        continue
      }
      compare(try Files.json(Files.text(source)) as? [[String: Any]] ?? [], database, name: name, into: &lookups)
    }
    var refused = SetResult("maxmind: broken databases", note: "refused, or no record; never a crash")
    for file in Files.all(under: run.folder.appending(path: "bad-data")) {
      let database = try? AddressDatabase(path: file.path(percentEncoded: false))
      let records = ["1.1.1.1", "81.2.69.142", "2001:218::1"].compactMap(IPAddress.init).compactMap {
        database?.record(of: $0)
      }
      let isEmpty = records.allSatisfy { $0.country == nil && $0.city == nil && $0.asn == nil && $0.asName == nil }
      refused.count(database == nil || isEmpty, miss: "\(file.lastPathComponent): \(records)")
    }
    return [lookups, refused]
  }

  private static func compare(
    _ entries: [[String: Any]], _ database: AddressDatabase, name: String, into result: inout SetResult
  ) {
    var networks: [(address: IPAddress, bits: Int, record: [String: Any])] = []
    for entry in entries {
      for (network, record) in entry {
        let parts = network.split(separator: "/")
        guard parts.count == 2, let bits = Int(parts[1]), let address = IPAddress(String(parts[0])),
          let record = record as? [String: Any]
        else { continue }
        networks.append((address, bits, record))
      }
    }
    for network in networks {
      // A narrower network inside a wider one overrides it.
      let inside = networks.filter {
        network.address.isV4 == $0.address.isV4 && network.address.network($0.bits) == $0.address.network($0.bits)
      }
      guard let exact = inside.max(by: { $0.bits < $1.bits }) else { continue }
      let expected = Expected(exact.record)
      let record = database.record(of: network.address)
      result.count(
        expected.agrees(with: record),
        miss: "\(name) \(network.address): \(expected), not \(String(describing: record))")
    }
  }

  private struct Expected {
    let country: String?
    let city: String?
    let asn: Int64?
    let asName: String?

    init(_ record: [String: Any]) {
      country = (record["country"] as? [String: Any])?["iso_code"] as? String
      city = ((record["city"] as? [String: Any])?["names"] as? [String: Any])?["en"] as? String
      let network = record["autonomous_system_number"] == nil ? record["traits"] as? [String: Any] ?? record : record
      asn = (network["autonomous_system_number"] as? Int).map(Int64.init)
      asName = network["autonomous_system_organization"] as? String
    }

    func agrees(with record: AddressDatabase.Record?) -> Bool {
      record?.country == country && record?.city == city && record?.asn == asn && record?.asName == asName
    }
  }
}
