import Conditions
import Foundation
import Model
import Samples
import Testing

@testable import Watch

private func capture() -> [UInt8] {
  var maker = CaptureMaker()
  for place in 0..<20 {
    let segment = FrameMaker.tcp(from: UInt16(40_000 + place), to: place % 2 == 0 ? 443 : 22, flags: 2)
    maker.add(
      FrameMaker.ethernet(FrameMaker.ipv4(from: 0xc000_0207, to: 0xc633_6409, protocol: 6, segment)),
      at: 1_764_000_000_000_000_000 + Int64(place) * 1_000_000_000)
  }
  return maker.bytes
}

@Test("packets that meet a condition are printed in tcpdump's words, and written as a capture that reads the same")
func packetsAreCut() throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "weir-packets-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let (whole, cut) = (folder.appending(path: "whole").path, folder.appending(path: "cut").path)
  try Data(capture()).write(to: URL(filePath: whole))
  let assembly = try Assembly(Configuration())
  var lines: [String] = []
  var bytes: [UInt8] = []
  let search = PacketSearch(try Condition(parsing: "tcp.dstport eq 22"), limit: .max, in: assembly)
  let answer = try search.run([whole], print: { lines.append($0) }, write: { bytes += $0 })
  #expect(answer.printed == 10 && answer.written == 10)
  #expect(
    lines.first
      == "2025-11-24T16:00:01Z IP 192.0.2.7.40001 > 198.51.100.9.22: Flags [S], win 64240, length 0")
  try Data(bytes).write(to: URL(filePath: cut))
  var again: [String] = []
  let second = PacketSearch(try Condition(parsing: "ip.len ge 0"), limit: .max, in: assembly)
  _ = try second.run([cut], print: { again.append($0) }, write: nil)
  #expect(again == lines)
}

@Test("a packet is explained by its number")
func packetsAreExplained() throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)").path
  try Data(capture()).write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  let explanation = try Assembly(Configuration()).explanation(of: path, line: 3)
  #expect(explanation?.decoded.contains(.init(name: "tcp.srcport", value: "40002")) == true)
  #expect(explanation?.line.hasPrefix("IP 192.0.2.7.40002 > ") == true)
}
