import Foundation
import Model
import Records
import Synchronization

/// Reads topics as a member of a consumer group.
///
/// Each partition is a stream of its own. Its offset is kept with its lines in one piece, and the group is told behind
/// that: a stop at any instant loses no message, and the same machine reads none twice. Where a partition moves to
/// another machine, that one begins where the group was told last.
package final class KafkaReceiver: Receiver {
  private let settings: KafkaSettings
  private let lastMark: @Sendable (_ stream: String) -> DeliveryMark?
  private let keep: KeepMarked
  private let thread = ReceiverThread()

  package init(
    _ settings: KafkaSettings, lastMark: @escaping @Sendable (_ stream: String) -> DeliveryMark?,
    keep: @escaping KeepMarked
  ) {
    self.settings = settings
    self.lastMark = lastMark
    self.keep = keep
  }

  package var place: String {
    "Kafka: \(settings.topics.joined(separator: ", ")) of \(settings.brokers.joined(separator: ",")) as \(settings.group)"
  }
  package var counts: ReceiveCounts { thread.counts }

  package func start() throws(WorldError) {
    let client = try KafkaClient(settings, place: place)
    // The thread's alone from here on.
    nonisolated(unsafe) let handed = client
    thread.begin { [self] in
      read(handed)
      handed.close()
    }
  }

  package func stop() { thread.end() }

  /// Lines of partitions that wait to be kept, and the offset behind each.
  private final class Waiting {
    var lines: [KafkaClient.Partition: (lines: [UInt8], next: Int64, messages: Int)] = [:]
    var bytes = 0
  }

  private func read(_ client: KafkaClient) {
    let waiting = Waiting()
    client.begin = { [settings, lastMark] partition in
      guard let mark = lastMark(Self.stream(partition)), mark.source == Self.source(settings, partition) else {
        return nil
      }
      return Int64(clamping: mark.offset)
    }
    client.failed = { [thread] in thread.count { $0.failures += 1 } }
    client.giveUp = { [self, unowned client] in empty(waiting, client, isLast: true) }
    while !thread.isOver {
      let isMore = client.poll(waiting.bytes == 0 ? 200 : LineBasket.pauseMilliseconds) { partition, offset, bytes in
        var entry = waiting.lines.removeValue(forKey: partition) ?? ([], 0, 0)
        entry.lines += bytes
        if let last = entry.lines.last, last != 0x0A { entry.lines.append(0x0A) }
        entry.next = offset + 1
        entry.messages += 1
        waiting.lines[partition] = entry
        waiting.bytes += bytes.count + 1
      }
      if !isMore || waiting.bytes >= LineBasket.fullBytes { empty(waiting, client, isLast: false) }
    }
    empty(waiting, client, isLast: true)
  }

  /// Keeps what waits, again and again while the disk refuses, then tells the group. What could not be kept before the
  /// end is read again later.
  private func empty(_ waiting: Waiting, _ client: KafkaClient, isLast: Bool) {
    var kept: [KafkaClient.Partition: Int64] = [:]
    for (partition, entry) in waiting.lines {
      let mark = DeliveryMark(source: Self.source(settings, partition), offset: UInt64(entry.next))
      guard thread.insist({ try keep(Self.stream(partition), entry.lines, mark) }) else { continue }
      kept[partition] = entry.next
      thread.count { counts in
        counts.messages += entry.messages
        counts.bytes += entry.lines.count
      }
    }
    waiting.lines = [:]
    waiting.bytes = 0
    client.commit(kept, isLast: isLast)
  }

  static func stream(_ partition: KafkaClient.Partition) -> String {
    streamName("kafka", "\(partition.topic)-\(partition.number)", of: "\(partition.topic) \(partition.number)")
  }

  /// Offsets of another cluster's topic of the same name mean nothing.
  private static func source(_ settings: KafkaSettings, _ partition: KafkaClient.Partition) -> UInt64 {
    shortDigest("\(settings.brokers.sorted()) \(settings.group) \(partition.topic)")
  }
}
