import CRdKafka
import Foundation
import Model
import Records
import Synchronization
import Testing

@testable import Receive

/// A cluster of librdkafka's own, in this process, and a producer of it.
private final class MockCluster {
  private let producer: OpaquePointer
  let brokers: String

  init() throws {
    let configuration = rd_kafka_conf_new()
    var words = [CChar](repeating: 0, count: 512)
    rd_kafka_conf_set(configuration, "test.mock.num.brokers", "2", &words, words.count)
    rd_kafka_conf_set(configuration, "bootstrap.servers", "none", &words, words.count)
    rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
    producer = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &words, words.count))
    let cluster = try #require(rd_kafka_handle_mock_cluster(producer))
    rd_kafka_mock_topic_create(cluster, "edge", 2, 1)
    brokers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
  }

  deinit { rd_kafka_destroy(producer) }

  func send(_ messages: [String], partition: Int32 = 0) {
    let topic = rd_kafka_topic_new(producer, "edge", nil)
    defer { rd_kafka_topic_destroy(topic) }
    for message in messages {
      let bytes = Array(message.utf8)
      bytes.withUnsafeBytes {
        _ = rd_kafka_produce(
          topic, partition, RD_KAFKA_MSG_F_COPY, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count, nil, 0,
          nil
        )
      }
    }
    rd_kafka_flush(producer, 5_000)
  }
}

/// Keeps lines stream by stream, with marks.
private final class StreamShelf: Sendable {
  private struct Kept {
    var lines: [String] = []
    var marks: [String: DeliveryMark] = [:]
    var refuses = false
  }
  struct Refused: Error {}
  private let kept = Mutex(Kept())

  var lines: [String] { kept.withLock { $0.lines } }
  func mark(_ stream: String) -> DeliveryMark? { kept.withLock { $0.marks[stream] } }
  func refuse(_ refuses: Bool) { kept.withLock { $0.refuses = refuses } }
  func keep(_ stream: String, _ lines: [UInt8], _ mark: DeliveryMark) throws {
    try kept.withLock { kept in
      if kept.refuses { throw Refused() }
      kept.lines += String(decoding: lines, as: UTF8.self).split(separator: "\n").map(String.init)
      kept.marks[stream] = mark
    }
  }
  func wait(for count: Int) { for _ in 0..<1_000 where lines.count < count { usleep(10_000) } }
}

@Suite("Kafka", .serialized)
struct KafkaTests {
  private func receiver(_ cluster: MockCluster, _ shelf: StreamShelf, group: String = "weir") -> KafkaReceiver {
    KafkaReceiver(
      KafkaSettings(
        brokers: [cluster.brokers], topics: ["edge"], group: group,
        more: ["session.timeout.ms": "6000", "heartbeat.interval.ms": "300", "fetch.wait.max.ms": "50"]),
      lastMark: { shelf.mark($0) }, keep: { try shelf.keep($0, $1, $2) })
  }

  @Test("every message of every partition is kept once, over stops, over a refusing disk, and where nothing was told")
  func once() throws {
    let cluster = try MockCluster()
    let shelf = StreamShelf()
    cluster.send((0..<100).map { "a\($0)" })
    cluster.send((0..<50).map { "b\($0)\n" }, partition: 1)
    let first = receiver(cluster, shelf)
    try first.start()
    shelf.wait(for: 150)
    shelf.refuse(true)
    cluster.send(["held up"])
    usleep(100_000)
    shelf.refuse(false)
    shelf.wait(for: 151)
    first.stop()
    #expect(shelf.lines.count == 151 && Set(shelf.lines).count == 151)
    #expect(first.counts.messages == 151)
    cluster.send((0..<10).map { "c\($0)" }, partition: 1)
    // Another group was never told how far it came: the spool's own marks say it.
    let second = receiver(cluster, shelf, group: "weir")
    try second.start()
    shelf.wait(for: 161)
    second.stop()
    #expect(shelf.lines.count == 161 && Set(shelf.lines).count == 161)
  }

  @Test("a machine without marks begins where the group was told last") func group() throws {
    let cluster = try MockCluster()
    let (here, there) = (StreamShelf(), StreamShelf())
    cluster.send(["one", "two"])
    let first = receiver(cluster, here)
    try first.start()
    here.wait(for: 2)
    first.stop()
    cluster.send(["three"])
    let second = receiver(cluster, there)
    try second.start()
    there.wait(for: 1)
    second.stop()
    #expect(here.lines == ["one", "two"] && there.lines == ["three"])
  }

  @Test("a setting that librdkafka does not know is an error that names it") func wrong() {
    let settings = KafkaSettings(brokers: ["127.0.0.1:1"], topics: ["edge"], more: ["securty.protocol": "ssl"])
    let receiver = KafkaReceiver(settings, lastMark: { _ in nil }, keep: { _, _, _ in })
    let error = #expect(throws: WorldError.self) { try receiver.start() }
    #expect(error.map { "\($0)".contains("securty.protocol") } == true)
  }
}
