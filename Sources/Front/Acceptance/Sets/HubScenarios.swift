import Foundation

/// Logs of attacks on some sixty products: the alerts' sources must be the expected ones, with none extra.
enum HubScenarios {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("hub-scenarios", note: "alerts' sources exactly as expected")
    var found = 0
    for folder in Files.folders(in: run.folder.appending(path: "tests")) {
      guard let file = Files.plainOrPacked(folder.appending(path: "scenario.assert")) else { continue }
      guard let expected = expectedSources(try Files.text(file)), let log = HubCase.log(in: folder) else { continue }
      let name = folder.lastPathComponent
      do {
        let findings = try run.weir.investigate([log])
        let sources = findings.sources
        if !expected.isEmpty, expected.isSubset(of: sources) { found += 1 }
        result.count(
          sources == expected,
          miss: "\(name): expected \(expected.sorted()), got \(sources.sorted()) \(findings.titles.sorted())")
      } catch {
        result.count(false, miss: "\(name): \(error)")
      }
    }
    result.note += "; \(found) cases with every expected source found"
    return [result]
  }

  /// The addresses that the assertions name, none where no alert is expected; nil where a case expects something that
  /// is no address.
  private static func expectedSources(_ text: String) -> Set<String>? {
    var sources: Set<String> = []
    for match in text.matches(of: /Overflow\.Sources\["([^"]+)"\]\.IP == "([^"]*)"/) { sources.insert(String(match.2)) }
    if sources.isEmpty, !text.contains("len(results) == 0") { return nil }
    return sources.contains("") ? nil : Set(sources.map(Addresses.canonical))
  }
}

/// What the cases of the hub have in common.
enum HubCase {
  static func log(in folder: URL) -> URL? {
    guard let configuration = try? Files.yaml(folder.appending(path: "config.yaml")).first,
      let name = configuration["log_file"]?.text
    else { return nil }
    return Files.plainOrPacked(folder.appending(path: name))
  }
}

/// Addresses as text.
enum Addresses {
  /// One spelling for each address, IPv4 inside IPv6 as IPv4; other text as it is.
  static func canonical(_ text: String) -> String {
    if text.hasPrefix("::ffff:"), text.contains(".") { return String(text.dropFirst(7)) }
    var v6 = in6_addr()
    guard text.contains(":"), inet_pton(AF_INET6, text, &v6) == 1 else { return text }
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(AF_INET6, &v6, &buffer, socklen_t(buffer.count))
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
