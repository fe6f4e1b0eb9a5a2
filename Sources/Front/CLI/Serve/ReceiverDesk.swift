import API
import Intake
import Model
import Net
import Receive
import Records
import Synchronization
import Watch

/// The receivers that are open, each for one customer; opened and closed as the configuration changes.
final class ReceiverDesk: Sendable {
  private let floor: WatchFloor
  private let open = Mutex<[String: Opened]>([:])

  private struct Opened: Sendable {
    let customer: String
    let receiver: any Receiver
  }

  init(_ floor: WatchFloor) { self.floor = floor }

  var places: [String] { open.withLock { $0.values.map(\.receiver.place).sorted() } }

  /// Opens those that are not open yet. Errors: one that cannot be opened; none is then that was not before.
  func open(_ customers: [ServeConfiguration.Customer]) throws {
    var opened: [String: Opened] = [:]
    do {
      for (key, customer, make) in customers.flatMap(wanted) where open.withLock({ $0[key] == nil }) {
        let receiver = make()
        try receiver.start()
        opened[key] = Opened(customer: customer, receiver: receiver)
      }
    } catch {
      for entry in opened.values { entry.receiver.stop() }
      throw error
    }
    open.withLock { $0.merge(opened) { $1 } }
  }

  /// Has each take up anew what lies beside it: certificates. What could not be is told in words.
  func renew() -> [String] {
    open.withLock { Array($0.values) }.compactMap { entry in
      do throws(WorldError) {
        try entry.receiver.renew()
        return nil
      } catch {
        return "\(error); the old one stays"
      }
    }
  }

  /// Closes those that these customers do not want; returns when what they had is handed over.
  func closeAllBut(_ customers: [ServeConfiguration.Customer]) {
    let kept = Set(customers.flatMap(wanted).map(\.key))
    let closed = open.withLock { open in
      defer { open = open.filter { kept.contains($0.key) } }
      return open.filter { !kept.contains($0.key) }
    }
    for entry in closed.values {
      entry.receiver.stop()
      if let words = entry.receiver.counts.words { Terminal.print("\(entry.receiver.place): \(words).") }
    }
  }

  private typealias Wanted = (key: String, customer: String, make: () -> any Receiver)

  /// A customer's receivers, each under a name that says all that it depends on.
  private func wanted(_ customer: ServeConfiguration.Customer) -> [Wanted] {
    let (name, floor) = (customer.name, floor)
    @Sendable func keep(_ stream: String) -> Keep {
      { try floor.accept(customer: name, stream: stream, lines: $0) }
    }
    var wanted: [Wanted] = []
    for endpoint in customer.udp {
      wanted.append(("\(name) udp \(endpoint)", name, { SyslogUDP(endpoint, keep: keep("syslog-udp")) }))
    }
    for endpoint in customer.tcp {
      wanted.append(("\(name) tcp \(endpoint)", name, { SyslogTCP(endpoint, keep: keep("syslog-tcp")) }))
    }
    for tls in customer.tls {
      let make = { SyslogTCP(tls.endpoint, tls: tls.files, keep: keep("syslog-tls")) }
      wanted.append(("\(name) tls \(tls)", name, make))
    }
    let mark: @Sendable (String) -> DeliveryMark? = { floor.spool.mark(customer: name, stream: $0) }
    let keepMarked: KeepMarked = { stream, lines, mark in
      try floor.accept(customer: name, stream: stream, lines: lines, mark: mark)
    }
    for settings in customer.kafka {
      wanted.append(("\(name) \(settings)", name, { KafkaReceiver(settings, lastMark: mark, keep: keepMarked) }))
    }
    for settings in customer.objects {
      let make = {
        ObjectReceiver(
          settings, memory: floor.settings.folder + "/sources/" + name, lastMark: mark,
          unpack: { bytes in
            var body = PushBody(limit: ObjectReceiver.limit)
            try bytes.withUnsafeBytes { try body.take($0) }
            return try body.finish()
          }, keep: keepMarked)
      }
      wanted.append(("\(name) \(settings)", name, make))
    }
    for endpoint in customer.flows {
      wanted.append(("\(name) flows \(endpoint)", name, { Self.collector(endpoint, name, floor) }))
    }
    for interface in customer.captures {
      let make = {
        LiveCapture(interface) { records, _ in
          try floor.accept(
            customer: name, stream: "capture-\(interface)", records: records.bytes, count: records.count, opening: [],
            openingCount: 0)
        }
      }
      wanted.append(("\(name) capture \(interface)", name, make))
    }
    for path in customer.files {
      let make = {
        TailReceiver([path], lastMark: mark, keep: keepMarked)
      }
      wanted.append(("\(name) file \(path)", name, make))
    }
    return wanted
  }

  /// A collector whose stream bears its port, so that each begins its files with its own exporters' templates.
  private static func collector(_ endpoint: Endpoint, _ customer: String, _ floor: WatchFloor) -> FlowCollector {
    let stream = "flows-\(endpoint.port)"
    return FlowCollector(
      endpoint,
      recall: { body in
        try? floor.spool.eachDelivery(ofLastSegmentOf: customer, stream) { $0.withUnsafeBytes(body) }
      },
      keep: { records, opening in
        try floor.accept(
          customer: customer, stream: stream, records: records.bytes, count: records.count, opening: opening.bytes,
          openingCount: opening.count)
      })
  }

  /// What each took and what it had to leave, for the metrics.
  var counts: [ReceivedCount] {
    open.withLock { open in open.sorted { $0.key < $1.key }.map(\.value) }.flatMap { entry in
      entry.receiver.counts.ends.map {
        ReceivedCount(customer: entry.customer, receiver: entry.receiver.place, end: $0.end, count: $0.count)
      }
    }
  }
}
