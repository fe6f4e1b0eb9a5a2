import Model
import Packets

/// NetFlow v9 (RFC 3954) and IPFIX (RFC 7011): sets of templates, of options and of data that templates describe.
enum TemplateSets {
  /// Header of an export, and where its sets begin.
  struct Header {
    var exporter: ExporterKey
    var clock: ExportClock
    var sets: Wire
    var sequence: UInt32
    var isIPFIX: Bool

    /// Nil where the bytes are no export of these versions, or one whose lengths cannot be.
    init?(_ datagram: Wire, from address: IPAddress) {
      guard datagram.count >= 16 else { return nil }
      switch datagram.u16(0) {
      case 9:
        guard datagram.count >= 20 else { return nil }
        isIPFIX = false
        clock = ExportClock(now: Int64(datagram.u32(8)) * 1_000, uptime: datagram.u32(4))
        sequence = datagram.u32(12)
        exporter = ExporterKey(address: address, domain: datagram.u32(16), version: 9)
        sets = datagram.dropped(20)
      case 10:
        let length = Int(datagram.u16(2))
        guard length >= 16, length <= datagram.count else { return nil }
        isIPFIX = true
        clock = ExportClock(now: Int64(datagram.u32(4)) * 1_000, uptime: nil)
        sequence = datagram.u32(8)
        exporter = ExporterKey(address: address, domain: datagram.u32(12), version: 10)
        sets = datagram.kept(length).dropped(16)
      default: return nil
      }
    }
  }

  /// Calls `body` with id and content of each set; false where their lengths do not fit. Zeros that fill a datagram up
  /// end it.
  static func eachSet(_ sets: Wire, _ body: (_ id: UInt16, _ content: Wire) -> Void) -> Bool {
    var rest = sets
    while rest.count >= 4 {
      let length = Int(rest.u16(2))
      if length == 0, rest.bytes.allSatisfy({ $0 == 0 }) { return true }
      guard length >= 4, length <= rest.count else { return false }
      body(rest.u16(0), rest.dropped(4).kept(length - 4))
      rest = rest.dropped(length)
    }
    return true
  }

  /// Whether the bytes are sets from end to end, which is how an export is told from chance.
  static func fit(_ header: Header) -> Bool {
    var isKnown = header.sets.count >= 4 || header.isIPFIX && header.sets.count == 0
    let fits = eachSet(header.sets) { id, _ in
      let announces = header.isIPFIX ? id == 2 || id == 3 : id <= 1
      if id < 256, !announces { isKnown = false }
    }
    return fits && isKnown
  }

  /// Keeps the templates of a set of them.
  static func takeTemplates(_ content: Wire, isOptions: Bool, _ exporter: ExporterKey, _ ledger: FlowLedger) {
    var rest = content
    while rest.count >= 4 {
      guard let taken = takeTemplate(rest, isOptions: isOptions, exporter, ledger), taken > 0 else { return }
      rest = rest.dropped(taken)
    }
  }

  /// Keeps the template record at the front; the bytes it takes, nil where it is none.
  static func takeTemplate(_ record: Wire, isOptions: Bool, _ exporter: ExporterKey, _ ledger: FlowLedger) -> Int? {
    guard record.count >= 4, record.u16(0) >= 256 else { return nil }
    let key = FlowLedger.TemplateKey(exporter: exporter, id: record.u16(0))
    let isIPFIX = exporter.version == 10
    var header = 4
    var count = Int(record.u16(2))
    var scopes = 0
    if isIPFIX, count == 0 {
      ledger.forget(key)
      return 4
    }
    if isOptions {
      guard record.count >= 6 else { return nil }
      header = 6
      if isIPFIX {
        scopes = Int(record.u16(4))
      } else {
        // NetFlow v9 counts bytes of scopes and of options.
        scopes = Int(record.u16(2)) / 4
        count = scopes + Int(record.u16(4)) / 4
      }
    }
    var taken = 0
    guard
      let template = FlowTemplate(
        record.dropped(header), count: count, scopes: scopes, isOptions: isOptions, hasEnterprises: isIPFIX,
        taken: &taken)
    else { return nil }
    ledger.keep(template, key, source: record.kept(header + taken))
    return header + taken
  }

  /// Sampling rates that an options record tells.
  static func takeOptions(_ content: Wire, _ template: FlowTemplate, _ header: Header, _ ledger: FlowLedger) {
    var rest = content
    while let length = template.recordLength(rest), length > 0 {
      let record = template.read(rest, header.clock)
      if record.sampling > 0 {
        ledger.keep(
          sampling: record.sampling, FlowLedger.SamplerKey(exporter: header.exporter, sampler: record.sampler))
      }
      rest = rest.dropped(length)
    }
  }
}
