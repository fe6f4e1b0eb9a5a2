/// The decimal number that `bytes` spell times 10 to the `power`, rounded towards zero; nil where they spell none.
///
/// Takes a sign, a fraction and an exponent (`1.25e-3`). Everything that does not fit is nil, never a trap. White space
/// around is allowed. Exact: no floating point is involved.
@inline(__always)
func scaledDecimal(_ bytes: UnsafeBufferPointer<UInt8>, power: Int) -> Int64? {
  var value: Int64 = 0
  var at = 0
  let count = bytes.count
  guard count > 0, let p = bytes.baseAddress else { return nil }
  // The plain case first: a few digits and nothing else.
  if power == 0, count <= 18 {
    while at < count {
      let digit = p[at] &- 0x30
      if digit > 9 { break }
      value = value &* 10 &+ Int64(digit)
      at &+= 1
    }
    if at == count { return value }
  }
  return slowDecimal(bytes, power: power)
}

@inline(never)
private func slowDecimal(_ bytes: UnsafeBufferPointer<UInt8>, power: Int) -> Int64? {
  var at = 0
  var end = bytes.count
  while at < end, bytes[at] <= 0x20 { at += 1 }
  while end > at, bytes[end - 1] <= 0x20 { end -= 1 }
  var negative = false
  if at < end, bytes[at] == 0x2d || bytes[at] == 0x2b {
    negative = bytes[at] == 0x2d
    at += 1
  }
  var value: Int64 = 0
  var exponent = power
  var digits = 0, inFraction = false
  while at < end {
    let byte = bytes[at]
    if byte == 0x2e, !inFraction {
      inFraction = true
    } else if byte >= 0x30, byte <= 0x39 {
      digits += 1
      let (times, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, more) = times.addingReportingOverflow(Int64(byte - 0x30))
      if over || more {
        // More digits than a number holds: a fraction's are cut, a whole number's are too many.
        if !inFraction { return nil }
      } else {
        value = sum
        if inFraction { exponent -= 1 }
      }
    } else {
      break
    }
    at += 1
  }
  guard digits > 0 else { return nil }
  if at < end {
    guard bytes[at] | 0x20 == 0x65, let extra = smallInteger(bytes, at + 1, end) else { return nil }
    exponent += extra
  }
  return shifted(negative ? -value : value, by: exponent)
}

/// An exponent: a sign and one to three digits, to the end.
private func smallInteger(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
  var at = start
  var negative = false
  if at < end, bytes[at] == 0x2d || bytes[at] == 0x2b {
    negative = bytes[at] == 0x2d
    at += 1
  }
  guard at < end, end - at <= 3 else { return nil }
  var value = 0
  while at < end {
    guard bytes[at] >= 0x30, bytes[at] <= 0x39 else { return nil }
    value = value * 10 + Int(bytes[at] - 0x30)
    at += 1
  }
  return negative ? -value : value
}

private func shifted(_ value: Int64, by exponent: Int) -> Int64? {
  var value = value
  var exponent = exponent
  while exponent < 0, value != 0 {
    value /= 10
    exponent += 1
  }
  while exponent > 0, value != 0 {
    let (times, over) = value.multipliedReportingOverflow(by: 10)
    if over { return nil }
    value = times
    exponent -= 1
  }
  return value
}
