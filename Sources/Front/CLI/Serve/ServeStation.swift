import API
import Foundation
import Model
import Net
import Records
import Samples
import Synchronization
import Watch

/// The floor with everything that stands around it: receivers, the server, and what is played.
final class ServeStation: Sendable {
  let floor: WatchFloor
  private let first: ServePlan
  private let receivers: ReceiverDesk
  private let api: APIServer
  private let open = Mutex(Open())
  private let playing = DispatchGroup()

  /// What is made when the doors open.
  private struct Open: @unchecked Sendable {
    var server: HTTPServer?
    var replay: Replay?
  }

  init(_ floor: WatchFloor, _ plan: ServePlan) throws {
    self.floor = floor
    first = plan
    let receivers = ReceiverDesk(floor)
    self.receivers = receivers
    var settings = APISettings()
    settings.version = Weir.version
    settings.fastlyServices = plan.configuration.fastlyServices
    settings.requestsPerSecond = plan.configuration.requestsPerSecond
    settings.isTLS = plan.configuration.certificate != nil
    settings.received = { receivers.counts }
    api = APIServer(floor, tokens: plan.configuration.tokens, settings: settings)
  }

  /// Where pages and the API are, once it is open.
  var endpoint: Endpoint { open.withLock { $0.server?.endpoint } ?? first.configuration.listen }
  var places: [String] { receivers.places }

  /// Opens every door. Errors: an address in use, a certificate that is none, a file that cannot be read.
  func openDoors() throws {
    api.setOpen(false)
    let server = try listen(on: first.configuration.listen, identity())
    open.withLock { $0.server = server }
    try receivers.open(first.configuration.customers)
    api.setOpen(true)
  }

  /// The port that nobody asked for by name may be another where it is taken.
  private func listen(on endpoint: Endpoint, _ tls: TLSIdentity?) throws(WorldError) -> HTTPServer {
    do throws(WorldError) {
      return try HTTPServer(endpoint, tls: tls, application: api)
    } catch {
      guard first.mayMove, endpoint.port != 0, error.retryHelps else { throw error }
      var other = endpoint
      other.port = 0
      return try HTTPServer(other, tls: tls, application: api)
    }
  }

  private func identity() throws -> TLSIdentity? {
    guard let certificate = first.configuration.certificate, let key = first.configuration.key else { return nil }
    return TLSIdentity(
      certificate: try String(contentsOfFile: certificate, encoding: .utf8),
      key: try String(contentsOfFile: key, encoding: .utf8))
  }

  /// Goes on with what the configuration and the content say now; what needs a restart is answered in words.
  ///
  /// Errors: everything that is wrong with it; all stays as it was then.
  func reload(_ plan: ServePlan, _ configuration: Configuration) throws -> [String] {
    let assembly = try Assembly(configuration)
    try plan.checkDetections(assembly)
    try floor.reload(plan.settings, assembly) { try receivers.open(plan.configuration.customers) }
    receivers.closeAllBut(plan.configuration.customers)
    api.reload(tokens: plan.configuration.tokens, fastlyServices: plan.configuration.fastlyServices)
    return receivers.renew() + plan.configuration.remarks + plan.needsRestart(after: first)
  }

  /// Plays what is to be played, beside everything else. Errors: logs that cannot be read at all.
  func play() throws {
    guard first.isDemo || !first.replay.isEmpty else { return }
    var paths = first.replay
    if first.isDemo {
      // The hours before the first attack are left out: nobody waits for nothing to happen.
      paths = try DemoSample.write(into: first.settings.folder + "/demo").filter { !$0.truth.attacks.isEmpty }.map(
        \.path)
    }
    let (floor, customer) = (floor, first.settings.customers[0])
    let replay = try Replay(paths, speed: first.isDemo ? DemoPace.speed : first.speed, floor.assembly) {
      stream, lines in
      try floor.accept(customer: customer, stream: stream, lines: lines)
    }
    open.withLock { $0.replay = replay }
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
    let open = open.withLock { $0 }
    api.setOpen(false)
    open.replay?.stop()
    receivers.closeAllBut([])
    open.server?.stop()
    playing.wait()
    floor.stop()
  }
}

/// The pace of the demonstration: its three hours pass in a minute.
enum DemoPace {
  static let speed = 200.0
}
