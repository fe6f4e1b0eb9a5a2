/// Whole numbers from 0 to 65,535 as regexes, for engines that see a number as text only.
enum Digits {
  /// The fewest pieces `\A12[3-7]\d\d\z` that take just the numbers of the ranges, joined to one regex.
  static func regexes(_ ranges: [ClosedRange<Int64>]) -> [String] {
    let written = ranges.flatMap { range -> [String] in
      guard range.overlaps(0...65_535) else { return [] }
      let clamped = range.clamped(to: 0...65_535)
      return pieces(Int(clamped.lowerBound), Int(clamped.upperBound))
    }
    return written.isEmpty ? [] : [#"\A(?:"# + written.joined(separator: "|") + #")\z"#]
  }

  /// Splits so that in each piece the numbers differ only in whole trailing digits.
  private static func pieces(_ low: Int, _ high: Int) -> [String] {
    var out: [String] = []
    var start = low
    while start <= high {
      var step = 1
      while start % (step * 10) == 0, start + step * 10 - 1 <= high, start >= step * 10 { step *= 10 }
      let last = min(9, (high - start + 1) / step - 1 + start / step % 10)
      let head = start / step / 10, digit = start / step % 10
      let width = String(step).count - 1
      out.append(
        (head == 0 ? "" : String(head)) + (digit == last ? "\(digit)" : "[\(digit)-\(last)]")
          + (width == 0 ? "" : "[0-9]{\(width)}"))
      start += (last - digit + 1) * step
    }
    return out
  }
}
