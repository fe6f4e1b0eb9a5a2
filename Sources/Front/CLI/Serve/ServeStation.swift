import API
import Foundation
import Model
import Net
import Receive
import Records
import Samples
import Watch

/// The floor with everything that stands around it: receivers, the server, and what is played.
final class ServeStation {
  let floor: WatchFloor
  private let plan: ServePlan
  private let receivers: [any Receiver]
  private let api: APIServer
  private var server: HTTPServer?
  private var replay: Replay?
  private let playing = DispatchGroup()

  init(_ floor: WatchFloor, _ plan: ServePlan) throws {
    self.floor = floor
    self.plan = plan
    var settings = APISettings()
    settings.version = Weir.version
    settings.fastlyServices = plan.configuration.fastlyServices
    settings.isTLS = plan.configuration.certificate != nil
    let owned = plan.configuration.customers.map { (name: $0.name, receivers: Self.receivers(for: $0, floor)) }
    receivers = owned.flatMap(\.receivers)
    settings.received = {
      owned.flatMap { name, receivers in
        receivers.flatMap { receiver in
          receiver.counts.ends.map {
            ReceivedCount(customer: name, receiver: receiver.place, end: $0.end, count: $0.count)
          }
        }
      }
    }
    api = APIServer(floor, tokens: plan.configuration.tokens, settings: settings)
  }

  /// Where pages and the API are, once it is open.
  var endpoint: Endpoint { server?.endpoint ?? plan.configuration.listen }
  var places: [String] { receivers.map(\.place) }

  private static func receivers(for customer: ServeConfiguration.Customer, _ floor: WatchFloor) -> [any Receiver] {
    let name = customer.name
    let udp = customer.udp.map { endpoint in
      SyslogUDP(endpoint) { try floor.accept(customer: name, stream: "syslog-udp", lines: $0) }
    }
    let tcp = customer.tcp.map { endpoint in
      SyslogTCP(endpoint) { try floor.accept(customer: name, stream: "syslog-tcp", lines: $0) }
    }
    let flows = customer.flows.map { collector($0, name, floor) }
    let files =
      customer.files.isEmpty
      ? []
      : [
        TailReceiver(customer.files, lastMark: { floor.spool.mark(customer: name, stream: $0) }) {
          stream, lines, mark in
          try floor.accept(customer: name, stream: stream, lines: lines, mark: mark)
        }
      ]
    return udp + tcp + flows + files
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

  /// Opens every door. Errors: an address in use, a certificate that is none, a file that cannot be read.
  func open() throws {
    let tls = try identity()
    server = try listen(on: plan.configuration.listen, tls)
    for receiver in receivers { try receiver.start() }
  }

  /// The port that nobody asked for by name may be another where it is taken.
  private func listen(on endpoint: Endpoint, _ tls: TLSIdentity?) throws(NetError) -> HTTPServer {
    do throws(NetError) {
      return try HTTPServer(endpoint, tls: tls, application: api)
    } catch {
      guard plan.mayMove, endpoint.port != 0, error.retryHelps else { throw error }
      var other = endpoint
      other.port = 0
      return try HTTPServer(other, tls: tls, application: api)
    }
  }

  private func identity() throws -> TLSIdentity? {
    guard let certificate = plan.configuration.certificate, let key = plan.configuration.key else { return nil }
    return TLSIdentity(
      certificate: try String(contentsOfFile: certificate, encoding: .utf8),
      key: try String(contentsOfFile: key, encoding: .utf8))
  }

  /// Plays what is to be played, beside everything else. Errors: logs that cannot be read at all.
  func play() throws {
    guard plan.isDemo || !plan.replay.isEmpty else { return }
    var paths = plan.replay
    if plan.isDemo {
      // The hours before the first attack are left out: nobody waits for nothing to happen.
      paths = try DemoSample.write(into: plan.settings.folder + "/demo").filter { !$0.truth.attacks.isEmpty }.map(
        \.path)
    }
    let (floor, customer) = (floor, plan.settings.customers[0])
    let replay = try Replay(paths, speed: plan.isDemo ? DemoPace.speed : plan.speed, floor.assembly) { stream, lines in
      try floor.accept(customer: customer, stream: stream, lines: lines)
    }
    self.replay = replay
    DispatchQueue.global().async(group: playing) {
      do { try replay.run() } catch { Terminal.complain("the replay ended early: \(error)") }
      floor.settle()
      _ = InputWords.complain(about: replay.report)
      Terminal.print("The replay has ended: \(Words.count(replay.report.events, "event")). Stop with Ctrl-C.")
      Terminal.flush()
    }
  }

  /// Closes every door, and returns when what came through them is looked at and durable.
  func close() {
    replay?.stop()
    for receiver in receivers {
      receiver.stop()
      if let words = receiver.counts.words { Terminal.print("\(receiver.place): \(words).") }
    }
    server?.stop()
    playing.wait()
    floor.stop()
  }
}

/// The pace of the demonstration: its three hours pass in a minute.
enum DemoPace {
  static let speed = 200.0
}
