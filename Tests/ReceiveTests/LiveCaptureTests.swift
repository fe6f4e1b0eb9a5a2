import Foundation
import Model
import Net
import Packets
import Synchronization
import Testing

@testable import Receive

@Test("packets of the loopback device are captured whole, once each, where one may")
func loopback() throws {
  let kept = Mutex([UInt8]())
  let capture = LiveCapture("lo") { piece, _ in kept.withLock { $0 += piece.bytes } }
  do throws(WorldError) { try capture.open() } catch {
    // Without the right to there is no socket, and that is said.
    #expect(error.description.contains("cannot capture"))
    return
  }
  try capture.start()
  let word = "weir-\(UUID().uuidString)"
  for _ in 0..<3 { send([word], port: 9, udp: true) }
  usleep(400_000)
  capture.stop()
  var met = 0
  kept.withLock { bytes in
    bytes.withUnsafeBufferPointer { buffer in
      guard let layout = CaptureLayout(firstBytes: buffer) else { return }
      var rest = Wire(buffer)
      while rest.count > 0 {
        let record = rest.kept(max(1, layout.recordLength(rest) ?? rest.count))
        rest = rest.dropped(record.count)
        guard layout.holdsFrame(record), case .frame(let frame) = layout.frame(record, []) else { continue }
        var packet = Packet(of: frame.bytes)
        guard packet.read(frame) == nil, packet.transport == .udp, packet.destinationPort == 9 else { continue }
        if packet.payload.bytes.elementsEqual(word.utf8) { met += 1 }
      }
    }
  }
  #expect(met == 3 && capture.counts.messages >= 3 && capture.counts.lost == 0)
}

@Test("an interface that is not there is an error that names it")
func noInterface() {
  #expect(throws: WorldError.self) { try LiveCapture("no-such-one", keep: { _, _ in }).open() }
}
