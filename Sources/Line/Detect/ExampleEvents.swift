import Foundation
import Model

/// Turns examples into batches of events, in time order.
package struct ExampleEvents {
  /// One event: when, and the text of each field.
  package struct Event {
    package var time: Int64
    package var fields: [(field: EventField, text: String)]
  }

  package var events: [Event] = []

  /// 2026-05-14 12:00 UTC, the start of every example.
  package static let start: Int64 = 1_778_760_000_000_000_000

  package init() {}

  package init(_ example: Example) { append(example) }

  package mutating func append(_ example: Example, start: Int64 = Self.start) {
    var time = start
    for step in example.steps {
      time += step.after
      for number in 0..<step.repeat {
        events.append(Event(time: time, fields: step.fields.map { ($0.field, Self.fill($0.text, number)) }))
        time += step.every
      }
    }
  }

  /// `{n}`, `{n%7}` and `{n/5}` replaced by numbers.
  static func fill(_ text: String, _ number: Int) -> String {
    guard text.contains("{n") else { return text }
    return text.replacing(/\{n(?:([%\/])([1-9][0-9]{0,5}))?\}/) { match in
      guard let sign = match.1, let by = match.2.flatMap({ Int($0) }) else { return String(number) }
      return String(sign == "%" ? number % by : number / by)
    }
  }

  /// Batches of at most `size` events each; an event without a class is `http`.
  package func batches(of size: Int) -> [EventBatch] {
    let ordered = events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(
      \.element)
    var batches: [EventBatch] = []
    for start in stride(from: 0, to: ordered.count, by: max(1, size)) {
      let batch = EventBatch(capacity: size + 1)
      batch.sequence = batches.count
      for (offset, event) in ordered[start..<min(start + size, ordered.count)].enumerated() {
        Self.write(event, into: batch, number: start + offset + 1)
      }
      batches.append(batch)
    }
    return batches
  }

  private static func write(_ event: Event, into batch: EventBatch, number: Int) {
    let row = batch.count
    for field in [EventField.time, .eventClass] { batch.touch(field) }
    batch.set(.time, row, event.time)
    batch.set(.eventClass, row, Int64(0))
    for (field, text) in event.fields { set(field, text, row, batch) }
    derive(row, batch)
    let line = event.fields.map { "\($0.field.name)=\($0.text)" }.joined(separator: " ")
    batch.commitRow(LinePlace(slice: batch.arena.append(line.utf8), source: 0, number: number))
  }

  private static func set(_ field: EventField, _ text: String, _ row: Int, _ batch: EventBatch) {
    batch.touch(field)
    switch field.spec.type {
    case .text, .list, .map: batch.set(field, row, batch.arena.append(text.utf8))
    case .int, .time: if let number = Int64(text) { batch.set(field, row, number) }
    case .bool: batch.set(field, row, Int64(text == "true" ? 1 : 0))
    case .ip: if let address = IPAddress(text) { batch.set(field, row, address) }
    case .keyword(let words): if let place = words.firstIndex(of: text) { batch.set(field, row, Int64(place)) }
    }
  }

  /// What formats and enrichers would add: path and query of a URI, and the normal forms of both.
  private static func derive(_ row: Int, _ batch: EventBatch) {
    if batch.isPresent(.uri, row), !batch.isPresent(.path, row), let uri = batch.text(.uri, row) {
      let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      set(.path, String(parts[0]), row, batch)
      if parts.count > 1 { set(.query, String(parts[1]), row, batch) }
    }
    for (raw, normal) in [(EventField.path, EventField.pathNormal), (.query, .queryNormal)] {
      if let text = batch.text(raw, row), !batch.isPresent(normal, row) {
        set(normal, text.removingPercentEncoding ?? text, row, batch)
      }
    }
  }
}
