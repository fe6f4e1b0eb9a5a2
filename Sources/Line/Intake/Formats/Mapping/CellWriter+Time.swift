import Model

extension CellWriter {
  /// A time as text, or as a number of seconds, milli-, micro- or nanoseconds: power 9, 6, 3 or 0 fixes which, -1 tells
  /// them apart by their size.
  mutating func time(_ action: FieldAction, _ value: RawValue) -> Bool {
    guard let bytes = scalar(value) else { return false }
    let time = clock.pointee.parse(trimmed(bytes), power: action.power)
    guard let time else { return false }
    set(action.field, time)
    return true
  }
}

extension TimeParser {
  /// A time as text or number; `power` as in `FieldAction`.
  mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>, power: Int8) -> Int64? {
    if power >= 0, let time = scaledDecimal(bytes, power: Int(power)) { return time }
    return parse(bytes, as: .auto)
  }
}
