import Model

// The less frequent conversions.
extension CellWriter {
  @inline(never) mutating func convertOther(_ action: FieldAction, _ value: RawValue) -> Bool {
    switch action.take {
    case .skip: return false
    case .text, .speech:
      guard let bytes = scalar(value), !isDash(bytes) else { return false }
      return text(action.field, bytes)
    case .name: return name(action.field, value, fold: nil)
    case .lower: return name(action.field, value, fold: 0x41)
    case .upper: return name(action.field, value, fold: 0x61)
    case .number: return number(action, value)
    case .flag, .outcome: return flag(action.field, value)
    case .address: return endpoint(action.field, scalar(value))
    case .addressList: return addressList(action.field, scalar(value))
    case .time: return time(action, value)
    case .end: return time(action, value)
    case .whole, .lowerWhole: return whole(action, value)
    case .target: return text(scalar(value)) { $0.target($1) }
    case .path: return text(scalar(value)) { $0.path($1) }
    case .query: return text(scalar(value)) { $0.query($1) }
    case .requestLine: return text(scalar(value)) { $0.requestLine($1) }
    case .host: return host(action.field, scalar(value))
    case .headers: return headers(value)
    case .matches: return matches(value)
    case .rules: return rules(action.field, value)
    case .proto: return proto(scalar(value))
    case .dnsNumber: return dnsNumber(action.field, scalar(value))
    case .flags: return flags(action.field, scalar(value))
    case .hexFlags: return hexFlags(action.field, scalar(value))
    }
  }

  /// The value's text; of a list, its first element that is a text; nil for objects and nothing.
  mutating func scalar(_ value: RawValue) -> UnsafeBufferPointer<UInt8>? {
    switch value.kind {
    case .string: return plain(value)
    case .number, .yes, .no: return value.bytes
    case .null, .object: return nil
    case .array:
      guard let first = JSONList.first(value) else { return nil }
      return first.kind == .array || first.kind == .object ? nil : scalar(first)
    }
  }

  private mutating func text(
    _ bytes: UnsafeBufferPointer<UInt8>?, _ body: (inout CellWriter, UnsafeBufferPointer<UInt8>) -> Void
  ) -> Bool {
    guard let bytes, !meansNothing(bytes) else { return false }
    body(&self, bytes)
    return true
  }

  func text(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, let start = bytes.baseAddress else { return false }
    setCell(field, slice(start, bytes.count))
    return true
  }

  /// A name, in lower case (`fold` is `A`), in upper case (`a`), or as it is.
  private mutating func name(_ field: EventField, _ value: RawValue, fold first: UInt8?) -> Bool {
    guard let bytes = scalar(value), !meansNothing(bytes) else { return false }
    guard let first else { return text(field, bytes) }
    return isUnknown(bytes) ? false : text(field, folded(bytes, first))
  }

  /// The bytes with the 26 letters from `first` on turned to the other case; in place where there are none of them.
  mutating func folded(_ bytes: UnsafeBufferPointer<UInt8>, _ first: UInt8) -> UnsafeBufferPointer<UInt8> {
    var at = 0
    while at < bytes.count, bytes[at] &- first >= 26 { at &+= 1 }
    guard at < bytes.count, bytes.count <= outEnd - out else { return bytes }
    let start = out
    for i in 0..<bytes.count { start[i] = bytes[i] &- first < 26 ? bytes[i] ^ 0x20 : bytes[i] }
    out += bytes.count
    return UnsafeBufferPointer(start: start, count: bytes.count)
  }

  private mutating func number(_ action: FieldAction, _ value: RawValue) -> Bool {
    if value.kind == .yes || value.kind == .no {
      set(action.field, value.kind == .yes ? 1 : 0)
      return true
    }
    guard let bytes = scalar(value), let number = measured(bytes, power: Int(action.power)) else { return false }
    if number == 0, action.field == .status { return false }
    set(action.field, number)
    return true
  }

  private mutating func flag(_ field: EventField, _ value: RawValue) -> Bool {
    switch value.kind {
    case .yes: set(field, 1)
    case .no: set(field, 0)
    default:
      guard let bytes = scalar(value), let truth = truth(of: bytes) else { return false }
      set(field, truth ? 1 : 0)
    }
    return true
  }

  /// A list that came as a string has its escapes undone, so that the cell holds JSON either way.
  private mutating func whole(_ action: FieldAction, _ value: RawValue) -> Bool {
    let bytes = value.kind == .string ? plain(value) : value.bytes
    if meansNothing(bytes) { return false }
    return text(action.field, action.take == .lowerWhole ? folded(bytes, 0x41) : bytes)
  }
}

@inline(__always) func isDash(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes.count == 1 && bytes[0] == 0x2d }

/// Whether a log wrote "there was none" here.
@inline(__always) func meansNothing(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  bytes.count == 0 || bytes[0] == 0x2d && (bytes.count == 1 || bytes.count == 2 && bytes[1] == 0x2d)
}

/// Words with which products say that a name is not known.
func isUnknown(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  switch bytes.count {
  case 4: matchesWord(bytes, "none") || matchesWord(bytes, "null")
  case 6: bytes.elementsEqual("(null)".utf8)
  case 7: matchesWord(bytes, "unknown")
  default: false
  }
}

/// Whether `bytes` are `word` (lower case) whatever their case.
func matchesWord(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
  guard bytes.count == word.utf8CodeUnitCount else { return false }
  for i in 0..<bytes.count where foldedByte(bytes[i]) != word.utf8Start[i] { return false }
  return true
}

@inline(__always) func foldedByte(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

/// What a word says as a yes or no; nil where it says neither.
func truth(of bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
  for word in ["true", "yes", "ok", "1", "success", "successful", "succeeded", "allowed", "pass", "passed"]
    as [StaticString]
  where matchesWord(bytes, word) { return true }
  for word in ["false", "no", "0", "failure", "failed", "fail", "denied", "error", "invalid"] as [StaticString]
  where matchesWord(bytes, word) { return false }
  return nil
}

/// A number, perhaps with a unit of time behind it (`8.5ms`, `792µs`, `1.2s`), times 10 to `power`.
///
/// A unit that stands in the text counts against the field's own: microseconds are what a unit is turned into.
func measured(_ bytes: UnsafeBufferPointer<UInt8>, power: Int) -> Int64? {
  if let plain = scaledDecimal(bytes, power: power) { return plain }
  for (unit, shift) in [("ns", -3), ("us", 0), ("\u{b5}s", 0), ("\u{3bc}s", 0), ("ms", 3), ("s", 6)]
    as [(StaticString, Int)]
  {
    let size = unit.utf8CodeUnitCount
    guard bytes.count > size else { continue }
    let tail = UnsafeBufferPointer(rebasing: bytes[(bytes.count - size)...])
    guard tail.elementsEqual(UnsafeBufferPointer(start: unit.utf8Start, count: size)) else { continue }
    return scaledDecimal(UnsafeBufferPointer(rebasing: bytes[..<(bytes.count - size)]), power: shift)
  }
  return nil
}
