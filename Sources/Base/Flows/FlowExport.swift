import Model
import Packets

/// Reads the datagrams of flow exporters: NetFlow v5, v9 and IPFIX. sFlow, which exports packets, is `SFlow`.
package enum FlowExport {
  /// Whether a payload may be an export: its version stands first. Says nothing for sure.
  @inline(__always) package static func mayBegin(_ payload: Wire) -> Bool {
    guard payload.count >= 16 else { return false }
    let version = payload.u16(0)
    return version == 5 || version == 9 || version == 10
  }

  /// Bytes of the export at the front of a stream of them; nil where it goes on behind the bytes or is none.
  package static func length(in stream: Wire) -> Int? {
    guard stream.count >= 16 else { return nil }
    switch stream.u16(0) {
    case 5: return NetFlow5.length(stream)
    case 10: return Int(stream.u16(2)) >= 16 ? Int(stream.u16(2)) : nil
    case 9:
      // The sets go on until something else begins: versions are no valid ids of sets.
      var at = 20
      while at + 4 <= stream.count {
        let id = stream.u16(at)
        let size = Int(stream.u16(at + 2))
        if id == 0, size == 0 {
          // Some exporters fill their datagrams up with zeros.
          while at + 2 <= stream.count, stream.u16(at) == 0 { at += 2 }
          return at + 1 == stream.count ? at + 1 : at
        }
        if id > 1 && id < 256 || size < 4 { return at }
        at += size
      }
      return at <= stream.count ? at : nil
    default: return nil
    }
  }

  /// When the export left, ns since 1970; nil where it is none.
  package static func time(of export: Wire) -> Int64? {
    guard export.count >= 16 else { return nil }
    switch export.u16(0) {
    case 5: return Int64(export.u32(8)) * 1_000_000_000 + Int64(export.u32(12) % 1_000_000_000)
    case 9: return Int64(export.u32(8)) * 1_000_000_000
    case 10: return Int64(export.u32(4)) * 1_000_000_000
    default: return nil
    }
  }

  /// Decodes a datagram; `take` gets each flow with its weight. Templates met on the way are kept in the ledger.
  package static func decode(
    _ datagram: Wire, from address: IPAddress, _ ledger: FlowLedger, take: (FlowRecord, Int64) -> Void
  ) -> ExportOutcome {
    guard mayBegin(datagram) else { return .foreign }
    if datagram.u16(0) == 5 { return NetFlow5.decode(datagram, take: take) }
    guard let header = TemplateSets.Header(datagram, from: address), TemplateSets.fit(header) else { return .foreign }
    var flows = 0
    var missing = 0
    var broken = 0
    _ = TemplateSets.eachSet(header.sets) { id, content in
      if id < 256 {
        TemplateSets.takeTemplates(
          content, isOptions: header.isIPFIX ? id == 3 : id == 1, header.exporter, ledger)
        return
      }
      guard let template = ledger.template(FlowLedger.TemplateKey(exporter: header.exporter, id: id)) else {
        missing += 1
        return
      }
      if template.isOptions { return TemplateSets.takeOptions(content, template, header, ledger) }
      var rest = content
      var found = 0
      while let length = template.recordLength(rest), length > 0 {
        let flow = template.read(rest, header.clock)
        take(flow, ledger.weight(of: flow, header.exporter))
        found += 1
        rest = rest.dropped(length)
      }
      flows += found
      if found == 0, content.count >= 4 { broken += 1 }
    }
    if flows == 0, missing > 0 { return .missesTemplate }
    return flows == 0 && broken > 0 ? .broken : .taken(flows: flows)
  }

  /// Keeps what a datagram announces without decoding its flows, and notes what its sequence number says was lost;
  /// false where it is no export.
  @discardableResult
  package static func watch(
    _ datagram: Wire, from address: IPAddress, _ ledger: FlowLedger, _ losses: FlowLosses
  ) -> Bool {
    guard mayBegin(datagram) else { return false }
    if datagram.u16(0) == 5 { return NetFlow5.watch(datagram, from: address, losses) }
    guard let header = TemplateSets.Header(datagram, from: address), TemplateSets.fit(header) else { return false }
    var records = 0
    var isCounted = true
    _ = TemplateSets.eachSet(header.sets) { id, content in
      if id < 256 {
        TemplateSets.takeTemplates(
          content, isOptions: header.isIPFIX ? id == 3 : id == 1, header.exporter, ledger)
        return
      }
      guard let template = ledger.template(FlowLedger.TemplateKey(exporter: header.exporter, id: id)) else {
        isCounted = false
        return
      }
      if template.isOptions { TemplateSets.takeOptions(content, template, header, ledger) }
      records += count(content, template)
    }
    // IPFIX numbers records, NetFlow v9 numbers datagrams.
    losses.note(header.exporter, header.sequence, step: header.isIPFIX ? records : 1, isCounted: isCounted)
    return true
  }

  private static func count(_ content: Wire, _ template: FlowTemplate) -> Int {
    if !template.varies { return template.least > 0 ? content.count / template.least : 0 }
    var rest = content
    var records = 0
    while let length = template.recordLength(rest), length > 0 {
      records += 1
      rest = rest.dropped(length)
    }
    return records
  }
}

/// What exporters' sequence numbers say was lost on the way. At most a thousand exporters are followed.
package final class FlowLosses {
  private var next: [ExporterKey: UInt32] = [:]
  private var lost: [ExporterKey: Int] = [:]
  /// Flows (NetFlow v5, IPFIX) and datagrams (NetFlow v9, sFlow) that did not arrive.
  package private(set) var total = 0

  package init() {}

  /// The number that an exporter's next datagram has if nothing is lost; nil where it is not known.
  func expected(of exporter: ExporterKey) -> UInt32? { next[exporter] }

  /// `step` is by how much the number grows with this datagram; where that is not known, the next number is taken as it is.
  func note(_ exporter: ExporterKey, _ sequence: UInt32, step: Int, isCounted: Bool) {
    guard next[exporter] != nil || next.count < 1_000 else { return }
    if let expected = next[exporter] {
      let gap = Int(Int32(bitPattern: sequence &- expected))
      // A jump back is a restart or a late datagram; a huge one is another exporter behind the same address.
      if gap > 0, gap < 1 << 24 {
        lost[exporter, default: 0] += gap
        total += gap
      }
    }
    next[exporter] = isCounted ? sequence &+ UInt32(truncatingIfNeeded: step) : nil
  }

  /// One sentence for each exporter that lost something.
  package var remarks: [String] {
    lost.sorted { ($0.value, $1.key.address) > ($1.value, $0.key.address) }.prefix(10).map { exporter, count in
      let unit = exporter.version == 9 || exporter.version == 0 ? "datagram" : "flow"
      let name = exporter.address.isAbsent ? "the exporter" : "exporter \(exporter.address)"
      return "\(Words.count(count, unit)) of \(name) did not arrive, by its sequence numbers"
    }
  }
}
