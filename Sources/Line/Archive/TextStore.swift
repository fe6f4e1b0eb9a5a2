/// Bytes that stay where they are until all are forgotten; each text ends with a NUL that is no part of it.
final class TextStore {
  private var blocks: [UnsafeMutablePointer<UInt8>] = []
  private var room = 0
  private var next: UnsafeMutablePointer<UInt8>?
  /// Bytes kept since the last `forget`.
  private(set) var count = 0

  private static let block = 1 << 20

  deinit { forget() }

  func keep(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let size = text.count + 1
    count += size
    // A text that would waste much of a block gets one of its own.
    if size > Self.block / 8 {
      let own = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
      blocks.append(own)
      return Self.copy(text, to: own)
    }
    if size > room {
      next = .allocate(capacity: Self.block)
      blocks.append(next!)
      room = Self.block
    }
    let place = Self.copy(text, to: next!)
    next = place + size
    room -= size
    return place
  }

  private static func copy(_ text: UnsafeBufferPointer<UInt8>, to place: UnsafeMutablePointer<UInt8>)
    -> UnsafeMutablePointer<UInt8>
  {
    if let base = text.baseAddress { place.update(from: base, count: text.count) }
    place[text.count] = 0
    return place
  }

  func forget() {
    for block in blocks { block.deallocate() }
    blocks.removeAll()
    (room, next, count) = (0, nil, 0)
  }
}
