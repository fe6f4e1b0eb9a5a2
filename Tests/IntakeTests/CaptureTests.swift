import Model
import Samples
import Testing

@testable import Intake

private let start: Int64 = 1_764_000_000_000_000_000

/// A handshake's first segment, a query, a request, and who has an address.
private func mixedCapture(shift: Int64 = 0) -> [UInt8] {
  var capture = CaptureMaker()
  let frames: [[UInt8]] = [
    tcp(flags: 2), udp(FrameMaker.dns("www.example.com"), to: 53),
    tcp(flags: 24, Array("GET /a?b=1 HTTP/1.1\r\nHost: shop.example\r\nX-One: \"1\"\r\n\r\nbody".utf8)),
    FrameMaker.ethernet(
      [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 192, 0, 2, 8], type: 0x0806),
  ]
  for (place, frame) in frames.enumerated() { capture.add(frame, at: start + shift + Int64(place) * 1_000_000) }
  return capture.bytes
}

private func tcp(flags: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
  FrameMaker.ethernet(
    FrameMaker.ipv4(
      from: 0xc000_0207, to: 0xc633_6409, protocol: 6, FrameMaker.tcp(from: 50_000, to: 80, flags: flags, payload)))
}

private func udp(_ payload: [UInt8], to port: UInt16) -> [UInt8] {
  FrameMaker.ethernet(
    FrameMaker.ipv4(from: 0xc000_0207, to: 0xc633_6409, protocol: 17, FrameMaker.udp(from: 50_001, to: port, payload)))
}

@Test("a capture is recognised by content, gzipped too, and each packet is an event with its number")
func capturesAreRead() throws {
  let folder = TemporaryFolder()
  for path in [folder.write(mixedCapture(), "a"), folder.write(gzipped(mixedCapture()), "b.gz")] {
    let read = try Read([path])
    #expect(read.report.inputs[0].formats == [NamedCount(name: "pcap", count: 4)])
    #expect(read.places == ["0:1", "0:2", "0:3", "0:4"])
    #expect(read.rows.map { $0["event.class"] } == ["flow", "dns", "http", "flow"])
    #expect(read.rows[0]["tcp.flags"] == "2" && read.rows[0]["ip.dst"] == "198.51.100.9")
    #expect(read.rows[0]["event.time"] == UTCTime.rfc3339(start))
    #expect(read.rows[1]["dns.query.name"] == "www.example.com")
    #expect(read.rows[2]["http.request.uri"] == "/a?b=1" && read.rows[2]["http.host"] == "shop.example")
    #expect(read.rows[2]["http.request.body.raw"] == "body")
    #expect(read.rows[2]["http.request.headers"] == #"{"X-One":"\"1\""}"#)
    #expect(read.rows[3]["eth.type"] == "2054" && read.rows[3]["ip.dst"] == "192.0.2.8")
  }
}

@Test("captures that overlap in time are merged packet by packet")
func capturesAreMerged() throws {
  let folder = TemporaryFolder()
  let read = try Read([folder.write(mixedCapture(), "a"), folder.write(mixedCapture(shift: 500_000), "b")])
  #expect(read.places == ["0:1", "1:1", "0:2", "1:2", "0:3", "1:3", "0:4", "1:4"])
}

@Test("a record whose length cannot be true costs itself only, and the rest of a cut file is counted")
func brokenCaptures() throws {
  let folder = TemporaryFolder()
  var bytes = mixedCapture()
  // The second record's captured length.
  let second = 24 + 16 + 54
  bytes.replaceSubrange((second + 8)..<(second + 12), with: [0xff, 0xff, 0xff, 0x7f])
  let broken = try Read([folder.write(bytes, "broken")])
  #expect(broken.rows.count == 3)
  #expect(broken.report.inputs[0].reasons.map(\.reason) == [Rejection.badLength.rawValue])
  let cut = try Read([folder.write(mixedCapture().dropLast(5), "cut")])
  #expect(cut.rows.count == 3 && cut.report.rejected == 1)
  #expect(try Read([folder.write(mixedCapture().prefix(24), "empty")]).rows.isEmpty)
}

@Test("whatever is cut off or flipped in a capture, it is read to its end and every row can be printed")
func damagedCaptures() throws {
  let folder = TemporaryFolder()
  var random = Seeded(state: 7)
  for round in 0..<300 {
    var bytes = mixedCapture()
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      bytes[Int.random(in: 4..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    let read = try Read([folder.write(bytes.prefix(Int.random(in: 4...bytes.count, using: &random)), "\(round)")])
    #expect(read.rows.count <= 4)
  }
}

/// The same numbers at every run. Source: SplitMix64.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A NetFlow v9 template (id 256: addresses, protocol, ports, packets), or a flow of it.
private func netFlow9(_ set: [UInt8], sequence: UInt8) -> [UInt8] {
  [0, 9, 0, 1, 0, 0, 0, 0, 0x69, 0x24, 0, 0, 0, 0, 0, sequence, 0, 0, 0, 0] + set
}

private let template9 = netFlow9(
  [0, 0, 0, 32, 1, 0, 0, 6, 0, 8, 0, 4, 0, 12, 0, 4, 0, 4, 0, 1, 0, 7, 0, 2, 0, 11, 0, 2, 0, 2, 0, 4], sequence: 1)
private let flow9 = netFlow9(
  [1, 0, 0, 21, 192, 0, 2, 9, 198, 51, 100, 9, 17, 0, 53, 0x9c, 0x40, 0, 0, 0, 12], sequence: 2)

@Test("flow exports inside a capture are flows, whatever came between the template and them")
func exportsInCaptures() throws {
  let folder = TemporaryFolder()
  var capture = CaptureMaker()
  capture.add(udp(flow9, to: 2_055), at: start)
  capture.add(udp(template9, to: 2_055), at: start + 1_000_000)
  // More than one batch lies between.
  for place in 0..<12_000 { capture.add(tcp(flags: 16), at: start + 2_000_000 + Int64(place) * 1_000) }
  capture.add(udp(flow9, to: 2_055), at: start + 60_000_000)
  let path = folder.write(capture.bytes, "a")
  for read in [try Read([path]), try Read([path, folder.write(mixedCapture(shift: 3_000_000), "b")])] {
    let flows = read.rows.filter { $0["flow.packets"] != nil }
    #expect(flows.count == 1 && flows[0]["udp.dstport"] == "40000" && flows[0]["flow.packets"] == "12")
    #expect(flows[0]["flow.exporter"] == "192.0.2.7")
    #expect(read.report.inputs[0].reasons.map(\.reason) == [Rejection.noTemplate.rawValue])
  }
}

@Test("saved exports are read as a stream")
func exportStreams() throws {
  let folder = TemporaryFolder()
  let read = try Read([folder.write(template9 + flow9 + flow9, "flows")])
  #expect(read.rows.count == 2 && read.report.inputs[0].formats == [NamedCount(name: "netflow-v9", count: 2)])
  #expect(read.rows[0]["event.time"] == "2025-11-24T06:49:36Z")
}
