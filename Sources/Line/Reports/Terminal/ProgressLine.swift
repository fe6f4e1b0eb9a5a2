import Model

/// How far a long input has been read, as one line of a terminal. A pure function of what is known: the caller decides
/// when and where to print it, and begins each line with a carriage return.
package struct ProgressLine: Sendable, Equatable {
  package var events: Int
  package var bytesRead: Int
  /// Bytes of all inputs, nil where that is not known (standard input).
  package var bytesTotal: Int?
  package var elapsedSeconds: Double

  package init(events: Int, bytesRead: Int, bytesTotal: Int?, elapsedSeconds: Double) {
    self.events = events
    self.bytesRead = bytesRead
    self.bytesTotal = bytesTotal
    self.elapsedSeconds = elapsedSeconds
  }

  /// ` 42 %  1.3 M events  820 k/s  210 MB/s  12 seconds left`, cut at `columns`.
  package func text(columns: Int = 80) -> String {
    var parts: [String] = []
    if let share { parts.append(Self.padded("\(Int(share * 100)) %", 5)) }
    parts.append("\(Words.short(events)) events")
    if elapsedSeconds >= 0.2 {
      parts.append("\(Words.short(Int(Double(events) / elapsedSeconds)))/s")
      parts.append("\(Words.bytes(Int(Double(bytesRead) / elapsedSeconds)))/s")
    }
    if let left = secondsLeft { parts.append("\(Words.span(Int64(left.rounded(.up)) * 1_000_000_000)) left") }
    return String(parts.joined(separator: "  ").prefix(max(0, columns - 1)))
  }

  private var share: Double? {
    guard let bytesTotal, bytesTotal > 0 else { return nil }
    return min(1, Double(max(0, bytesRead)) / Double(bytesTotal))
  }

  /// Told only once the rate can be trusted: after two seconds and a hundredth of the way.
  private var secondsLeft: Double? {
    guard let share, share >= 0.01, share < 1, elapsedSeconds >= 2 else { return nil }
    let left = elapsedSeconds * (1 - share) / share
    return left >= 1 && left < 1e6 ? left : nil
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
