import Foundation
import FoundationNetworking

/// Reads an answer that does not end.
final class StreamListener: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private let lock = NSLock()
  private var data = Data()
  private var session: URLSession?

  init(_ request: URLRequest) {
    super.init()
    session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    session?.dataTask(with: request).resume()
  }

  deinit { session?.invalidateAndCancel() }

  var text: String { lock.withLock { String(decoding: data, as: UTF8.self) } }

  /// Waits until a text has come, five seconds at most.
  func wait(for words: String) {
    for _ in 0..<500 where !text.contains(words) { usleep(10_000) }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive more: Data) {
    lock.withLock { data += more }
  }
}
