import Archive
import Conditions
import Foundation
import Model
import Testing

@testable import Watch

@Suite struct SweepTests {
  private func list(_ text: String) -> IndicatorList { IndicatorList(Data(text.utf8)) }

  @Test func `lines and feeds are recognised by their shape, and what could be anything is asked back`() {
    let found = list(
      """
      # a remark
      192.0.2.1
      198.51.100.0/24,botnet c2
      2001:db8::1
      bad.example
      https://evil.example/shell.php?x=1
      773906b0efdefa24a7f2b8eb6985bf37
      t13d1516h2_8daaf6152771_b186095e22b6
      /wp-login.php
      agent: sqlmap
      something odd
      path:
      """)
    #expect(found.indicators.map(\.kind) == [.address, .network, .address, .host, .path, .ja3, .ja4, .path, .agent])
    #expect(found.indicators[1].label == "botnet c2")
    #expect(found.oddities.count == 2)
  }

  @Test func `a STIX bundle gives what it says, and what a sweep cannot say is told`() {
    let found = list(
      #"""
      {"type":"bundle","id":"bundle--1","objects":[
       {"type":"indicator","id":"indicator--1","name":"c2","pattern_type":"stix",
        "pattern":"[ipv4-addr:value = '192.0.2.9'] OR [ipv6-addr:value IN ('2001:db8::1','2001:db8::2')]"},
       {"type":"indicator","id":"indicator--2","pattern":"[domain-name:value = 'bad.example' AND file:size > 3]"},
       {"type":"indicator","id":"indicator--3","revoked":true,"pattern":"[domain-name:value = 'old.example']"},
       {"type":"indicator","id":"indicator--4","valid_until":"2020-01-01T00:00:00Z","pattern":"[url:value = 'http://x.example/a']"},
       {"type":"indicator","id":"indicator--5","pattern":"[ipv4-addr:value ISSUBSET '198.51.100.0/24']"},
       {"type":"indicator","id":"indicator--6","pattern":"[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'it\\'s me']"},
       {"type":"domain-name","id":"domain-name--1","value":"worse.example"}]}
      """#)
    #expect(
      found.indicators.map(\.text)
        == ["192.0.2.9", "2001:db8::1", "2001:db8::2", "198.51.100.0/24", "it's me", "worse.example"])
    #expect(found.indicators[0].label == "c2")
    #expect(found.oddities.count == 3)
  }

  @Test func `any bytes are a list or complaints`() {
    var state: UInt64 = 7
    for _ in 0..<200 {
      let bytes = (0..<80).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return [UInt8(ascii: "{"), 0x22, 0x27, 0x5B, 0x0A, 0x2E, 0x3A, 0x61][Int(state >> 61)]
      }
      _ = IndicatorList(Data(bytes))
      _ = STIXPattern(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(.enabled(if: (try? DuckLibrary.get()) != nil))
  func `files and the archive are swept alike`() throws {
    let folder = FloorFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let log = folder.path + "/access.log"
    try Data(attackLog().joined().utf8).write(to: URL(filePath: log))
    let assembly = try FloorFolder.assembly.get()
    let archive = ArchiveFolder(root: folder.path + "/kept", customer: "acme")
    _ = try ArchiveImport(assembly).run([log], into: ArchiveWriter(archive))
    let indicators = list("203.0.113.9\n198.51.100.0/29,scanner\n/login\n/nothing\nagent:X11\n192.0.2.1").indicators
    let sweep = Sweep(indicators, during: TimeSpan(), in: assembly)
    let (files, kept) = (try sweep.run([log]), try sweep.run(archive: archive, limits: QuestionLimits()))
    #expect(files.hits.map(\.indicator.text) == ["X11", "203.0.113.9", "/login", "198.51.100.0/29"])
    #expect(files.hits.map(\.events) == [500, 200, 200, 64])
    #expect(kept.hits.map(\.events) == files.hits.map(\.events))
    #expect(kept.hits.map(\.first) == files.hits.map(\.first))
  }
}
