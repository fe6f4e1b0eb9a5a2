import Archive
import Conditions
import Foundation
import Model
import Testing

@testable import Watch

/// A hunt over files and over the archive: the same words, the same answer.
@Suite(.enabled(if: (try? DuckLibrary.get()) != nil)) struct HuntTests {
  /// Paths that a spreadsheet would run, a terminal obey or a page show; and one that is no text.
  private static let hostile = [
    "=cmd|'/C calc'!A0", "@SUM(1,2)", "/a,b;c%22d", "/<script>alert(1)</script>", "/\u{1B}[31mred", "/é/日本",
    "/?a=1' OR 1=1--",
  ]

  private struct Kept {
    let folder = FloorFolder()
    let log: String
    let archive: ArchiveFolder

    init(odd: Bool) throws {
      try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
      log = folder.path + "/access.log"
      archive = ArchiveFolder(root: folder.path + "/kept", customer: "acme")
      var lines = attackLog() + attackLog(from: "2001:db8::7", seconds: 90..<140, at: 3_500)
      for (place, path) in HuntTests.hostile.enumerated() {
        lines.append(logLine("192.0.2.\(place)", 4_000 + place, "GET \(path)", 404))
      }
      var bytes = Array(lines.joined().utf8)
      if odd {
        bytes += logLine("192.0.2.99", 4_100, "GET /odd/~", 404).utf8.map { $0 == UInt8(ascii: "~") ? 0xFF : $0 }
      }
      try Data(bytes).write(to: URL(filePath: log))
      let writer = try ArchiveWriter(archive)
      _ = try ArchiveImport(FloorFolder.assembly.get()).run([log], into: writer)
    }
  }

  private static let conditions = [
    "http.response.code ge 0", "http.response.code eq 401", "ip.src in {198.51.100.0/28 2001:db8::/32}",
    #"http.request.uri.path contains "news""#, #"http.request.uri matches "news/[0-3]$""#,
    #"http.request.uri matches "^/(login|news/1)""#, #"not http.request.uri.path contains "o""#,
    #"lower(http.request.uri) contains "script" or http.response.code eq 404"#, #"len(http.request.uri.path) gt 7"#,
    #"http.request.uri contains "日""#, #"starts_with(http.request.uri, "=")"#, #"http.user_agent wildcard "*x11*""#,
    #"client.class eq "browser""#, #"http.request.method eq "POST" and ip.src eq 203.0.113.9"#,
    #"event.time ge "2026-05-14T10:02:00Z""#, "ssl", #"http.host eq "nowhere.example""#,
  ]

  private static let wishes: [Hunt.Wish] = [
    .count, .events(limit: 10_000), .groups(Grouping([.ipSource]), limit: 7),
    .groups(Grouping([.path, .status]), limit: 1_000), .groups(Grouping(step: 60_000_000_000), limit: 1_000),
    .groups(Grouping([.method], step: 3_600_000_000_000), limit: 1_000),
    .groups(Grouping([.ipSource], distinct: .path), limit: 1_000), .groups(Grouping(distinct: .ipSource), limit: 10),
    .groups(Grouping([.sourceCountry, .userAgent]), limit: 10), .groups(Grouping([.agentClass]), limit: 10),
  ]

  @Test(arguments: [false, true]) func `every question has the same answer`(_ odd: Bool) throws {
    let kept = try Kept(odd: odd)
    let assembly = try FloorFolder.assembly.get()
    for text in Self.conditions {
      let condition = try Condition(parsing: text)
      for wish in Self.wishes {
        let hunt = Hunt(condition, wish: wish, in: assembly)
        var (files, archive): ([UInt8], [UInt8]) = ([], [])
        let direct = try hunt.run([kept.log]) { files += $0 }
        let asked = try hunt.run(archive: kept.archive) { archive += $0 }
        #expect(asked.events == direct.events, "\(text) \(wish)")
        #expect(asked.groups == direct.groups, "\(text) \(wish)")
        #expect(asked.groupCount == direct.groupCount, "\(text) \(wish)")
        #expect(Self.lines(archive) == Self.lines(files), "\(text) \(wish)")
      }
    }
  }

  @Test func `a span of time cuts both alike`() throws {
    let kept = try Kept(odd: false)
    let everything = try Condition(parsing: "http.response.code ge 0")
    let start = try #require(TimeWords.instant("2026-05-14T10:00:00Z", now: 0))
    for (since, until) in [(60, 120), (3_599, 3_601), (0, 1), (100_000, 200_000)] as [(Int64, Int64)] {
      let span = TimeSpan(since: start + since * 1_000_000_000, until: start + until * 1_000_000_000)
      let hunt = Hunt(everything, during: span, wish: .count, in: try FloorFolder.assembly.get())
      #expect(try hunt.run(archive: kept.archive) { _ in }.events == hunt.run([kept.log]) { _ in }.events)
    }
  }

  @Test func `SQL over files is SQL over the archive, and hostile values come out as they went in`() throws {
    let kept = try Kept(odd: true)
    let passing = try PassingArchive([kept.log], FloorFolder.assembly.get())
    for sql in [
      "SELECT http_request_uri, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC, 1",
      "SELECT ip_src, http_response_code FROM events WHERE in_network(ip_src, '192.0.2.0/24') ORDER BY 1",
      "SELECT date_trunc('minute', event_time) AS t, count(DISTINCT ip_src) FROM events GROUP BY 1 ORDER BY 1",
    ] {
      let question = SQLQuestion(sql, during: TimeSpan(), limit: 10_000)
      let asked = try question.run(kept.archive, limits: QuestionLimits(), until: nil)
      let direct = try question.run(passing.folder, limits: QuestionLimits(), until: nil)
      #expect(asked.rows == direct.rows && !asked.rows.isEmpty)
      if sql.hasPrefix("SELECT http_request_uri") {
        let found = Set(asked.rows.map { $0[0] })
        for path in ["=cmd|'/C", "/<script>alert(1)</script>", "/\u{1B}[31mred", "/é/日本"] {
          #expect(found.contains { $0?.hasPrefix(path) == true }, "\(path)")
        }
      }
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
  }
}
