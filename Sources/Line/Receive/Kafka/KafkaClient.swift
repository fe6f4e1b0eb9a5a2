import CRdKafka
import Foundation
import Model

/// A consumer of a group, by librdkafka; belongs to one thread, and so do its callbacks.
///
/// Offsets are committed by hand, behind what was kept.
final class KafkaClient {
  struct Partition: Hashable {
    let topic: String
    let number: Int32
  }

  /// Where each newly assigned partition shall begin, where that is known better than by the group; asked and told on
  /// the thread that polls.
  var begin: (Partition) -> Int64? = { _ in nil }
  /// Called for each failure that is told.
  var failed: () -> Void = {}
  /// Called before partitions are given away.
  var giveUp: () -> Void = {}
  private var client: OpaquePointer?

  /// Errors: a setting that librdkafka does not know, or does not take.
  init(_ settings: KafkaSettings, place: String) throws(WorldError) {
    guard let configuration = rd_kafka_conf_new() else {
      throw WorldError(what: "cannot read", place: place, code: ENOMEM)
    }
    var entries = [
      "bootstrap.servers": settings.brokers.joined(separator: ","), "group.id": settings.group,
      "client.id": "weir", "enable.auto.commit": "false", "auto.offset.reset": "earliest",
      "partition.assignment.strategy": "range,roundrobin",
      // What waits in memory for detection is bounded by the floor; this is what waits for us.
      "queued.max.messages.kbytes": "65536", "fetch.message.max.bytes": "1048576",
    ]
    entries.merge(settings.more) { $1 }
    for (name, path) in settings.secrets {
      guard let data = FileManager.default.contents(atPath: path) else {
        rd_kafka_conf_destroy(configuration)
        throw WorldError(what: "the secret of '\(name)' cannot be read", place: path, code: errno)
      }
      entries[name] = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    var words = [CChar](repeating: 0, count: 512)
    for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
      guard rd_kafka_conf_set(configuration, name, value, &words, words.count) == RD_KAFKA_CONF_OK else {
        rd_kafka_conf_destroy(configuration)
        throw WorldError(what: "Kafka's setting '\(name)' is wrong", place: place, why: Self.text(words))
      }
    }
    rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
    rd_kafka_conf_set_rebalance_cb(configuration, rebalance)
    // What goes wrong is counted and told by its code; librdkafka would print it.
    rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
    guard let made = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &words, words.count) else {
      rd_kafka_conf_destroy(configuration)
      throw WorldError(what: "cannot read", place: place, why: Self.text(words))
    }
    client = made
    rd_kafka_poll_set_consumer(made)
    let topics = rd_kafka_topic_partition_list_new(Int32(settings.topics.count))
    defer { rd_kafka_topic_partition_list_destroy(topics) }
    for topic in settings.topics { rd_kafka_topic_partition_list_add(topics, topic, -1) }
    let code = rd_kafka_subscribe(made, topics)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw WorldError(what: "cannot subscribe", place: place, why: String(cString: rd_kafka_err2str(code)))
    }
  }

  /// Leaves the group; what was committed is committed.
  func close() {
    guard let client else { return }
    // Partitions are given away in a callback of this call, which needs the client.
    rd_kafka_consumer_close(client)
    self.client = nil
    rd_kafka_destroy(client)
  }

  /// The next message, nil where none came within `milliseconds`; `body` gets its partition, offset and bytes.
  func poll(_ milliseconds: Int32, _ body: (Partition, Int64, UnsafeRawBufferPointer) -> Void) -> Bool {
    guard let client, let message = rd_kafka_consumer_poll(client, milliseconds) else { return false }
    defer { rd_kafka_message_destroy(message) }
    guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR, let topic = message.pointee.rkt else {
      failed()
      return false
    }
    body(
      Partition(topic: String(cString: rd_kafka_topic_name(topic)), number: message.pointee.partition),
      message.pointee.offset,
      UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len))
    return true
  }

  /// Tells the group how far each partition was kept. A failure only lets another member read some of it again.
  func commit(_ offsets: [Partition: Int64], isLast: Bool = false) {
    guard let client, !offsets.isEmpty else { return }
    let list = rd_kafka_topic_partition_list_new(Int32(offsets.count))
    defer { rd_kafka_topic_partition_list_destroy(list) }
    for (partition, offset) in offsets {
      rd_kafka_topic_partition_list_add(list, partition.topic, partition.number)?.pointee.offset = offset
    }
    rd_kafka_commit(client, list, isLast ? 0 : 1)
  }

  /// Takes partitions over where the group, or whoever knows better, says that they were kept up to.
  fileprivate func assign(_ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
    guard let client else { return }
    rd_kafka_committed(client, partitions, 5_000)
    for index in 0..<Int(partitions.pointee.cnt) {
      let entry = partitions.pointee.elems + index
      let partition = Partition(topic: String(cString: entry.pointee.topic), number: entry.pointee.partition)
      if let known = begin(partition), known > entry.pointee.offset { entry.pointee.offset = known }
    }
    rd_kafka_assign(client, partitions)
  }

  fileprivate func revoke() {
    giveUp()
    if let client { rd_kafka_assign(client, nil) }
  }

  private static func text(_ words: [CChar]) -> String {
    String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

private let rebalance:
  @convention(c) (
    OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    UnsafeMutableRawPointer?
  ) -> Void = { _, code, partitions, opaque in
    guard let opaque else { return }
    let client = Unmanaged<KafkaClient>.fromOpaque(opaque).takeUnretainedValue()
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let partitions {
      client.assign(partitions)
    } else {
      client.revoke()
    }
  }
