import CNetwork
import Foundation
import Glibc

/// A network namespace that lives as long as one thread.
enum NetworkNamespace {
  /// Runs the body on a thread of its own in a fresh namespace; nil where none can be made (not root).
  static func run<T: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> T) -> Result<T, E>? {
    let box = Box<Result<T, E>>()
    let thread = Thread {
      defer { box.done.signal() }
      // The programs that the body starts are children of this thread, and so live in its namespace.
      guard net_leave() else { return }
      do throws(E) { box.value = .success(try body()) } catch { box.value = .failure(error) }
    }
    thread.stackSize = 4 << 20
    thread.start()
    box.done.wait()
    return box.value
  }

  /// Whether one can be made here and its loopback device used: as root, mostly.
  static var isPossible: Bool {
    let answer: Result<Bool, Never>? = run {
      guard let loopback = Loopback() else { return false }
      loopback.close()
      return true
    }
    guard case .success(true)? = answer else { return false }
    return true
  }

  /// One writer, and one reader who waits for `done`.
  private final class Box<T>: @unchecked Sendable {
    var value: T?
    let done = DispatchSemaphore(value: 0)
  }

  /// The namespace's loopback device, to which whole frames are sent.
  struct Loopback {
    private let handle: Int32

    /// nil without the right to packet sockets.
    init?() {
      handle = net_loopback()
      if handle < 0 { return nil }
    }

    /// What cannot be sent does not arrive, and is told so.
    func send(_ frame: [UInt8], mark: UInt32) { _ = net_send(handle, frame, frame.count, mark) }

    func close() { Glibc.close(handle) }
  }
}
