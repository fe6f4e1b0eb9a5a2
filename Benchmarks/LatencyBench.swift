import Foundation
import Synchronization

/// How long a durable alert takes on a live floor under load, seen from outside: from the moment at which the deciding
/// event is sent to the moment at which a listener hears of the alert, which is told once it is durable.
///
/// Full load is what the detection looks at a second when it is sent more than that. Probes, each from an address of its
/// own and in a delivery of its own, are sent at half of it; then, at full load, a flood from one address.
struct LatencyBench {
  let weir: String
  let folder: String
  let lines: Int
  private static let customer = "bench"
  private static let probes = 200
  private static let pieceLines = 250

  func run() throws {
    let input = try Input.make(.combined, events: lines, name: "nginx", in: folder)
    let data = folder + "/floor"
    try? FileManager.default.removeItem(atPath: data)
    let port = 18_500
    let floor = try Child.start(
      weir, ["serve", "--data", data, "--listen", "127.0.0.1:\(port)", "--customer", Self.customer],
      output: folder + "/floor.out")
    defer {
      kill(floor.process, SIGTERM)
      _ = Child.wait(for: floor)
    }
    let token = try Self.waitForToken(data, port)
    let load = try Load(input.path, pieceLines: Self.pieceLines, port: port, token: token, customer: Self.customer)
    let ear = try Ear(port: port, token: token)
    let control = try Wire(port: port, token: token)

    load.start(perSecond: nil)
    sleep(3)
    let full = try Self.rate(control, seconds: 8)
    load.pause()
    try Self.waitForQuiet(control)
    say("full load: \(Int(full)) events a second looked at")

    load.start(perSecond: full / 2)
    sleep(2)
    let probeWire = try Wire(port: port, token: token)
    var sent: [String: ContinuousClock.Instant] = [:]
    for number in 0..<Self.probes {
      let address = "192.0.2.\(number % 250)"
      let line = "\(address) - - [\(load.clock)] \"GET /\(number)/.git/config HTTP/1.1\" 200 92 \"-\" \"curl/8.5\"\n"
      sent[address] = .now
      _ = try probeWire.ask("POST", "/ingest/\(Self.customer)/probe", Array(line.utf8))
      usleep(40_000)
    }
    usleep(800_000)
    load.pause()
    let heard = try ear.alerts(control, Self.customer)
    let times = sent.compactMap { address, begun in
      heard.filter { $0.source == address && $0.at > begun }.map { ($0.at - begun) / .milliseconds(1) }.min()
    }.sorted()
    guard !times.isEmpty else { throw BenchError("no probe raised an alert") }
    say(
      "at half load: \(times.count) of \(sent.count) probes called; from event to durable alert "
        + "\(Self.tenths(times[times.count / 2])) ms median, \(Self.tenths(times[min(times.count - 1, times.count * 99 / 100)])) ms p99, "
        + "\(Self.tenths(times[times.count - 1])) ms at most")

    try Self.waitForQuiet(control)
    load.start(perSecond: full)
    sleep(2)
    let begun = ContinuousClock.now
    for _ in 0..<20 {
      let line = "203.0.113.250 - - [\(load.clock)] \"GET /?q=x HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n"
      _ = try probeWire.ask(
        "POST", "/ingest/\(Self.customer)/probe", Array(String(repeating: line, count: 100).utf8))
      usleep(25_000)
    }
    usleep(1_500_000)
    load.end()
    let called = try ear.alerts(control, Self.customer).filter { $0.source == "203.0.113.250" && $0.at > begun }
      .map { ($0.at - begun) / .milliseconds(1) }.min()
    say(
      "at full load: a flood of 4,000 requests a second was called \(called.map { "\(Self.tenths($0)) ms" } ?? "NOT") "
        + "after its first event")
  }

  private static func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }

  /// The owner's token, once the floor is ready.
  private static func waitForToken(_ data: String, _ port: Int) throws -> String {
    for _ in 0..<600 {
      if let kept = FileManager.default.contents(atPath: data + "/token") {
        let token = String(decoding: kept, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if let wire = try? Wire(port: port, token: token), try wire.ask("GET", "/readyz").status == 200 { return token }
      }
      usleep(100_000)
    }
    throw BenchError("the floor did not get ready")
  }

  private static func metric(_ name: String, _ control: Wire) throws -> Double {
    let text = String(decoding: try control.ask("GET", "/metrics").body, as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + "{") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }

  private static func rate(_ control: Wire, seconds: Int) throws -> Double {
    let (before, begun) = (try metric("weir_events_total", control), ContinuousClock.now)
    sleep(UInt32(seconds))
    return (try metric("weir_events_total", control) - before) / ((ContinuousClock.now - begun) / .seconds(1))
  }

  private static func waitForQuiet(_ control: Wire) throws {
    for _ in 0..<600 {
      if try metric("weir_backlog_bytes", control) == 0 { return }
      usleep(100_000)
    }
  }
}

/// Sends a log's lines again and again, at a rate or as fast as they are taken.
private final class Load: Sendable {
  private struct State: Sendable {
    var perSecond: Double?
    var isRunning = false
    var isOver = false
    var clock = ""
  }

  private let state = Mutex(State())

  init(_ path: String, pieceLines: Int, port: Int, token: String, customer: String) throws {
    let text = try Data(contentsOf: URL(filePath: path))
    var pieces: [[UInt8]] = []
    var piece: [UInt8] = []
    var count = 0
    for line in text.split(separator: 10) {
      piece += line
      piece.append(10)
      count += 1
      if count % pieceLines == 0 {
        pieces.append(piece)
        piece = []
      }
    }
    let wire = try Wire(port: port, token: token)
    nonisolated(unsafe) let handed = wire
    let all = pieces
    Thread.detachNewThread { [self] in
      var due = ContinuousClock.now
      var next = 0
      while true {
        let now = state.withLock { $0 }
        if now.isOver { return }
        guard now.isRunning else {
          usleep(5_000)
          due = .now
          continue
        }
        let piece = all[next % all.count]
        next += 1
        state.withLock { $0.clock = Self.clock(of: piece) }
        // A floor that is behind says so; what it did not take is sent again by nobody: this is load, not data.
        _ = try? handed.ask("POST", "/ingest/\(customer)/load", piece)
        guard let perSecond = now.perSecond else { continue }
        due += .nanoseconds(Int64(Double(pieceLines) / perSecond * 1e9))
        while ContinuousClock.now < due { usleep(200) }
        if ContinuousClock.now - due > .seconds(1) { due = .now }
      }
    }
  }

  /// The time of the latest line, as the log writes it: probes bear the same.
  var clock: String { state.withLock { $0.clock } }

  /// No rate: as fast as it is taken.
  func start(perSecond: Double?) {
    state.withLock { state in
      state.perSecond = perSecond
      state.isRunning = true
    }
  }

  func pause() { state.withLock { $0.isRunning = false } }
  func end() { state.withLock { $0.isOver = true } }

  private static func clock(of piece: [UInt8]) -> String {
    let line = String(decoding: piece.split(separator: 10).last ?? [], as: UTF8.self)
    return String(line.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" })
  }
}

/// Hears of alerts as they become durable.
private final class Ear: Sendable {
  private let heard = Mutex<[String: ContinuousClock.Instant]>([:])

  init(port: Int, token: String) throws {
    let wire = try Wire(port: port, token: token)
    nonisolated(unsafe) let handed = wire
    Thread.detachNewThread { [self] in
      try? handed.listen("/api/v1/events") { data, at in
        guard let object = try? JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: String],
          let id = object["id"]
        else { return }
        heard.withLock { heard in if heard[id] == nil { heard[id] = at } }
      }
    }
  }

  /// Alerts that were heard of, by the address that they are about.
  func alerts(_ control: Wire, _ customer: String) throws -> [(source: String, at: ContinuousClock.Instant)] {
    let times = heard.withLock { $0 }
    var found: [(source: String, at: ContinuousClock.Instant)] = []
    var offset = 0
    while true {
      let path = "/api/v1/customers/\(customer)/alerts?limit=500&offset=\(offset)"
      let body = try JSONSerialization.jsonObject(with: Data(try control.ask("GET", path).body)) as? [String: Any]
      let items = body?["items"] as? [[String: Any]] ?? []
      for item in items {
        let id = (item["metadata"] as? [String: Any])?["uid"] as? String ?? ""
        let keys = (item["unmapped"] as? [String: Any])?["weir.key"] as? [[String: String]] ?? []
        guard let at = times[id], let source = keys.first(where: { $0["field"] == "ip.src" })?["value"] else {
          continue
        }
        found.append((source, at))
      }
      guard let next = body?["next"] as? Int else { return found }
      offset = next
    }
  }
}
