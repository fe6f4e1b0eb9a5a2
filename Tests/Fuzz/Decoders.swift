import Glibc
import Intake
import Model
import Samples

/// What stands around the bytes that libFuzzer makes up, so that they reach one decoder.
private enum Decoder: String, CaseIterable {
  case capture, packet, flow, sflow, dns, tls, http, quic, vxlan, gre, ipip, mrt, bmp

  /// The one that `WEIR_FUZZ` names; without it an input's first byte chooses.
  static let chosen = getenv("WEIR_FUZZ").flatMap { Decoder(rawValue: String(cString: $0)) }

  /// A file in which the decoder meets `bytes`; `way` chooses between several places for them.
  func file(_ bytes: [UInt8], _ way: Int) -> [UInt8] {
    switch self {
    case .capture: bytes
    case .packet: frames([bytes])
    // As saved exports, and twice to a collector: the second time their templates are known.
    case .flow:
      way == 0
        ? bytes
        : packets([FrameMaker.udp(from: 40_000, to: 2_055, bytes), FrameMaker.udp(from: 40_000, to: 2_055, bytes)])
    case .sflow: packets([FrameMaker.udp(from: 40_000, to: 6_343, bytes)])
    case .dns: packets([FrameMaker.udp(from: 53, to: 40_000, bytes)])
    case .tls: segments(bytes, way, to: 443)
    case .http: segments(bytes, way, to: 80)
    case .quic:
      packets(
        (way == 0 ? [bytes] : [bytes, bytes.reversed()]).map { FrameMaker.udp(from: 40_000, to: 443, padded($0)) })
    case .vxlan: packets([FrameMaker.udp(from: 40_000, to: 4_789, bytes)])
    case .gre: packets([bytes], protocol: 47)
    case .ipip: packets([bytes], protocol: way == 0 ? 4 : 41)
    case .mrt: way == 0 ? bytes : routeRecords(bytes, way)
    case .bmp: way == 0 ? bytes : monitoring(5, []) + monitoring(way == 1 ? 0 : bytes[0] % 7, bytes)
    }
  }
}

/// libFuzzer's way in: whatever bytes come go through the readers of captures, flow exports and routes, to the rows.
///
/// The first byte chooses the decoder, where none is chosen for the whole run, and what stands around the bytes. Run with
/// `make fuzz`. Source: LLVM's libFuzzer documentation.
@_cdecl("LLVMFuzzerTestOneInput")
public func decode(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 2 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
  let decoders = Decoder.allCases
  let file = (Decoder.chosen ?? decoders[Int(data[0] >> 2) % decoders.count]).file(bytes, Int(data[0] & 3))
  var options = IntakeOptions()
  options.batchBytes = 16 << 10
  let inputs = LiveInputs(formats: [], options: options)
  let batch = EventBatch(capacity: 64, arenaBytes: 64 << 10)
  inputs.decode(file, stream: "s", path: "p", firstLine: 1, arrival: 1_764_000_000_000_000_000, in: batch) { batch in
    // Every text of every row must lie in the arena: reading it is the test.
    for row in 0..<batch.count {
      for field in EventField.allCases where batch.isPresent(field, row) {
        switch field.spec.type {
        case .text, .list, .map: _ = batch.bytes(field, row).reduce(0) { $0 &+ Int($1) }
        default: continue
        }
      }
    }
  }
  return 0
}

/// Clients must pad their first datagram, or nobody looks into it.
private func padded(_ bytes: [UInt8]) -> [UInt8] {
  bytes + [UInt8](repeating: 0, count: max(0, 1_200 - bytes.count))
}

private func packets(_ contents: [[UInt8]], protocol number: UInt8 = 17) -> [UInt8] {
  frames(
    contents.filter { $0.count < 60_000 }.map {
      FrameMaker.ethernet(FrameMaker.ipv4(from: 0xc000_0207, to: 0xc633_6409, protocol: number, $0))
    })
}

private func frames(_ frames: [[UInt8]]) -> [UInt8] {
  var capture = CaptureMaker()
  for frame in frames { capture.add(frame, at: 1_764_000_000_000_000_000) }
  return capture.bytes
}

/// The bytes as two segments of a connection: cut in the middle or where the first byte says, in order or swapped.
private func segments(_ bytes: [UInt8], _ way: Int, to port: UInt16) -> [UInt8] {
  let cut = way & 1 == 0 ? bytes.count / 2 : min(Int(bytes[0]), bytes.count)
  let pieces = [(1, Array(bytes[..<cut])), (1 + cut, Array(bytes[cut...]))]
  return packets(
    (way < 2 ? pieces : pieces.reversed()).map {
      FrameMaker.tcp(from: 40_000, to: port, flags: 24, sequence: UInt32($0.0), $0.1)
    }, protocol: 6)
}

/// Updates as a router received them, or a table behind the list of its peers. Source: RFC 6396.
private func routeRecords(_ bytes: [UInt8], _ way: Int) -> [UInt8] {
  func record(_ type: UInt8, _ subtype: UInt8, _ body: [UInt8]) -> [UInt8] {
    let head: [UInt8] = [0x69, 0x24, 0xd2, 0x80, 0, type, 0, subtype]
    return head + FrameMaker.big(UInt32(body.count)) + body
  }
  if way == 1 { return record(16, 4, []) + record(bytes[0] & 1 == 0 ? 16 : 17, bytes[0] >> 1 & 15, bytes) }
  let peers: [UInt8] = [192, 0, 2, 1, 0, 0, 0, 1, 2, 192, 0, 2, 1, 192, 0, 2, 9, 0, 0, 0xfb, 0xf4]
  if way == 2 { return record(13, 1, peers) + record(13, bytes[0] & 15, bytes) }
  return record(13, 1, bytes) + record(13, 2, bytes)
}

/// A message of the BGP Monitoring Protocol. Source: RFC 7854.
private func monitoring(_ kind: UInt8, _ body: [UInt8]) -> [UInt8] {
  [3] + FrameMaker.big(UInt32(6 + body.count)) + [kind] + body
}
