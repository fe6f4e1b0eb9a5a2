import Model

/// One value while a condition is judged; plain bits, no ownership. Texts live as long as the row is looked at.
struct Datum: @unchecked Sendable {
  enum Kind: UInt8 { case absent, text, int, bool, ip }

  var kind: Kind
  /// An int, a time, or a bool as 0 or 1.
  var number: Int64 = 0
  var address = IPAddress.absent
  var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  static let absent = Datum(kind: .absent)
  static func int(_ number: Int64) -> Datum { Datum(kind: .int, number: number) }
  static func bool(_ value: Bool) -> Datum { Datum(kind: .bool, number: value ? 1 : 0) }
  static func ip(_ address: IPAddress) -> Datum {
    address.isAbsent ? .absent : Datum(kind: .ip, address: address)
  }
  static func text(_ text: UnsafeBufferPointer<UInt8>) -> Datum { Datum(kind: .text, text: text) }

  var isTrue: Bool { kind == .bool && number != 0 }
}

/// Memory for texts that are computed while a row is looked at: everything is given back at once.
///
/// Pointers stay valid until `reset`. Refuses to grow past its limit: the value is missing then.
final class ScratchText {
  private var blocks: [UnsafeMutableBufferPointer<UInt8>] = []
  private var used = 0
  private var total = 0
  static let limit = 64 << 20

  deinit { for block in blocks { block.deallocate() } }

  func reset() {
    while blocks.count > 1 { blocks.removeLast().deallocate() }
    total = blocks.first?.count ?? 0
    used = 0
  }

  /// Room for `count` bytes; nil past the limit.
  func take(_ count: Int) -> UnsafeMutablePointer<UInt8>? {
    if let block = blocks.last, count <= block.count - used {
      used += count
      return block.baseAddress! + used - count
    }
    let size = max(count, 64 << 10)
    guard size <= Self.limit - total else { return nil }
    let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    blocks.append(block)
    total += size
    used = count
    return block.baseAddress!
  }

  /// Gives back the tail of what was taken last.
  func giveBack(_ count: Int) { used -= min(count, used) }
}
