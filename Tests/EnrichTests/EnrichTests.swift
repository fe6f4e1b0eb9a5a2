import Content
import Foundation
import Model
import Testing

@testable import Enrich

/// The project's own Content, found from this file's place.
private let content = ContentFolder(roots: [
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Content").standardizedFileURL.path
])

private func enriched(
  agent: String? = nil, address: String = "192.0.2.1", path: String? = nil, query: String? = nil,
  configuration: EnrichConfiguration = EnrichConfiguration()
) throws -> EventBatch {
  let batch = EventBatch(capacity: 16, arenaBytes: 4096)
  for (field, text) in [(EventField.userAgent, agent), (.path, path), (.query, query)] {
    guard let text else { continue }
    batch.touch(field)
    batch.set(field, 0, batch.arena.append(text.utf8))
  }
  batch.addresses[0] = IPAddress(address)!
  batch.commitRow(LinePlace(slice: .absent, source: 0, number: 1))
  try Enricher(configuration, content: content).worker().enrich(batch)
  return batch
}

@Test(
  "a user agent is put into its class",
  arguments: [
    (
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
      "browser"
    ),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:121.0) Gecko/20100101 Firefox/121.0", "browser"),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1",
      "browser"
    ),
    (
      "Mozilla/5.0 (Linux; Android 13; CUBOT P50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Mobile Safari/537.36",
      "browser"
    ),
    ("curl/8.5.0", "tool"), ("python-requests/2.31.0", "tool"), ("Go-http-client/1.1", "tool"), ("sqlmap/1.7", "tool"),
    (
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0 Safari/537.36",
      "tool"
    ),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
    ("Some-New-Thing/1.0 (+https://example.org/about)", "robot"), ("UptimeRobot/2.0", "robot"),
    ("Feedly/1.0", "robot"), ("", "empty"), ("-", "empty"), ("Mozilla/5.0", "impossible"),
    ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 10.0)", "impossible"), ("\u{1}\u{2}<x>", "other"),
  ]) func agentClass(agent: String, expected: String) throws
{
  let batch = try enriched(agent: agent)
  #expect(EventField.agentClasses[Int(batch.number(.agentClass, 0)!)] == expected)
}

@Test(
  "a robot's name is verified, claimed or false by its address",
  arguments: [
    ("66.249.66.1", "verified"), ("64.233.173.200", "claimed"), ("203.0.113.9", "impostor"), ("127.0.0.1", "impostor"),
  ]) func robots(address: String, state: String) throws
{
  let batch = try enriched(
    agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", address: address)
  #expect(EventField.robotStates[Int(batch.number(.robot, 0)!)] == state)
}

@Test("a browser is no robot, whatever its address") func noRobot() throws {
  #expect(try enriched(agent: "Mozilla/5.0 Gecko/20100101 Firefox/121.0").number(.robot, 0) == nil)
}

@Test(
  "a path reads as the server will read it",
  arguments: [
    ("/a/b.html", "/a/b.html"), ("/a/../b", "/b"), ("/a/./b//c/", "/a/b/c/"),
    ("/%2e%2e/%2e%2e/etc/passwd", "/etc/passwd"),
    ("/%252e%252e/x", "/x"), ("\\..\\windows\\win.ini", "/windows/win.ini"), ("/100%", "/100%"), ("/a%2", "/a%2"),
    ("/a%zz%41", "/a%zzA"), ("/../../x", "/x"), ("/", "/"), ("*", "*"), ("/.well-known/a", "/.well-known/a"),
  ]) func paths(path: String, normal: String) throws
{
  let batch = try enriched(path: path)
  #expect(batch.text(.pathNormal, 0) == normal)
  #expect(batch.text(.path, 0) == path)
}

@Test("a query is decoded as often as it was encoded, plus signs once") func queries() throws {
  #expect(try enriched(query: "q=a+b%2Bc").text(.queryNormal, 0) == "q=a b+c")
  #expect(try enriched(query: "q=%2527").text(.queryNormal, 0) == "q='")
  let batch = try enriched(query: "q=plain")
  #expect(batch.slice(.queryNormal, 0) == batch.slice(.query, 0))
}

@Test("address lists are read in the spellings of common feeds") func lists() throws {
  let path = NSTemporaryDirectory() + "list-\(UInt64.random(in: 0 ... .max)).txt"
  defer { try? FileManager.default.removeItem(atPath: path) }
  let text =
    "# feed\n192.0.2.1\t7\n198.51.100.0/24 ; office\nadd bad 203.0.113.5\n10.0.0.3-10.0.0.17\nrubbish here\n2001:db8::/32\n"
  try Data(text.utf8).write(to: URL(filePath: path))
  var configuration = EnrichConfiguration()
  configuration.lists = [("feed", path)]
  #expect(try Enricher(configuration, content: content).oddities.count == 1)
  for inside in ["192.0.2.1", "198.51.100.77", "203.0.113.5", "10.0.0.3", "10.0.0.17", "2001:db8::9"] {
    #expect(try enriched(address: inside, configuration: configuration).text(.addressLists, 0) == #"["feed"]"#)
  }
  for outside in ["192.0.2.2", "10.0.0.2", "10.0.0.18"] {
    #expect(try enriched(address: outside, configuration: configuration).text(.addressLists, 0) == nil)
  }
}

@Test("a file that is no database and a list without addresses are refused with their path") func refusals() {
  for configure in [
    { (c: inout EnrichConfiguration) in c.databases = [#filePath] }, { c in c.lists = [("x", "/dev/null")] },
  ] {
    var configuration = EnrichConfiguration()
    configure(&configuration)
    #expect(throws: WorldError.self) { try Enricher(configuration, content: content) }
  }
}
