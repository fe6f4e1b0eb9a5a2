import Glibc
import Model
import Records

/// Something that takes telemetry in by itself until it is stopped: a socket that is listened to, a file that grows.
package protocol Receiver: AnyObject, Sendable {
  /// What it listens to, in words.
  var place: String { get }
  /// Begins, on threads of its own. Errors: the place cannot be used.
  func start() throws(WorldError)
  /// Takes up anew what lies on disk beside it: certificates. Errors: what lies there cannot be used; the old one stays.
  func renew() throws(WorldError)
  /// Hands over what it has and returns when its threads are gone.
  func stop()
  /// What was taken and what was not, since the start.
  var counts: ReceiveCounts { get }
}

extension Receiver {
  package func renew() throws(WorldError) {}
}

/// Keeps lines for good; returns when they are durable. Waits while too much is on its way: the receiver then reads no
/// more, and its sender feels it.
///
/// Errors: nothing was kept, and trying again may help.
package typealias Keep = @Sendable (_ lines: [UInt8]) throws -> Void

/// Keeps lines of a stream together with the mark behind them, as `Keep` does.
package typealias KeepMarked = @Sendable (_ stream: String, _ lines: [UInt8], _ mark: DeliveryMark) throws -> Void

/// What a receiver took and what it had to leave, each since the start.
package struct ReceiveCounts: Sendable, Equatable {
  package var messages = 0
  package var bytes = 0
  /// Messages that were cut because they were longer than the limit.
  package var cut = 0
  /// Messages lost for good, where the sender cannot be told: the disk refused them.
  package var lost = 0
  /// Datagrams that were not what this receiver takes.
  package var foreign = 0
  /// Datagrams that the kernel dropped because nobody took them in time.
  package var dropped = 0
  /// What senders' own sequence numbers say never arrived: flows, or datagrams where those are numbered.
  package var missing = 0
  package var connections = 0
  /// Times that a source which is asked did not answer as it should.
  package var failures = 0
  /// Connections that were refused because there were too many.
  package var refused = 0

  package init() {}

  /// Every count by the end that its messages came to.
  package var ends: [(end: String, count: Int)] {
    [
      ("kept", messages), ("cut", cut), ("lost", lost), ("dropped by the kernel", dropped),
      ("missing by sequence numbers", missing), ("not understood", foreign), ("connections refused", refused),
      ("source not reached", failures),
    ]
  }

  /// In words, what is not zero; nil where nothing came and nothing went wrong.
  package var words: String? {
    let parts = ends.filter { $0.count > 0 }
    return parts.isEmpty ? nil : parts.map { "\($0.count) \($0.end)" }.joined(separator: ", ")
  }
}
