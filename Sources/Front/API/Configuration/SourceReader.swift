import Content
import Net
import Receive

/// Reads a customer's sources that have settings of their own: syslog over TLS, Kafka, object stores.
enum SourceReader {
  /// `syslog_tls`, with the certificate of the floor unless it names its own.
  static func tls(_ reader: inout ContentReader, _ made: ServeConfiguration) -> [ServeConfiguration.SyslogTLS] {
    guard let node = reader.optional("syslog_tls") else { return [] }
    let nodes = node.list ?? [node]
    return nodes.compactMap { node in
      if let word = node.text { return entry(word, nil, nil, nil, node, made, &reader) }
      var inner = ContentReader(node)
      let found = entry(
        inner.requiredText("listen"), inner.text("certificate"), inner.text("key"), inner.text("client_authority"),
        node, made, &inner)
      reader.complain(inner.finish())
      return found
    }
  }

  private static func entry(
    _ word: String, _ certificate: String?, _ key: String?, _ authority: String?, _ node: ContentNode,
    _ made: ServeConfiguration, _ reader: inout ContentReader
  ) -> ServeConfiguration.SyslogTLS? {
    guard let endpoint = Endpoint(word) else {
      reader.complain(node.problem("'syslog_tls' must be an address and a port such as 0.0.0.0:6514, not '\(word)'"))
      return nil
    }
    guard let certificate = certificate ?? made.certificate, let key = key ?? made.key else {
      reader.complain(node.problem("'syslog_tls' needs 'certificate' and 'key', here or for the whole floor"))
      return nil
    }
    return .init(
      endpoint: endpoint, files: TLSFiles(certificate: certificate, key: key, clientAuthority: authority))
  }

  static func kafka(_ reader: inout ContentReader) -> [KafkaSettings] {
    maps("kafka", &reader) { inner, node in
      let (brokers, topics) = (inner.texts("brokers"), inner.texts("topics"))
      for (key, list) in [("brokers", brokers), ("topics", topics)] where list.isEmpty { _ = inner.required(key) }
      for topic in topics where topic.hasPrefix("^") {
        inner.complain(node.problem("topics are named one by one; '\(topic)' is a pattern"))
      }
      return KafkaSettings(
        brokers: brokers, topics: topics, group: inner.text("group") ?? "weir", more: pairs("settings", &inner),
        secrets: pairs("secret_files", &inner))
    }
  }

  static func objects(_ reader: inout ContentReader) -> [ObjectStoreSettings] {
    maps("s3", &reader) { inner, node in
      let every = inner.span("every") ?? 60_000_000_000
      return ObjectStoreSettings(
        bucket: inner.requiredText("bucket"), endpoint: inner.text("endpoint"),
        region: inner.text("region") ?? "us-east-1", prefix: inner.text("prefix") ?? "",
        accessKey: inner.requiredText("access_key"), secretFile: inner.requiredText("secret_file"),
        everySeconds: Int(every / 1_000_000_000))
    }
  }

  /// A list of maps under a key, or one map; each read with all its problems.
  private static func maps<Value>(
    _ key: String, _ reader: inout ContentReader, _ read: (inout ContentReader, ContentNode) -> Value
  ) -> [Value] {
    guard let node = reader.optional(key) else { return [] }
    return (node.list ?? [node]).map { node in
      var inner = ContentReader(node)
      let value = read(&inner, node)
      reader.complain(inner.finish())
      return value
    }
  }

  /// Names and texts, whatever the names are.
  private static func pairs(_ key: String, _ reader: inout ContentReader) -> [String: String] {
    guard let node = reader.optional(key) else { return [:] }
    guard let map = node.map else {
      reader.complain(node.problem("'\(key)' must be a map of names and texts"))
      return [:]
    }
    return Dictionary(
      map.compactMap { entry in
        guard let name = entry.key.text, let text = entry.value.text else { return nil }
        return (name, text)
      }
    ) { first, _ in first }
  }
}
