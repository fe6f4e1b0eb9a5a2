import Foundation
import Model
import Samples
import Testing

@testable import Watch

private let begin: Int64 = 1_764_000_000_000_000_000
private let second: Int64 = 1_000_000_000

/// A flood of one vector: the packet of each number, and the detections that may call it.
private struct Flood: Sendable {
  var name: String
  var detections: Set<String>
  var packet: @Sendable (_ number: Int, _ victim: UInt32) -> [UInt8]

  static let all: [Flood] = [
    tcp("syn-flood", flags: 2), tcp("ack-flood", flags: 16), tcp("rst-flood", flags: 4), tcp("fin-flood", flags: 1),
    tcp("tcp-flags-flood", flags: 41),
    Flood(name: "syn-ack-reflection", detections: ["syn-ack-reflection"]) { number, victim in
      ip(number, victim, 6, FrameMaker.tcp(from: 443, to: UInt16(1_024 + number % 60_000), flags: 18))
    },
    Flood(name: "udp", detections: ["udp-flood-spoofed", "udp-flood-random-ports"]) { number, victim in
      ip(
        number, victim, 17,
        FrameMaker.udp(from: UInt16(1_024 + number * 7 % 60_000), to: UInt16(1 + number * 13 % 60_000), [1, 2, 3, 4]))
    },
    Flood(name: "icmp", detections: ["icmp-flood"]) { ip($0, $1, 1, FrameMaker.icmp(type: 8)) },
    Flood(name: "fragments", detections: ["fragment-flood"]) { number, victim in
      FrameMaker.ethernet(
        FrameMaker.ipv4(
          from: source(number), to: victim, protocol: 17, fragment: 0x2000 | UInt16(1 + number % 100),
          [UInt8](repeating: 0, count: 64)))
    },
    Flood(name: "gre", detections: ["gre-flood", "ip-protocol-flood"]) { number, victim in
      let inner = FrameMaker.ipv4(
        from: source(number * 3), to: victim ^ 9, protocol: 17, FrameMaker.udp(from: 9_000, to: 9_001, [1, 2]))
      return ip(number, victim, 47, [0, 0, 8, 0] + inner)
    },
    Flood(name: "protocol 200", detections: ["ip-protocol-flood"]) { ip($0, $1, 200, [1, 2, 3, 4, 5, 6, 7, 8]) },
    Flood(name: "ntp", detections: ["amplification"]) { number, victim in
      ip(
        number, victim, 17,
        FrameMaker.udp(
          from: 123, to: UInt16(1_024 + number % 60_000), [0xd7, 0, 3, 42] + [UInt8](repeating: 0, count: 436)))
    },
  ]

  private static func tcp(_ detection: String, flags: UInt8) -> Flood {
    Flood(name: detection, detections: [detection]) { number, victim in
      ip(number, victim, 6, FrameMaker.tcp(from: UInt16(1_024 + number * 7 % 60_000), to: 443, flags: flags))
    }
  }

  private static func ip(_ number: Int, _ victim: UInt32, _ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
    FrameMaker.ethernet(FrameMaker.ipv4(from: source(number), to: victim, protocol: type, payload))
  }

  /// Some 60,000 addresses of the range for benchmarks (RFC 2544).
  private static func source(_ number: Int) -> UInt32 { 0xc612_0000 | UInt32(number &* 40_503 & 0xffff) }
}

/// What a victim's visitors send beside a flood: data in connections that stand.
private func visit(_ number: Int, _ victim: UInt32) -> [UInt8] {
  FrameMaker.ethernet(
    FrameMaker.ipv4(
      from: 0xc633_6400 | UInt32(number % 200), to: victim, protocol: 6,
      FrameMaker.tcp(from: 50_000, to: 443, flags: 24, [0, 1, 2, 3])))
}

private func victim(_ place: Int) -> UInt32 { 0xcb00_7101 + UInt32(place) }

private func alerts(_ packets: [(time: Int64, frame: [UInt8])]) throws -> [Alert] {
  var capture = CaptureMaker()
  for packet in packets.sorted(by: { $0.time < $1.time }) { capture.add(packet.frame, at: packet.time) }
  let path = NSTemporaryDirectory() + "weir-floods-\(UInt64.random(in: 0 ... .max)).pcap"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try Data(capture.bytes).write(to: URL(filePath: path))
  return try Investigation(Assembly(Configuration())).run([path], progress: { _ in }).alerts
}

@Suite("Floods are called within a second of capture time")
struct FloodDelayTests {
  @Test("each vector, at four thousand packets a second beside ordinary visitors")
  func vectors() throws {
    var packets: [(time: Int64, frame: [UInt8])] = []
    for (place, flood) in Flood.all.enumerated() {
      let start = begin + Int64(place) * 5 * second
      for number in 0..<250 {
        packets.append((start - second + Int64(number) * 10_000_000, visit(number, victim(place))))
      }
      for number in 0..<2_400 {
        packets.append((start + Int64(number) * 250_000, flood.packet(number, victim(place))))
      }
    }
    let found = try alerts(packets)
    var delays: [String] = []
    for (place, flood) in Flood.all.enumerated() {
      let start = begin + Int64(place) * 5 * second
      let calls = found.filter {
        flood.detections.contains($0.detection) && (start...(start + 2 * second)).contains($0.raisedAt)
      }
      let first = try #require(calls.map(\.raisedAt).min(), "\(flood.name): not called")
      // The first packet of the flood comes before the first above the line, so this is more than is promised.
      #expect(first - start <= second, "\(flood.name)")
      delays.append("\(flood.name) \((first - start) / 1_000_000)")
    }
    print("floods called after ms of capture time: \(delays.joined(separator: ", "))")
  }

  @Test("one that grows slowly, reckoned from its first packet above the detection's line")
  func ramp() throws {
    // 150 SYNs within two seconds, and nothing else to the port.
    var times: [Int64] = []
    var at = 0.0
    while at < 10 {
      times.append(begin + Int64(at * 1e9))
      at += 1 / (5 + 15 * at)
    }
    let line = try #require(times.indices.dropFirst(149).first { times[$0] - times[$0 - 149] <= 2 * second })
    let syn = Flood.all[0]
    let found = try alerts(times.enumerated().map { ($0.element, syn.packet($0.offset, victim(0))) })
    let call = try #require(found.filter { $0.detection == "syn-flood" }.map(\.raisedAt).min())
    #expect(abs(call - times[line]) <= second)
    print("a ramp was called \((call - times[line]) / 1_000_000) ms of capture time after its line")
  }
}
