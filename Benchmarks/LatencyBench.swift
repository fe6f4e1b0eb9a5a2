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
    let watcher = try Watcher(port: port, token: token, customer: Self.customer)

    load.start(perSecond: nil)
    sleep(3)
    let full = try watcher.rate(seconds: 8)
    load.pause()
    try watcher.waitForQuiet()
    say("full load: \(Int(full)) events a second looked at")
    try probe(load, watcher, perSecond: full / 2)
    try watcher.waitForQuiet()
    try flood(load, watcher, perSecond: full * 0.9)
    load.end()
  }

  /// Many alerts, one at a time.
  private func probe(_ load: Load, _ watcher: Watcher, perSecond: Double) throws {
    load.start(perSecond: perSecond)
    sleep(2)
    var sent: [String: ContinuousClock.Instant] = [:]
    for number in 0..<Self.probes {
      let address = "192.0.2.\(number)"
      let line = "\(address) - - [\(load.clock)] \"GET /\(number)/.git/config HTTP/1.1\" 200 92 \"-\" \"curl/8.5\"\n"
      sent[address] = .now
      try watcher.push(line)
      usleep(40_000)
    }
    sleep(2)
    load.pause()
    let heard = try watcher.alerts()
    let times = sent.compactMap { address, begun in
      heard.filter { $0.source == address && $0.at > begun }.map { ($0.at - begun) / .milliseconds(1) }.min()
    }.sorted()
    guard let most = times.last else { throw BenchError("no probe raised an alert") }
    let (median, p99) = (times[times.count / 2], times[times.count * 99 / 100])
    say(
      "at half load: \(times.count) of \(sent.count) alerts called; from event to durable alert "
        + "\(Self.tenths(median)) ms median, \(Self.tenths(p99)) ms p99, \(Self.tenths(most)) ms at most")
  }

  /// 4,000 requests a second from one address; the load's own day passes in seconds, the flood is one of a second.
  private func flood(_ load: Load, _ watcher: Watcher, perSecond: Double) throws {
    load.start(perSecond: perSecond)
    sleep(2)
    let line = "203.0.113.250 - - [\(load.clock)] \"GET /?q=x HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n"
    let begun = ContinuousClock.now
    for _ in 0..<20 {
      try watcher.push(String(repeating: line, count: 100))
      usleep(25_000)
    }
    var called: Double?
    for _ in 0..<50 where called == nil {
      usleep(200_000)
      called = try watcher.alerts().filter { $0.source == "203.0.113.250" && $0.at > begun }
        .map { ($0.at - begun) / .milliseconds(1) }.min()
    }
    say(
      "at nine tenths of full load: a flood of 4,000 requests a second was "
        + (called.map { "called \(Self.tenths($0)) ms after its first event" } ?? "NOT called within ten seconds"))
  }

  private static func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }

  /// The owner's token, once the floor is ready.
  private static func waitForToken(_ data: String, _ port: Int) throws -> String {
    for _ in 0..<600 {
      if let kept = FileManager.default.contents(atPath: data + "/token") {
        let token = String(decoding: kept, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if let wire = try? Wire(port: port, token: token), (try? wire.ask("GET", "/readyz").status) == 200 {
          return token
        }
      }
      usleep(100_000)
    }
    throw BenchError("the floor did not get ready")
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

/// Pushes single lines, reads the floor's counters, and hears of alerts as they become durable.
private final class Watcher {
  private let customer: String
  private let control: Wire
  private let pushes: Wire
  private let ear = Ear()

  init(port: Int, token: String, customer: String) throws {
    self.customer = customer
    control = try Wire(port: port, token: token)
    pushes = try Wire(port: port, token: token)
    try ear.listen(port: port, token: token)
  }

  func push(_ lines: String) throws {
    let status = try pushes.ask("POST", "/ingest/\(customer)/probe", Array(lines.utf8)).status
    guard status == 200 else { throw BenchError("a probe was refused with \(status)") }
  }

  func rate(seconds: Int) throws -> Double {
    let (before, begun) = (try metric("weir_events_total"), ContinuousClock.now)
    sleep(UInt32(seconds))
    return (try metric("weir_events_total") - before) / ((ContinuousClock.now - begun) / .seconds(1))
  }

  func waitForQuiet() throws {
    var tries = 0
    while tries < 300, try metric("weir_backlog_bytes") > 0 {
      usleep(100_000)
      tries += 1
    }
  }

  private func metric(_ name: String) throws -> Double {
    let text = String(decoding: try control.ask("GET", "/metrics").body, as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + "{") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// Alerts that were heard of, by the address that they are about.
  func alerts() throws -> [(source: String, at: ContinuousClock.Instant)] {
    let times = ear.times
    var found: [(source: String, at: ContinuousClock.Instant)] = []
    var offset: Int? = 0
    while let from = offset {
      let path = "/api/v1/customers/\(customer)/alerts?limit=500&offset=\(from)"
      let body = try JSONSerialization.jsonObject(with: Data(try control.ask("GET", path).body)) as? [String: Any]
      for item in body?["items"] as? [[String: Any]] ?? [] {
        let id = (item["metadata"] as? [String: Any])?["uid"] as? String ?? ""
        let keys = (item["unmapped"] as? [String: Any])?["weir.key"] as? [[String: String]] ?? []
        guard let at = times[id], let source = keys.first(where: { $0["field"] == "ip.src" })?["value"] else {
          continue
        }
        found.append((source, at))
      }
      offset = body?["next"] as? Int
    }
    return found
  }
}

/// When each alert was first heard of.
private final class Ear: Sendable {
  private let heard = Mutex<[String: ContinuousClock.Instant]>([:])

  var times: [String: ContinuousClock.Instant] { heard.withLock { $0 } }

  func listen(port: Int, token: String) throws {
    nonisolated(unsafe) let wire = try Wire(port: port, token: token)
    Thread.detachNewThread { [self] in
      try? wire.listen("/api/v1/events") { data, at in
        guard let object = try? JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: String],
          let id = object["id"]
        else { return }
        heard.withLock { heard in if heard[id] == nil { heard[id] = at } }
      }
    }
  }
}
