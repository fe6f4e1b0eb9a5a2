import Model

/// What a ledger knows, said again as exporters say it: datagrams of templates and of sampling rates, without flows.
///
/// Put before later datagrams of the same exporters, they make those readable by themselves. Sources: RFC 3954 sections
/// 5 and 6, RFC 7011 section 3.
package struct FlowReminder {
  /// A datagram and who would have sent it.
  package struct Datagram: Equatable, Sendable {
    package var exporter: IPAddress
    package var bytes: [UInt8]
  }

  /// Longer ones would not travel over Ethernet in one piece, and need not.
  private static let datagramBytes = 8_192
  /// Templates of the sampling rates: one names the sampler, the other speaks of all flows. Devices count from 256 up.
  private static let samplerTemplate: UInt16 = 65_534
  private static let exporterTemplate: UInt16 = 65_535

  /// The datagrams that say what the ledger holds, exporter by exporter. `losses` gives the sequence numbers with which
  /// they look like no gap.
  package static func datagrams(of ledger: FlowLedger, _ losses: FlowLosses, seconds: UInt32) -> [Datagram] {
    let templates = ledger.templates.sorted { FlowLedger.isEarlier($0.key, $1.key) }
    let rates = ledger.sampling.sorted { FlowLedger.isEarlier($0.key, $1.key) }
    let exporters = Set(templates.map(\.key.exporter) + rates.map(\.key.exporter))
    return exporters.sorted { ($0.address, $0.domain) < ($1.address, $1.domain) }.flatMap { exporter in
      var writer = Writer(exporter: exporter, next: losses.expected(of: exporter) ?? 0, seconds: seconds)
      for entry in templates where entry.key.exporter == exporter && entry.key.id < samplerTemplate {
        writer.template(entry.value.source, isOptions: entry.value.template.isOptions)
      }
      for rate in rates where rate.key.exporter == exporter { writer.rate(rate.value, of: rate.key.sampler) }
      return writer.finished()
    }
  }

  private struct Writer {
    let exporter: ExporterKey
    let next: UInt32
    let seconds: UInt32
    private var done: [Datagram] = []
    private var sets: [UInt8] = []
    private var records = 0
    private var namesSamplers = false

    init(exporter: ExporterKey, next: UInt32, seconds: UInt32) {
      self.exporter = exporter
      self.next = next
      self.seconds = seconds
    }

    private var isIPFIX: Bool { exporter.version == 10 }

    mutating func template(_ source: [UInt8], isOptions: Bool) {
      set(isIPFIX ? (isOptions ? 3 : 2) : (isOptions ? 1 : 0), source)
    }

    mutating func rate(_ rate: Int64, of sampler: Int64) {
      if !namesSamplers { announceRates() }
      var record: [UInt8] = []
      if sampler >= 0 { Self.put(UInt32(truncatingIfNeeded: sampler), to: &record) }
      // The scope of the rate of all flows is the system, whose number says nothing.
      if sampler < 0 { Self.put(UInt32(0), to: &record) }
      Self.put(UInt32(clamping: rate), to: &record)
      set(sampler >= 0 ? FlowReminder.samplerTemplate : FlowReminder.exporterTemplate, record)
      records += 1
    }

    /// Options templates: a scope of four bytes and the interval (305, in NetFlow v9 34).
    private mutating func announceRates() {
      namesSamplers = true
      for (id, scope) in [(FlowReminder.samplerTemplate, UInt16(302)), (FlowReminder.exporterTemplate, 144)] {
        var record: [UInt8] = []
        if isIPFIX {
          for number in [id, 2, 1, scope, 4, 305, 4] { Self.put(number, to: &record) }
        } else if id == FlowReminder.samplerTemplate {
          // Scopes of NetFlow v9 know no sampler: it is a field behind the scope of the system, which takes no byte.
          for number in [id, 4, 8, 1, 0, 48, 4, 34, 4] { Self.put(number, to: &record) }
        } else {
          for number in [id, 4, 4, 1, 4, 34, 4] { Self.put(number, to: &record) }
        }
        set(isIPFIX ? 3 : 1, record)
      }
    }

    private mutating func set(_ id: UInt16, _ content: [UInt8]) {
      if sets.count + content.count > FlowReminder.datagramBytes { flush() }
      Self.put(id, to: &sets)
      Self.put(UInt16(content.count + 4), to: &sets)
      sets += content
    }

    mutating func finished() -> [Datagram] {
      flush()
      return done
    }

    private mutating func flush() {
      if sets.isEmpty { return }
      var bytes: [UInt8] = []
      Self.put(exporter.version, to: &bytes)
      if isIPFIX {
        Self.put(UInt16(16 + sets.count), to: &bytes)
        Self.put(seconds, to: &bytes)
        Self.put(next &- UInt32(records), to: &bytes)
      } else {
        Self.put(UInt16(1), to: &bytes)
        Self.put(UInt32(0), to: &bytes)
        Self.put(seconds, to: &bytes)
        Self.put(next &- 1, to: &bytes)
      }
      Self.put(exporter.domain, to: &bytes)
      done.append(Datagram(exporter: exporter.address, bytes: bytes + sets))
      sets = []
      records = 0
    }

    private static func put(_ number: some FixedWidthInteger, to out: inout [UInt8]) {
      withUnsafeBytes(of: number.bigEndian) { out += $0 }
    }
  }
}
