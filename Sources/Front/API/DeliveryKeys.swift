import Net
import Records
import Synchronization

/// Which deliveries were kept already: platforms deliver at least once.
///
/// A delivery is the same where its sender says so by an `Idempotency-Key`, or where it holds records with an id of
/// their own, byte for byte; equal lines without an id may be two events. Its key lies in the spool with its lines, so
/// that after a stop the latest hour's are known again.
final class DeliveryKeys: Sendable {
  enum State: Sendable {
    case new
    /// Another one with this key is being kept now.
    case running
    case known
  }

  private struct Book {
    var kept: Set<SHA256> = []
    var order: [SHA256] = []
    var running: Set<SHA256> = []
  }

  private let book = Mutex(Book())
  private static let memory = 4_096

  init(_ marks: [DeliveryMark]) { for mark in marks { remember(Self.key(mark)) } }

  /// The key of a delivery; nil where nothing says that it is another's equal.
  static func key(of lines: [UInt8], customer: String, _ request: HTTPRequest) -> SHA256? {
    if let word = request.header("idempotency-key") {
      return key(mark(SHA256(of: Array("\(customer)\u{0}key\u{0}\(word)".utf8))))
    }
    guard lines.first == UInt8(ascii: "{"), String(decoding: lines.prefix(4_096), as: UTF8.self).contains("\"RayID\"")
    else { return nil }
    return key(mark(SHA256(of: Array(customer.utf8) + [0] + SHA256(of: lines).bytes)))
  }

  /// What is kept of a key beside the lines: its first sixteen bytes.
  static func mark(_ key: SHA256) -> DeliveryMark {
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return DeliveryMark(source: number(key.bytes[..<8]), print: number(key.bytes[8..<16]))
  }

  private static func key(_ mark: DeliveryMark) -> SHA256 {
    func bytes(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) } }
    return SHA256(stored: bytes(mark.source) + bytes(mark.print) + [UInt8](repeating: 0, count: 16)) ?? .none
  }

  /// What is known of a key; a new one is being kept from now on.
  func claim(_ key: SHA256) -> State {
    book.withLock { book in
      if book.kept.contains(key) { return .known }
      return book.running.insert(key).inserted ? .new : .running
    }
  }

  /// The delivery was kept, or it was not and may come again.
  func end(_ key: SHA256, isKept: Bool) {
    _ = book.withLock { $0.running.remove(key) }
    if isKept { remember(key) }
  }

  private func remember(_ key: SHA256) {
    book.withLock { book in
      guard book.kept.insert(key).inserted else { return }
      book.order.append(key)
      if book.order.count > Self.memory { book.kept.remove(book.order.removeFirst()) }
    }
  }
}
