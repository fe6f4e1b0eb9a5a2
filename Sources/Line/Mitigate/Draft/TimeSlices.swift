/// An attack's rows in eight slices of time: rules are drafted from every second slice, the others only confirm.
struct TimeSlices {
  private static let count = 8
  private let rows: Int

  init(_ rows: Int) { self.rows = rows }

  /// Whether nothing is drafted from a row.
  func isUnseen(_ row: Int) -> Bool { row * Self.count / rows % 2 == 1 }

  /// The time of the slices that nothing is drafted from.
  func unseenTime(_ pair: CohortPair) -> [Range<Int64>] {
    let times = pair.attack.map { pair.columns.times[Int($0)] }
    var spans: [Range<Int64>] = []
    var start: Int?
    for row in times.indices {
      if isUnseen(row), start == nil { start = row }
      guard let first = start, !isUnseen(row) || row == times.count - 1 else { continue }
      let end = isUnseen(row) ? Int64.max : times[row]
      if times[first] < end { spans.append(times[first]..<end) }
      start = nil
    }
    return spans
  }
}
