import Archive
import Conditions
import Foundation
import Intake
import Model

/// Looks for many indicators at once, in files or in the archive.
package struct Sweep {
  /// An indicator that was met.
  package struct Hit: Sendable {
    package var indicator: Indicator
    /// Weights applied.
    package var events = 0
    package var first: Int64?
    package var last: Int64?
    /// The hosts that were asked for, at most so many as are shown.
    package var hosts: [String] = []
  }

  package struct Answer: Sendable {
    /// What was met, the most frequent first.
    package var hits: [Hit] = []
    package var intake = IntakeReport()
    package var isUnfinished = false
  }

  private let hunt: Hunt
  private let index: IndicatorIndex

  package init(_ indicators: [Indicator], during span: TimeSpan, in assembly: Assembly) {
    index = IndicatorIndex(indicators)
    hunt = Hunt(index.condition, during: span, wish: .count, also: IndicatorIndex.fields, in: assembly)
  }

  package func run(_ paths: [String]) throws -> Answer {
    var tally = SweepTally(index)
    var answer = Answer()
    (answer.intake, answer.isUnfinished) = try hunt.each(paths, until: nil) { rows, batch, _ in
      tally.take(rows, batch)
      return true
    }
    answer.hits = tally.hits
    return answer
  }

  package func run(archive folder: ArchiveFolder, limits: QuestionLimits) throws -> Answer {
    var tally = SweepTally(index)
    let span = hunt.span
    try hunt.each(ArchiveReader(folder, since: span.since, until: span.until, limits: limits)) { rows, batch, _ in
      tally.take(rows, batch)
      return true
    }
    var answer = Answer()
    answer.hits = tally.hits
    return answer
  }
}

/// Indicators by where they are looked for.
struct IndicatorIndex {
  let indicators: [Indicator]
  private var addresses: [IPAddress: Int] = [:]
  private var networks: [(network: AddressNetwork, place: Int)] = []
  /// Whole values of fields.
  private var values: [EventField: [String: Int]] = [:]
  /// Parts of values.
  private var parts: [EventField: [(text: String, place: Int)]] = [:]

  private static let whole: [Indicator.Kind: [EventField]] = [
    .host: [.host, .dnsName, .dnsDomain, .tlsName], .path: [.path], .ja3: [.ja3], .ja4: [.ja4],
  ]
  private static let part: [Indicator.Kind: EventField] = [.agent: .userAgent, .hash: .uri]
  /// What must be read of an event that matches.
  static let fields: Set<EventField> = [
    .time, .weight, .host, .ipSource, .ipDestination, .dnsName, .dnsDomain, .tlsName, .path, .uri, .ja3, .ja4,
    .userAgent,
  ]

  init(_ indicators: [Indicator]) {
    self.indicators = indicators
    for (place, indicator) in indicators.enumerated() {
      switch indicator.kind {
      case .address: if let address = IPAddress(indicator.text) { addresses[address] = place }
      case .network: if let network = AddressNetwork(indicator.text) { networks.append((network, place)) }
      case .host, .path, .ja3, .ja4:
        for field in Self.whole[indicator.kind] ?? [] { values[field, default: [:]][indicator.text] = place }
      case .agent, .hash:
        if let field = Self.part[indicator.kind] { parts[field, default: []].append((indicator.text, place)) }
      }
    }
  }

  /// True for every event that meets one of them.
  var condition: Condition {
    var tests: [Condition] = []
    let ranges =
      addresses.keys.sorted().map { ConditionMember.addresses($0...$0) }
      + networks.map { ConditionMember.addresses($0.network.first...$0.network.last) }
    if !ranges.isEmpty {
      for field in [EventField.ipSource, .ipDestination] {
        tests.append(.test(ConditionTest(.field(field), .isIn, .set(ranges))))
      }
    }
    for field in values.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      let texts = (values[field] ?? [:]).keys.sorted().map { ConditionMember.text(ByteText($0)) }
      // Names of hosts and fingerprints are written in any case.
      let value: ConditionValue = field == .path ? .field(field) : ConditionValue(.call(.lower, [.field(field)]))
      tests.append(.test(ConditionTest(value, .isIn, .set(texts))))
    }
    for field in parts.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      for part in parts[field] ?? [] {
        tests.append(.test(ConditionTest(.field(field), .contains, .literal(.text(ByteText(part.text))))))
      }
    }
    return .or(tests)
  }

  /// The indicators that a row meets, each once.
  func places(_ row: Int, _ batch: EventBatch) -> Set<Int> {
    var found: Set<Int> = []
    for field in [EventField.ipSource, .ipDestination] where field == .ipSource || batch.isTouched(field) {
      let address = batch.address(field, row)
      if address.isAbsent { continue }
      if let place = addresses[address] { found.insert(place) }
      for (network, place) in networks
      where network.first.isV4 == address.isV4 && network.first <= address && address <= network.last {
        found.insert(place)
      }
    }
    for (field, table) in values where batch.isTouched(field) {
      guard let text = batch.text(field, row) else { continue }
      if let place = table[field == .path ? text : text.lowercased()] { found.insert(place) }
    }
    for (field, list) in parts where batch.isTouched(field) {
      guard let text = batch.text(field, row) else { continue }
      for part in list where text.contains(part.text) { found.insert(part.place) }
    }
    return found
  }
}

/// What a sweep has met so far.
private struct SweepTally {
  private let index: IndicatorIndex
  private var found: [Int: Sweep.Hit] = [:]

  init(_ index: IndicatorIndex) { self.index = index }

  mutating func take(_ rows: RowBits, _ batch: EventBatch) {
    rows.forEach { row in
      let time = batch.number(.time, row)
      let host = batch.text(.host, row)
      for place in index.places(row, batch) {
        var hit = found[place] ?? Sweep.Hit(indicator: index.indicators[place])
        hit.events &+= Int(batch.number(.weight, row) ?? 1)
        if let time {
          hit.first = min(hit.first ?? time, time)
          hit.last = max(hit.last ?? time, time)
        }
        if let host, hit.hosts.count < 3, !hit.hosts.contains(host) { hit.hosts.append(host) }
        found[place] = hit
      }
    }
  }

  var hits: [Sweep.Hit] {
    found.sorted { $0.value.events != $1.value.events ? $0.value.events > $1.value.events : $0.key < $1.key }.map(
      \.value)
  }
}
