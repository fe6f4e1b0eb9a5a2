import Model

/// Values that each row of a format gets, whatever the line says.
struct RowConstants: Sendable {
  let fields: [EventField]
  private let numbers: [(field: EventField, value: Int64)]
  private let texts: [(field: EventField, value: [UInt8])]

  enum Value: Sendable {
    case text([UInt8])
    case number(Int64)
  }

  /// Whether the message of a row is read for log-ins: a host's line whose format does not say itself how a log-in or a
  /// request ended. What a client asked for stands in such messages too, and must not speak.
  let isRead: Bool

  /// Whether lines of free text stand among the format's own.
  let standAmongText: Bool

  init(eventClass: String, _ values: [(field: EventField, value: Value)] = [], amongText: Bool = false) {
    let classPlace = Int64(EventField.eventClasses.firstIndex(of: eventClass) ?? 0)
    var numbers: [(EventField, Int64)] = values.contains { $0.field == .eventClass } ? [] : [(.eventClass, classPlace)]
    var texts: [(EventField, [UInt8])] = []
    for (field, value) in values {
      switch value {
      case .text(let text): texts.append((field, text))
      case .number(let number): numbers.append((field, number))
      }
    }
    self.numbers = numbers
    self.texts = texts
    standAmongText = amongText || eventClass == "host"
    isRead = eventClass == "host" && !values.contains { $0.field == .authOutcome || $0.field == .status }
    fields = numbers.map(\.0) + texts.map(\.0) + (isRead ? CellWriter.toldFields : [])
  }

  /// Writes into the row under construction; a text that the line itself gave stays.
  @inline(__always) func write(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) {
    for (field, value) in numbers { batch.set(field, batch.count, value) }
    if !texts.isEmpty { writeTexts(batch, scratch) }
    if isRead { CellWriter.readLine(record, batch, scratch) }
  }

  private func writeTexts(_ batch: EventBatch, _ scratch: DecodeScratch) {
    for (field, value) in texts where !batch.isPresent(field, batch.count) {
      batch.set(field, batch.count, scratch.constant(value, batch))
    }
  }
}
