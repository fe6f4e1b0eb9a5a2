import Model

/// Finds the format of an input from its first bytes.
enum Recognition {
  /// The surest format (earlier in the list wins a tie), and the places of the others in the order to try them.
  static func ranking(
    of sample: Sample, _ formats: [any LogFormat], _ scratch: DecodeScratch
  ) -> (best: (any LogFormat)?, others: [Int]) {
    let scores = formats.map { $0.likeness(of: sample, scratch) }
    let order = formats.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    guard let first = order.first, scores[first] > 0 else { return (nil, order) }
    let best = formats[first]
    // In a file of access lines a line that merely begins with a time is a broken one, not a message.
    let others = order.dropFirst().filter {
      best.standsAmongText || !((formats[$0] as? TextFormat)?.takesMessages ?? false)
    }
    // Free text takes nearly any line: first whoever knows more, however few of the sample's lines are its own.
    let isText = { (place: Int) in formats[place] is TextFormat }
    return (fitted(best, sample, scratch), others.filter { !isText($0) } + others.filter(isText))
  }

  /// The format with what the sample itself says about the layout.
  private static func fitted(_ format: any LogFormat, _ sample: Sample, _ scratch: DecodeScratch) -> any LogFormat {
    switch format {
    case let wrapped as WrappedFormat: wrapped.ordered(for: sample, scratch)
    case let values as CSVFormat: values.fitted(to: sample)
    default: format
    }
  }

  /// The time of the sample's first record that has one.
  static func firstTime(in sample: Sample, _ format: any LogFormat, _ scratch: DecodeScratch) -> Int64? {
    var cursor = RunCursor(sample.run)
    var left = Sample.tried
    while left > 0, cursor.advance(in: sample.batch, format.framing) {
      if let time = format.time(of: sample.batch.bytes(cursor.current.slice), scratch) { return time }
      left -= 1
    }
    return nil
  }
}
