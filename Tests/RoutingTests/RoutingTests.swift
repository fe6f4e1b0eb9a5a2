import Model
import Packets
import Testing

@testable import Routing

private func two(_ numbers: Int...) -> [UInt8] { numbers.flatMap { [UInt8($0 >> 8 & 255), UInt8($0 & 255)] } }
private func four(_ numbers: Int...) -> [UInt8] { numbers.flatMap { two($0 >> 16, $0) } }

private let marker = [UInt8](repeating: 0xff, count: 16)

/// A path of these networks, in numbers of four bytes.
private func path(_ numbers: [Int]) -> [UInt8] {
  var content: [UInt8] = [2, UInt8(numbers.count)]
  for number in numbers { content += four(number) }
  let header: [UInt8] = [0x40, 2, UInt8(content.count)]
  return header + content
}

/// An UPDATE that withdraws and announces IPv4 prefixes.
private func update(withdrawn: [UInt8] = [], attributes: [UInt8] = [], announced: [UInt8] = []) -> [UInt8] {
  var body = two(withdrawn.count) + withdrawn
  body += two(attributes.count) + attributes + announced
  var message = marker + two(19 + body.count)
  message.append(2)
  return message + body
}

private func mrt(_ type: Int, _ subtype: Int, _ body: [UInt8]) -> [UInt8] {
  four(1_764_000_000) + two(type, subtype) + four(body.count) + body
}

private func bgp4mp(_ message: [UInt8]) -> [UInt8] {
  let ends: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2]
  return mrt(16, 4, four(64_500, 65_000) + two(0, 1) + ends + message)
}

/// What a record says, in words.
private func words(_ record: [UInt8], peers: [UInt8] = []) -> [String] {
  var words: [String] = []
  record.withUnsafeBufferPointer { record in
    peers.withUnsafeBufferPointer { peers in
      let outcome = MRT.decode(Wire(record), peers: Wire(peers)) { words.append(text($0)) }
      if outcome == .broken { words.append("broken") }
    }
  }
  return words
}

private func text(_ route: Route) -> String {
  "\(route.kind) \(route.network)/\(route.bits) from \(route.path.origin) by \(route.peer) AS\(route.peerAS)"
}

@Test("announcements and withdrawals of an update, each with its path's origin")
func updates() {
  let record = bgp4mp(
    update(
      withdrawn: [24, 198, 51, 100], attributes: path([64_500, 64_501]), announced: [24, 203, 0, 113, 16, 10, 9]))
  #expect(
    words(record) == [
      "withdraw 198.51.100.0/24 from -1 by 192.0.2.1 AS64500",
      "announce 203.0.113.0/24 from 64501 by 192.0.2.1 AS64500",
      "announce 10.9.0.0/16 from 64501 by 192.0.2.1 AS64500",
    ])
}

@Test("IPv6 prefixes stand in attributes of their own")
func sixes() {
  let prefix: [UInt8] = [32, 0x20, 1, 0x0d, 0xb8]
  var reached: [UInt8] = [0x80, 14, UInt8(5 + 16 + prefix.count), 0, 2, 1, 16]
  reached += [UInt8](repeating: 0, count: 17) + prefix
  var lost: [UInt8] = [0x80, 15, UInt8(3 + prefix.count), 0, 2, 1]
  lost += prefix
  #expect(
    words(bgp4mp(update(attributes: path([64_500]) + reached + lost))) == [
      "withdraw 2001:db8::/32 from -1 by 192.0.2.1 AS64500", "announce 2001:db8::/32 from 64500 by 192.0.2.1 AS64500",
    ])
}

@Test("a table's entries name their peer by the list of peers before them")
func tables() {
  var list = four(1) + two(0, 2)
  list += [2, 1, 1, 1, 1, 192, 0, 2, 1]
  list += four(64_500)
  list += [0, 2, 2, 2, 2, 192, 0, 2, 9]
  list += two(65_001)
  let peers = mrt(13, 1, list)
  let attributes = path([65_001, 64_511])
  let entry = two(1) + four(0) + two(attributes.count) + attributes
  let prefix: [UInt8] = [24, 203, 0, 113]
  let table = mrt(13, 2, four(0) + prefix + two(1) + entry)
  #expect(words(table, peers: peers) == ["table 203.0.113.0/24 from 64511 by 192.0.2.9 AS65001"])
  #expect(words(table) == ["broken"])
}

@Test("a monitoring station's message holds an update behind the peer's own header")
func monitoring() {
  let message = update(attributes: path([64_500]), announced: [24, 203, 0, 113])
  var peer = [UInt8](repeating: 0, count: 22)
  peer += [192, 0, 2, 1]
  peer += four(64_500, 1, 1_764_000_000, 500_000)
  var bytes: [UInt8] = [3]
  bytes += four(6 + 42 + message.count)
  bytes.append(0)
  bytes += peer + message
  bytes.withUnsafeBufferPointer { buffer in
    var found: [String] = []
    #expect(BMP.decode(Wire(buffer)) { found.append(text($0)) } == .taken(routes: 1))
    #expect(found == ["announce 203.0.113.0/24 from 64500 by 192.0.2.1 AS64500"])
    #expect(BMP.time(of: Wire(buffer)) == 1_764_000_000_500_000_000)
    #expect(BMP.begins(Wire(buffer)) && BMP.length(in: Wire(buffer)) == bytes.count)
  }
}

@Test("damaged records are refused or read, never more")
func damage() {
  var state: UInt64 = 9
  func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
  let whole = bgp4mp(
    update(withdrawn: [24, 198, 51, 100], attributes: path([64_500, 64_501]), announced: [24, 203, 0, 113]))
  for _ in 0..<20_000 {
    var bytes = whole
    for _ in 0..<next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
    bytes = Array(bytes.prefix(next(bytes.count + 1)))
    bytes.withUnsafeBufferPointer { buffer in
      _ = MRT.decode(Wire(buffer), peers: Wire(buffer)) { _ = $0.path.origin }
      _ = BMP.decode(Wire(buffer)) { _ = $0.path.origin }
      _ = MRT.length(in: Wire(buffer))
    }
  }
}
