/// What one event tells a window: when, what value, how many events it stands for, which marks it bears.
package struct WindowEvent: Sendable {
  /// Number of the slot of time: event time divided by the window's slot width.
  package var slot: Int64
  /// Hash of the value whose distinct count matters, or the number whose quantiles matter.
  package var value: UInt64
  package var weight: UInt32
  /// One bit for each of the window's further conditions that the event meets.
  package var marks: UInt8

  @inlinable package init(slot: Int64, value: UInt64 = 0, weight: UInt32 = 1, marks: UInt8 = 0) {
    self.slot = slot
    self.value = value
    self.weight = weight
    self.marks = marks
  }
}

/// How far a window is from its judgement.
package enum WindowLevel: UInt8, Sendable, Comparable {
  case quiet
  /// Half way there: time to keep evidence.
  case warm
  case reached

  @inlinable package static func < (a: WindowLevel, b: WindowLevel) -> Bool { a.rawValue < b.rawValue }

  /// The level of a number against the least that counts.
  @inlinable package static func of(_ number: Int, _ least: Int) -> WindowLevel {
    number >= least ? .reached : number &* 2 >= least ? .warm : .quiet
  }
}

/// State of one key of one detection: sees events, merges with the same key's state elsewhere, and is judged.
///
/// Any cut of a stream into windows that are merged later gives the same judgement as one window that saw it all.
package protocol Window: Sendable {
  init()
  mutating func observe(_ event: WindowEvent)
  mutating func merge(_ other: Self)
  mutating func judge(_ limits: WindowLimits) -> WindowLevel
  /// Events counted in the window now, and the first slot that holds one.
  var events: Int { get }
  var firstSlot: Int64 { get }
  /// Those of them that an alert is about.
  func counted(_ limits: WindowLimits) -> Int
  /// Takes up what the present hour usually brings.
  mutating func expect(_ level: SeasonalLevel?)
  /// Gives back memory that holds nothing but what has left a window whose newest slot is `slot`.
  mutating func rest(at slot: Int64)
  /// Bytes of memory held beside the window's own.
  var heldBytes: Int { get }
  /// The numbers that decided, in words.
  mutating func explain(_ limits: WindowLimits) -> String
}

extension Window {
  @inlinable package mutating func expect(_ level: SeasonalLevel?) {}
  @inlinable package mutating func rest(at slot: Int64) {}
  @inlinable package var heldBytes: Int { 0 }
  @inlinable package func counted(_ limits: WindowLimits) -> Int { events }
}

/// The thresholds of a judgement; each kind of window uses those that concern it.
package struct WindowLimits: Sendable, Equatable {
  /// Least number of events in the window.
  package var events = 1
  /// Least number of distinct values.
  package var distinct = 0
  /// Least number of distinct values per event (0 to 1): near 1 where every event brings a new one.
  package var distinctShare = 0.0
  /// Least share (0 to 1) of events that bear mark 0.
  package var share = 0.0
  /// Most share (0 to 1) of events that bear mark 0 (assets of a reader).
  package var atMostShare = 1.0
  /// How many times the baseline a surge must be.
  package var factor = 1.0
  /// Greatest coefficient of variation of a machine's cadence.
  package var variation = 0.0
  /// Quantile (0 to 1) and the least number it must have.
  package var quantile = 0.5
  package var value = 0.0
  /// Whether a sum is judged by its mean.
  package var isMean = false
  /// Whether an alert is about the events that bear mark 0 only.
  package var countsPart = false
  /// Number of steps of a sequence.
  package var steps = 0
  package var ordered = false
  /// Words for what is counted, for the reason of an alert.
  package var noun = "events"

  package init() {}
}
