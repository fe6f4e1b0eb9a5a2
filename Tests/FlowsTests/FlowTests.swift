import Model
import Packets
import Testing

@testable import Flows

private let exporter = IPAddress("192.0.2.1")!

private func two(_ numbers: Int...) -> [UInt8] { numbers.flatMap { [UInt8($0 >> 8 & 255), UInt8($0 & 255)] } }
private func four(_ numbers: Int...) -> [UInt8] { numbers.flatMap { two($0 >> 16, $0) } }

/// A NetFlow v5 datagram of `count` flows of ten packets each, sampled one in 100.
private func netFlow5(_ count: Int, sequence: Int = 0) -> [UInt8] {
  var bytes = two(5, count)
  bytes += four(60_000, 1_764_000_000, 0, sequence)
  bytes += two(1, 0x4000 | 100)
  for flow in 0..<count {
    bytes += [198, 51, 100, UInt8(flow), 203, 0, 113, 9, 0, 0, 0, 0, 0, 1, 0, 2]
    bytes += four(10, 640, 50_000, 55_000)
    bytes += two(40_000, 443)
    bytes += [0, 2, 6, 0]
    bytes += [UInt8](repeating: 0, count: 8)
  }
  return bytes
}

/// An IPFIX message of these sets.
private func ipfix(_ sets: [[UInt8]], domain: Int = 7) -> [UInt8] {
  let body = sets.flatMap { $0 }
  return two(10, 16 + body.count) + four(1_764_000_000, 0, domain) + body
}

private func set(_ id: Int, _ content: [UInt8]) -> [UInt8] { two(id, 4 + content.count) + content }

/// Addresses, a vendor's text of varying length, protocol, ports, packets in 3 bytes, a sampler.
private let template = set(
  2, two(300, 8, 8, 4, 12, 4, 0x8001, 0xffff) + four(9) + two(4, 1, 7, 2, 11, 2, 2, 3, 302, 1))

/// Sampler 4 takes one packet of a thousand.
private let sampling = [set(3, two(301, 2, 1, 302, 1, 305, 2)), set(301, [4, 0x03, 0xe8])]

private let record: [UInt8] =
  [192, 0, 2, 9, 198, 51, 100, 9, 3, 65, 66, 67, 17, 0, 53, 0x9c, 0x40, 0, 1, 0, 4]

private func decoded(_ bytes: some Collection<UInt8>, _ ledger: FlowLedger) -> (ExportOutcome, [(FlowRecord, Int64)]) {
  var flows: [(FlowRecord, Int64)] = []
  let outcome = Array(bytes).withUnsafeBufferPointer { buffer in
    FlowExport.decode(Wire(buffer), from: exporter, ledger) { flows.append(($0, $1)) }
  }
  return (outcome, flows)
}

@Test("NetFlow v5 gives flows with their times and the weight of its sampling")
func version5() {
  let (outcome, flows) = decoded(netFlow5(3), FlowLedger())
  #expect(outcome == .taken(flows: 3) && flows.count == 3)
  let (flow, weight) = flows[1]
  #expect(flow.source == IPAddress("198.51.100.1") && flow.destinationPort == 443 && flow.flags == 2)
  #expect(flow.packets == 10 && flow.bytes == 640 && weight == 100)
  #expect(flow.start == 1_763_999_990_000_000_000 && flow.end == 1_763_999_995_000_000_000)
  #expect(decoded(netFlow5(3).dropLast(48), FlowLedger()).0 == .broken)
}

@Test("IPFIX data needs its template; a vendor's field is skipped by its length; an options record sets the weight")
func templates() {
  let ledger = FlowLedger()
  let data = ipfix([set(300, record + record)])
  #expect(decoded(data, ledger).0 == .missesTemplate)
  #expect(decoded(ipfix([template]), ledger).0 == .taken(flows: 0))
  let (outcome, flows) = decoded(data, ledger)
  #expect(outcome == .taken(flows: 2))
  #expect(flows.allSatisfy { $0.0.sourcePort == 53 && $0.0.destinationPort == 40_000 && $0.0.packets == 256 })
  #expect(flows.allSatisfy { $0.1 == 1 })
  _ = decoded(ipfix(sampling), ledger)
  #expect(decoded(data, ledger).1.allSatisfy { $0.1 == 1_000 })
}

@Test("a ledger read back from its bytes decodes the same")
func ledgersTravel() {
  let ledger = FlowLedger()
  _ = decoded(ipfix([template] + sampling), ledger)
  let copy = FlowLedger()
  ledger.bytes.withUnsafeBufferPointer { copy.adopt(Wire($0)) }
  #expect(copy.bytes == ledger.bytes)
  #expect(decoded(ipfix([set(300, record)]), copy).1.first?.1 == 1_000)
}

@Test("templates are bounded, whatever is announced")
func templateFloods() {
  let ledger = FlowLedger()
  for domain in 0..<20 {
    for id in 256..<1_256 {
      _ = decoded(ipfix([set(2, two(id, 1, 8, 4))], domain: domain), ledger)
    }
  }
  #expect(ledger.templates.count == FlowLedger.templateLimit && ledger.refused == 20_000 - FlowLedger.templateLimit)
}

@Test("gaps in sequence numbers are told as lost flows")
func losses() {
  let ledger = FlowLedger()
  let losses = FlowLosses()
  for sequence in [0, 3, 16] {
    _ = netFlow5(3, sequence: sequence).withUnsafeBufferPointer {
      FlowExport.watch(Wire($0), from: exporter, ledger, losses)
    }
  }
  #expect(losses.remarks == ["10 flows of exporter 192.0.2.1 did not arrive, by its sequence numbers"])
}

@Test("damaged exports are refused or read, never more")
func damage() {
  var state: UInt64 = 1
  func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
  let whole = [netFlow5(3), ipfix([template, set(300, record + record)])]
  for round in 0..<20_000 {
    var bytes = whole[round % 2]
    for _ in 0...next(4) { bytes[2 + next(bytes.count - 2)] = UInt8(next(256)) }
    let ledger = FlowLedger()
    let (outcome, flows) = decoded(Array(bytes.prefix(1 + next(bytes.count))), ledger)
    if case .taken(let count) = outcome { #expect(count == flows.count) } else { #expect(flows.isEmpty) }
    ledger.bytes.withUnsafeBufferPointer { FlowLedger().adopt(Wire($0)) }
  }
}

@Test("what a ledger reminds of decodes the same, for NetFlow v9 and IPFIX, and makes no gap")
func reminders() {
  let ledger = FlowLedger()
  let losses = FlowLosses()
  for bytes in [ipfix([template]), ipfix(sampling)] {
    _ = bytes.withUnsafeBufferPointer { FlowExport.watch(Wire($0), from: exporter, ledger, losses) }
  }
  let copy = FlowLedger()
  for datagram in FlowReminder.datagrams(of: ledger, losses, seconds: 1_764_000_000) {
    #expect(datagram.exporter == exporter)
    datagram.bytes.withUnsafeBufferPointer {
      #expect(FlowExport.watch(Wire($0), from: datagram.exporter, copy, losses))
    }
  }
  let data = ipfix([set(300, record + record)])
  #expect(decoded(data, copy).1.map(\.1) == [1_000, 1_000])
  #expect(losses.total == 0)
  // Reminding of what was learnt from a reminder adds nothing.
  let again = FlowReminder.datagrams(of: copy, losses, seconds: 0).flatMap(\.bytes).count
  #expect(again == FlowReminder.datagrams(of: ledger, losses, seconds: 0).flatMap(\.bytes).count)
}

@Test("an exporter that floods templates leaves room for the others")
func templateFlood() {
  let ledger = FlowLedger()
  let losses = FlowLosses()
  func announce(_ id: Int, domain: Int) {
    let datagram = ipfix([set(2, two(id, 1, 8, 4))], domain: domain)
    _ = datagram.withUnsafeBufferPointer { FlowExport.watch(Wire($0), from: exporter, ledger, losses) }
  }
  for id in 256..<10_000 { announce(id, domain: 1) }
  announce(300, domain: 2)
  #expect(ledger.templates.count == FlowLedger.exporterLimit + 1)
  #expect(ledger.refused == 10_000 - 256 - FlowLedger.exporterLimit)
}
