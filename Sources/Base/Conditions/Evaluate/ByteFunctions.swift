import Glibc
import Model

/// Below, at or above zero in the order of bytes.
func compareBytes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
  let common = min(a.count, b.count)
  if common > 0 {
    let order = memcmp(a.baseAddress!, b.baseAddress!, common)
    if order != 0 { return Int(order) }
  }
  return a.count - b.count
}

/// Where `needle` stands first in `text`.
func find(_ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Int? {
  if needle.count == 0 { return 0 }
  guard needle.count <= text.count, let base = text.baseAddress else { return nil }
  let last = text.count - needle.count
  var at = 0
  while at <= last, let hit = memchr(base + at, Int32(needle[0]), last - at + 1) {
    at = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(hit))
    if memcmp(base + at, needle.baseAddress!, needle.count) == 0 { return at }
    at += 1
  }
  return nil
}

func hasEnd(_ text: UnsafeBufferPointer<UInt8>, _ part: UnsafeBufferPointer<UInt8>, atStart: Bool) -> Bool {
  guard part.count <= text.count else { return false }
  if part.count == 0 { return true }
  return memcmp(text.baseAddress! + (atStart ? 0 : text.count - part.count), part.baseAddress!, part.count) == 0
}

/// Undoes `%HH` and `+`, and `%uXXXX` where wanted; what is no encoding stays. Gives the bytes written.
func decodePercent(
  _ text: UnsafeBufferPointer<UInt8>, into target: UnsafeMutablePointer<UInt8>, unicode: Bool
) -> Int {
  var read = 0, written = 0
  while read < text.count {
    var byte = text[read]
    read &+= 1
    if byte == UInt8(ascii: "+") {
      byte = 0x20
    } else if byte == UInt8(ascii: "%") {
      if read &+ 1 < text.count, let high = hexDigit(text[read]), let low = hexDigit(text[read &+ 1]) {
        byte = high << 4 | low
        read &+= 2
      } else if unicode, read &+ 4 < text.count, text[read] | 0x20 == UInt8(ascii: "u"),
        let unit = hexUnit(text, read &+ 1)
      {
        for part in UTF8.encode(UnicodeScalar(unit) ?? "\u{fffd}")! {
          target[written] = part
          written &+= 1
        }
        read &+= 5
        continue
      }
    }
    target[written] = byte
    written &+= 1
  }
  return written
}

private func hexUnit(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32? {
  var value: UInt32 = 0
  for index in start..<(start + 4) {
    guard let digit = hexDigit(text[index]) else { return nil }
    value = value << 4 | UInt32(digit)
  }
  return value
}

func base64Digit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - 65
  case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 71
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte + 4
  case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
  case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
  default: nil
  }
}
