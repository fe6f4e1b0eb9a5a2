import Model

/// What methods and protocols open, by their exact bytes: nearly all requests have the same few. Bound: 128 of them,
/// then all are learnt anew.
final class SteadyValues {
  private let width: Int
  private var methods = SteadyValues.memo()
  private var protocols = SteadyValues.memo()
  /// By place: `width` words of open gates.
  private var known: [UInt64] = []

  private static let most = 128

  init(width: Int) { self.width = width }

  private static func memo() -> ByteMemo { ByteMemo(slots: 2 * most, byteLimit: 1 << 14) }

  static func concern(_ kind: ValueKind) -> Bool { kind == .method || kind == .proto }

  /// Adds to `open` what a value opens; `screen` writes it there the first time.
  func add(
    _ kind: ValueKind, _ text: UnsafeBufferPointer<UInt8>, to open: UnsafeMutablePointer<UInt64>, _ screen: () -> Void
  ) {
    if known.count >= Self.most * width {
      methods = Self.memo()
      protocols = Self.memo()
      known.removeAll(keepingCapacity: true)
    }
    let place =
      kind == .method
      ? methods.value(of: text) { _ in learn(open, screen) } : protocols.value(of: text) { _ in learn(open, screen) }
    for word in 0..<width { open[word] |= known[Int(place) * width + word] }
  }

  private func learn(_ open: UnsafeMutablePointer<UInt64>, _ screen: () -> Void) -> UInt64 {
    let before = Array(UnsafeBufferPointer(start: open, count: width))
    open.update(repeating: 0, count: width)
    screen()
    known += UnsafeBufferPointer(start: open, count: width)
    open.update(from: before, count: width)
    return UInt64(known.count / width - 1)
  }
}
