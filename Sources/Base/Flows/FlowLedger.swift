import Model
import Packets

/// What exporters said earlier and later datagrams need: templates and sampling rates. Bounded; one thread at a time.
///
/// Can be written to bytes and read back, so that datagrams are decoded in parallel from any place of an input on.
package final class FlowLedger {
  struct TemplateKey: Hashable {
    var exporter: ExporterKey
    var id: UInt16
  }

  struct SamplerKey: Hashable {
    var exporter: ExporterKey
    /// -1 stands for all of the exporter's flows.
    var sampler: Int64
  }

  private(set) var templates: [TemplateKey: (template: FlowTemplate, source: [UInt8])] = [:]
  private(set) var sampling: [SamplerKey: Int64] = [:]
  private var templatesOf: [ExporterKey: Int] = [:]
  private var written: [UInt8]? { didSet { if written == nil { version += 1 } } }
  /// Grows whenever something was learnt.
  package private(set) var version = 0
  /// Templates that came when there were too many.
  package private(set) var refused = 0

  static let templateLimit = 4_096
  /// Of one exporter, so that none takes all the room: devices announce a few dozen.
  static let exporterLimit = 512
  static let samplerLimit = 4_096
  /// Bytes of all templates together.
  static let byteLimit = 256 << 10
  private var bytesHeld = 0

  package init() {}

  func template(_ key: TemplateKey) -> FlowTemplate? { templates[key]?.template }

  /// Keeps a template; `source` is the record that announced it, from its id on.
  func keep(_ template: FlowTemplate, _ key: TemplateKey, source: Wire) {
    if let known = templates[key], known.source.elementsEqual(source.bytes) { return }
    let freed = templates[key]?.source.count ?? 0
    guard
      templates[key] != nil
        || templates.count < Self.templateLimit && templatesOf[key.exporter, default: 0] < Self.exporterLimit,
      bytesHeld - freed + source.count <= Self.byteLimit
    else {
      refused += 1
      return
    }
    bytesHeld += source.count - freed
    if templates[key] == nil { templatesOf[key.exporter, default: 0] += 1 }
    templates[key] = (template, Array(source.bytes))
    written = nil
  }

  func forget(_ key: TemplateKey) {
    guard let known = templates.removeValue(forKey: key) else { return }
    bytesHeld -= known.source.count
    templatesOf[key.exporter, default: 1] -= 1
    written = nil
  }

  func keep(sampling rate: Int64, _ key: SamplerKey) {
    guard rate > 0, sampling[key] != rate, sampling[key] != nil || sampling.count < Self.samplerLimit else { return }
    sampling[key] = rate
    written = nil
  }

  /// Packets seen for one exported: what the record says, else its sampler's rate, else the exporter's.
  @inline(__always) func weight(of flow: FlowRecord, _ exporter: ExporterKey) -> Int64 {
    if flow.sampling > 0 { return flow.sampling }
    if sampling.isEmpty { return 1 }
    if flow.sampler >= 0, let rate = sampling[SamplerKey(exporter: exporter, sampler: flow.sampler)] { return rate }
    return sampling[SamplerKey(exporter: exporter, sampler: -1)] ?? 1
  }

  // MARK: As bytes

  /// Everything kept, in an order of its own.
  package var bytes: [UInt8] {
    if let written { return written }
    var out: [UInt8] = []
    for (key, entry) in templates.sorted(by: { Self.isEarlier($0.key, $1.key) }) {
      Self.put(entry.template.isOptions ? 2 : 1, key.exporter, UInt16(entry.source.count), to: &out)
      out += entry.source
    }
    for (key, rate) in sampling.sorted(by: { Self.isEarlier($0.key, $1.key) }) {
      Self.put(3, key.exporter, 16, to: &out)
      withUnsafeBytes(of: key.sampler.bigEndian) { out += $0 }
      withUnsafeBytes(of: rate.bigEndian) { out += $0 }
    }
    written = out
    return out
  }

  private static let entryHeader = 1 + 16 + 4 + 2 + 2

  private static func put(_ kind: UInt8, _ exporter: ExporterKey, _ length: UInt16, to out: inout [UInt8]) {
    out.append(kind)
    withUnsafeBytes(of: exporter.address.high.bigEndian) { out += $0 }
    withUnsafeBytes(of: exporter.address.low.bigEndian) { out += $0 }
    withUnsafeBytes(of: exporter.domain.bigEndian) { out += $0 }
    withUnsafeBytes(of: exporter.version.bigEndian) { out += $0 }
    withUnsafeBytes(of: length.bigEndian) { out += $0 }
  }

  /// Forgets everything and takes what `bytes` says instead.
  package func adopt(_ bytes: Wire) {
    if let written, written.elementsEqual(bytes.bytes) { return }
    templates.removeAll(keepingCapacity: true)
    templatesOf.removeAll(keepingCapacity: true)
    sampling.removeAll(keepingCapacity: true)
    bytesHeld = 0
    var rest = bytes
    while rest.count >= Self.entryHeader {
      let length = Int(rest.u16(Self.entryHeader - 2))
      guard rest.count >= Self.entryHeader + length else { break }
      let exporter = ExporterKey(
        address: IPAddress(high: rest.u64(1), low: rest.u64(9)), domain: rest.u32(17), version: rest.u16(21))
      let content = rest.dropped(Self.entryHeader).kept(length)
      if rest[0] == 3, length == 16 {
        sampling[SamplerKey(exporter: exporter, sampler: Int64(bitPattern: content.u64(0)))] =
          Int64(bitPattern: content.u64(8))
      } else {
        _ = TemplateSets.takeTemplate(content, isOptions: rest[0] == 2, exporter, self)
      }
      rest = rest.dropped(Self.entryHeader + length)
    }
    written = Array(bytes.bytes)
  }

  static func isEarlier(_ a: TemplateKey, _ b: TemplateKey) -> Bool {
    isEarlier(a.exporter, b.exporter) ?? (a.id < b.id)
  }

  static func isEarlier(_ a: SamplerKey, _ b: SamplerKey) -> Bool {
    isEarlier(a.exporter, b.exporter) ?? (a.sampler < b.sampler)
  }

  private static func isEarlier(_ a: ExporterKey, _ b: ExporterKey) -> Bool? {
    if a.address != b.address { return a.address < b.address }
    if a.domain != b.domain { return a.domain < b.domain }
    return a.version == b.version ? nil : a.version < b.version
  }
}
