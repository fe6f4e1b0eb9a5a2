import Conditions
import Model
import Windows

/// A behaviour worth an alert: which events, grouped by what, seen through which window, judged how.
package struct Detection: Sendable {
  package var id: String
  package var title: String
  /// Why it exists.
  package var description: String
  package var kind: IncidentKind
  package var severity: Severity
  /// Severity where a counted event was answered 2xx: what was tried got through.
  package var severityIfSucceeded: Severity?
  package var confidence: Confidence
  package var phase: Phase
  /// ATT&CK technique ids, `T1110.004`.
  package var techniques: [String]
  /// What commonly fools it.
  package var falsePositives: [String]
  /// The source of the events is who suffers: a server that is made to ask, not one that is asked.
  package var sourceIsVictim = false
  /// The runbook to open.
  package var runbook: String
  package var condition: Condition
  package var key: [KeyField]
  package var window: DetectionWindow
  /// The field that says what was aimed at.
  package var targets: EventField
  /// Silence (ns) after which the same key's next event begins a new episode.
  package var episode: Int64
  /// The traffic goes on after the attack: an episode also ends when the window has calmed for that long.
  package var endsWhenCalm: Bool
  /// Keys kept at once.
  package var keyLimit: Int
  /// Steps that are other detections' firings.
  package var fedBy: [Feed] = []
  /// Where the kinds of event name the group in different fields: each kind's condition and key; else empty.
  package var stepKeys: [StepKey] = []
  /// The same for the values that are counted.
  package var stepValues: [StepKey] = []
  /// Whether it only feeds others and raises nothing itself.
  package var isSilent = false
  /// Floods of packets are judged by packets: a flow counts with those that it had within the window's span.
  var weighsPackets: Bool { kind == .l3l4Flood || kind == .amplification }
  package var fires: [Example] = []
  package var quiet: [Example] = []

  /// Whether the other looks at the same events in the same way, whatever its words are: its windows can be gone on with.
  func looksLike(_ other: Detection) -> Bool {
    id == other.id && kind == other.kind && condition == other.condition && key == other.key
      && window == other.window && targets == other.targets && episode == other.episode
      && endsWhenCalm == other.endsWhenCalm && keyLimit == other.keyLimit && fedBy == other.fedBy
      && isSilent == other.isSilent && stepKeys == other.stepKeys && stepValues == other.stepValues
  }
}

/// How one kind of event names the group, or the value.
package struct StepKey: Hashable, Sendable {
  package var condition: Condition
  package var key: [KeyField]
}

/// A step that is not an event but the firing of another detection.
package struct Feed: Hashable, Sendable {
  /// Place among the steps.
  package var step: Int
  /// Id of the detection that fires.
  package var id: String
}

/// One field of a key or of a distinct value.
package struct KeyField: Hashable, Sendable {
  package let field: EventField
  /// Leading bits of an IPv4 address; an IPv6 address keeps twice as many, so `/24` and `/48` are one notation.
  package let bits: Int?
  let isText: Bool

  package init(_ field: EventField, bits: Int? = nil) {
    self.field = field
    self.bits = bits
    isText = field.isText
  }

  package var name: String { bits.map { "\(field.name)/\($0)" } ?? field.name }

  /// Whether it only says where something happened; a log that leaves it out is about one such place.
  var isGround: Bool { field == .host || field == .service }

  /// The network of an address, as many bits as this key keeps.
  func network(of address: IPAddress) -> (address: IPAddress, bits: Int) {
    guard let bits else { return (address, address.isV4 ? 32 : 128) }
    let kept = address.isV4 ? bits : bits * 2
    return (address.network(kept), kept)
  }
}

package enum WindowKind: String, Sendable, CaseIterable {
  /// One event suffices.
  case each
  case count, distinct, ratio, breadth, sequence, steps, surge, cadence, quantile
  /// The sum or the mean of a field's numbers.
  case sum, mean
  /// A number that must lie within bounds, judged when the whole span is over.
  case bounded
}

package struct DetectionWindow: Sendable, Equatable {
  package var kind: WindowKind
  /// How far the window reaches back (ns).
  package var span: Int64
  /// Width of one slot (ns).
  package var slot: Int64
  /// Fields whose distinct values count, or the one field whose numbers count.
  package var of: [KeyField]
  /// Further conditions; the n-th gives an event its n-th mark.
  package var marks: [Condition]
  /// For a bounded window: what is reckoned, and what it must be.
  package var reckoning = Reckoning()
  package var limits: WindowLimits

  /// Whether it looks at a field's numbers instead of at which values there are.
  var readsNumbers: Bool {
    [.quantile, .sum, .mean].contains(kind) || kind == .bounded && reckoning.kind != .valueCount
  }

  /// How long a silent key's window still says something (ns).
  var history: Int64 { kind == .surge ? slot &* 64 : span }
}
