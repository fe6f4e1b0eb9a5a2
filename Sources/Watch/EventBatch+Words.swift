import Model

extension EventBatch {
  /// A cell as a person reads it; nil where absent. Hostile: escape wherever it is shown.
  func words(_ field: EventField, _ row: Int) -> String? {
    guard isPresent(field, row) else { return nil }
    switch field.spec.type {
    case .ip: return address(field, row).description
    case .time: return number(field, row).map(UTCTime.rfc3339)
    case .int, .bool: return number(field, row).map(String.init)
    case .keyword(let words):
      return number(field, row).flatMap { words.indices.contains(Int($0)) ? words[Int($0)] : nil }
    case .text, .list, .map: return text(field, row)
    }
  }
}
