/// Which topics of which cluster are read, and as which consumer group.
package struct KafkaSettings: Sendable, Equatable {
  /// `host:port` of some brokers.
  package var brokers: [String]
  package var topics: [String]
  package var group: String
  /// Further settings of librdkafka, by their names: `security.protocol` and so on.
  package var more: [String: String]
  /// Settings whose value lies in a file, so that no secret stands in the configuration.
  package var secrets: [String: String]

  package init(
    brokers: [String], topics: [String], group: String = "weir", more: [String: String] = [:],
    secrets: [String: String] = [:]
  ) {
    self.brokers = brokers
    self.topics = topics
    self.group = group
    self.more = more
    self.secrets = secrets
  }
}
