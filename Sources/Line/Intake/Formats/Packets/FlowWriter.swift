import Flows
import Model
import Packets

/// Writes exported flows into the rows of a batch, one row a flow, without an allocation.
struct FlowWriter {
  let batch: EventBatch
  let screen: RowScreen?

  static let usualFields: [EventField] = [
    .time, .eventClass, .ipSource, .ipDestination, .ipProtocol, .ipProtocolNumber, .sourcePort, .destinationPort,
    .udpSourcePort, .udpDestinationPort, .tcpFlags, .flowPackets, .flowBytes, .flowStart, .flowEnd,
  ]

  /// Commits the rows of one export; `time` is when it came, nil where only the export itself says.
  func write(
    _ datagram: Wire, from address: IPAddress, at time: Int64?, _ record: LinePlace, _ ledger: FlowLedger
  ) -> ExportOutcome {
    let time = time ?? FlowExport.time(of: datagram)
    var exporter = TextSlice.absent
    var isFirst = true
    return FlowExport.decode(datagram, from: address, ledger) { flow, weight in
      if let screen, !screen.admits(time, flow.source, flow.destination) { return }
      if isFirst {
        isFirst = false
        for field in Self.usualFields { batch.touch(field) }
        exporter = address.isAbsent ? .absent : RowText.address(address, batch)
      }
      write(flow, weight, time)
      if !exporter.isAbsent { set(.exporter, exporter) }
      batch.commitRow(record)
    }
  }

  private func write(_ flow: FlowRecord, _ weight: Int64, _ time: Int64?) {
    let row = batch.count
    if let time { batch.set(.time, row, time) }
    batch.set(.eventClass, row, RecordClass.flow.place)
    if weight > 1 { set(.weight, weight) }
    batch.set(.ipSource, row, flow.source)
    batch.set(.ipDestination, row, flow.destination)
    if flow.packets >= 0 { batch.set(.flowPackets, row, flow.packets) }
    if flow.bytes >= 0 { batch.set(.flowBytes, row, flow.bytes) }
    if flow.start != FlowRecord.absentTime { batch.set(.flowStart, row, flow.start) }
    if flow.end != FlowRecord.absentTime { batch.set(.flowEnd, row, flow.end) }
    if !flow.outerDestination.isAbsent {
      set(.tunnelSource, RowText.address(flow.outerSource, batch))
      set(.tunnelDestination, RowText.address(flow.outerDestination, batch))
    }
    if flow.ttl >= 0 { set(.ipTTL, flow.ttl) }
    if flow.fragmentOffset > 0 { set(.ipFragmentOffset, flow.fragmentOffset * 8) }
    guard flow.protocolNumber >= 0 else { return }
    batch.set(
      .ipProtocol, row, PacketWriter.keyword(ofProtocol: UInt8(truncatingIfNeeded: flow.protocolNumber)))
    batch.set(.ipProtocolNumber, row, flow.protocolNumber)
    writeTransport(flow, row)
  }

  private func writeTransport(_ flow: FlowRecord, _ row: Int) {
    switch flow.protocolNumber {
    case 6:
      if flow.sourcePort >= 0 { batch.set(.sourcePort, row, flow.sourcePort) }
      if flow.destinationPort >= 0 { batch.set(.destinationPort, row, flow.destinationPort) }
      if flow.flags >= 0 { batch.set(.tcpFlags, row, flow.flags & 0xff) }
    case 17:
      if flow.sourcePort >= 0 { batch.set(.udpSourcePort, row, flow.sourcePort) }
      if flow.destinationPort >= 0 { batch.set(.udpDestinationPort, row, flow.destinationPort) }
      if let place = Amplifier.place(flowFrom: Int(flow.sourcePort)) { set(.amplifier, Int64(place)) }
    case 1, 58:
      // Exporters without an element for it put type and code where the destination's port goes.
      let message = flow.icmp >= 0 ? flow.icmp : flow.destinationPort
      guard message >= 0 else { return }
      set(.icmpType, message >> 8 & 0xff)
      set(.icmpCode, message & 0xff)
    default: return
    }
  }

  @inline(never) private func set(_ field: EventField, _ number: Int64) {
    batch.touch(field)
    batch.set(field, batch.count, number)
  }

  @inline(never) private func set(_ field: EventField, _ slice: TextSlice) {
    batch.touch(field)
    batch.set(field, batch.count, slice)
  }
}
