/// Shapes of a chart whose slots are one unit wide; heights are fractions of `height`.
enum Geometry {
  /// The outline of stacked slots between `floor` and `ceiling` (fractions of the height, from below).
  static func area(floor: [Double], ceiling: [Double], height: Double) -> String {
    guard !ceiling.isEmpty else { return "" }
    var path = "M0 \(y(floor[0], height))"
    for (index, value) in ceiling.enumerated() { path += "V\(y(value, height))H\(index + 1)" }
    for (index, value) in floor.enumerated().reversed() { path += "V\(y(value, height))H\(index)" }
    return path + "Z"
  }

  /// The upper edge alone, as a line in steps.
  static func steps(_ values: [Double], height: Double) -> String {
    guard let first = values.first else { return "" }
    var path = "M0 \(y(first, height))"
    for (index, value) in values.enumerated() { path += "V\(y(value, height))H\(index + 1)" }
    return path
  }

  private static func y(_ fraction: Double, _ height: Double) -> String {
    Decimal2.text(height * (1 - min(1, max(0, fraction))))
  }
}
