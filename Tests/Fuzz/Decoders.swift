import Intake
import Model
import Samples

/// libFuzzer's way in: whatever bytes come go through the readers of captures and flow exports, from the file to the rows.
///
/// The first byte says how they come: as a whole file, as the payload of a datagram to a port whose protocol is known, or
/// as the payload of TCP segments. Run with `make fuzz`. Source: LLVM's libFuzzer documentation.
@_cdecl("LLVMFuzzerTestOneInput")
public func decode(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 2 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
  let file: [UInt8]
  switch data[0] & 15 {
  case 0, 1, 2: file = bytes
  case 3: file = packets([FrameMaker.udp(from: 53, to: 40_000, bytes)])
  case 4: file = packets([FrameMaker.udp(from: 40_000, to: 443, padded(bytes))])
  case 5:
    file = packets([
      FrameMaker.udp(from: 40_000, to: 443, padded(bytes)),
      FrameMaker.udp(from: 40_000, to: 443, padded(bytes.reversed())),
    ])
  case 6, 7:
    file = packets([FrameMaker.udp(from: 40_000, to: 2_055, bytes), FrameMaker.udp(from: 40_000, to: 2_055, bytes)])
  case 8: file = packets([FrameMaker.udp(from: 40_000, to: 6_343, bytes)])
  case 9: file = packets([FrameMaker.udp(from: 40_000, to: 4_789, bytes)])
  case 10: file = packets([bytes], protocol: 47)
  case 11: file = packets([bytes], protocol: 41)
  case 12, 13: file = segments(bytes, cutAt: bytes.count / 2)
  default: file = segments(bytes, cutAt: Int(bytes[0]))
  }
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
  var capture = CaptureMaker()
  for content in contents where content.count < 60_000 {
    capture.add(
      FrameMaker.ethernet(FrameMaker.ipv4(from: 0xc000_0207, to: 0xc633_6409, protocol: number, content)),
      at: 1_764_000_000_000_000_000)
  }
  return capture.bytes
}

private func segments(_ bytes: [UInt8], cutAt place: Int) -> [UInt8] {
  let cut = min(place, bytes.count)
  let pieces = [(1, Array(bytes[..<cut])), (1 + cut, Array(bytes[cut...]))]
  return packets(
    pieces.map { FrameMaker.tcp(from: 40_000, to: 443, flags: 24, sequence: UInt32($0.0), $0.1) }, protocol: 6)
}
