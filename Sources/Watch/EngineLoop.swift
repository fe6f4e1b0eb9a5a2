import Conditions
import Intake
import Inspect
import Model
import Packets
import Targets

/// Rules replayed through real engines: compile → start → ask → compare with the evaluator, event by event.
///
/// One reading of the inputs serves all rules and engines. This loop orders and carries; the room Targets decides.
package struct EngineLoop {
  /// What became of one rule in one engine.
  package enum Outcome: Sendable {
    case compared(EngineAgreement)
    case refused(Refusal)
    /// Not tried: why, in words.
    case skipped(engine: String, why: String)

    package var text: String {
      switch self {
      case .compared(let agreement): agreement.text
      case .skipped(let engine, let why): "\(engine): not tried: \(why)\n"
      case .refused(let refusal):
        "\(refusal.target): cannot say the rule\n"
          + refusal.reasons.map { "  \(Escape.terminal($0.part, limit: 200)): \($0.why)\n" }.joined()
      }
    }

    /// Whether the engine cannot say the rule.
    package var isRefused: Bool { if case .refused = self { true } else { false } }

    /// Whether the engine contradicts the evaluator.
    package var isWrong: Bool { if case .compared(let agreement) = self { agreement.disagreed > 0 } else { false } }
  }

  private let assembly: Assembly
  private let engines: [Engine]
  private let limit: Int
  private let verdicts: Recollection?

  /// `limit`: events replayed at most of those that meet a rule, and as many of those that do not.
  package init(_ assembly: Assembly, engines: [Engine], limit: Int = 5000, recalling verdicts: Recollection? = nil) {
    self.assembly = assembly
    self.engines = engines
    self.limit = limit
    self.verdicts = verdicts
  }

  /// The proposals with what the engines said of their recommended rules.
  package func tried(_ proposals: [Proposal], _ paths: [String]) throws -> [Proposal] {
    var proposals = proposals
    let places = proposals.indices.filter { proposals[$0].choice != nil }
    let outcomes = try run(places.map { proposals[$0].choice!.mitigation }, paths)
    for (place, outcomes) in zip(places, outcomes) {
      proposals[place].engineWords = outcomes.map(\.text).joined(separator: "\n")
    }
    return proposals
  }

  /// For each mitigation, one outcome an engine. Errors: inputs or content that cannot be read; an engine that fails is
  /// an outcome.
  /// `onRead` is told what became of the inputs.
  package func run(
    _ mitigations: [Mitigation], _ paths: [String], onRead: (IntakeReport) -> Void = { _ in }
  ) throws -> [[Outcome]] {
    let trial = try Trial(mitigations, engines, limit: limit)
    defer { trial.stop() }
    guard trial.isUseful else { return trial.outcomes }
    let intake = try assembly.intake(paths)
    let seesPackets = engines.contains(where: \.seesPackets)
    var loop = try assembly.loop(intake, for: trial.fields)
    loop.recalling = verdicts
    try loop.run(
      makeLook: {
        let scratch = trial.set.makeScratch()
        return { batch -> [RowBits] in
          trial.set.evaluate(batch, scratch)
          return trial.set.conditions.indices.map { scratch.matches($0) }
        }
      },
      fold: { matches, batch in
        trial.take(matches, batch, packets: seesPackets ? { intake.packets(of: $0, batch) } : { _ in [:] })
        return true
      })
    onRead(intake.report)
    return trial.outcomes
  }
}

/// The running engines and what has been compared so far; taken batch by batch, in order.
private final class Trial {
  let set: ConditionSet
  private(set) var outcomes: [[EngineLoop.Outcome]]
  private let limit: Int
  /// By mitigation, by engine; nil where the engine is not asked (any more).
  private var sessions: [[(any EngineSession)?]]
  /// By mitigation: events taken that meet the rule, and that do not.
  private var taken: [(held: Int, other: Int)]
  let fields: Set<EventField>

  private static let replayed: Set<EventField> = [
    .method, .uri, .path, .query, .version, .host, .userAgent, .referer, .cookie, .forwardedFor, .contentType, .headers,
    .ipSource, .sourcePort, .ipDestination, .ipProtocol, .ipProtocolNumber, .ipLength, .ipTTL, .destinationPort,
    .udpSourcePort, .udpDestinationPort, .tcpFlags, .icmpType, .icmpCode, .ipFragmentOffset, .ipv6Extensions,
  ]

  init(_ mitigations: [Mitigation], _ engines: [Engine], limit: Int) throws(ContentError) {
    self.limit = limit
    set = try ConditionSet(mitigations.map(\.rule.condition))
    fields = set.fields.union(Self.replayed)
    taken = mitigations.map { _ in (0, 0) }
    outcomes = []
    sessions = []
    for mitigation in mitigations {
      var row: [EngineLoop.Outcome] = [], running: [(any EngineSession)?] = []
      for engine in engines {
        let (outcome, session) = Self.start(mitigation, engine)
        row.append(outcome)
        running.append(session)
      }
      outcomes.append(row)
      sessions.append(running)
    }
  }

  private static func start(_ mitigation: Mitigation, _ engine: Engine) -> (EngineLoop.Outcome, (any EngineSession)?) {
    if case .rateLimit = mitigation.rule {
      return (.skipped(engine: engine.name, why: "a rate is replayed over time, not event by event"), nil)
    }
    // What is stopped is the question here; a challenge stands on the same condition.
    var mitigation = mitigation
    mitigation.action = .block
    do {
      let artifact = try engine.target.compile(mitigation)
      let session = try engine.start([artifact])
      return (.compared(EngineAgreement(engine: engine.name, condition: mitigation.rule.condition)), session)
    } catch let error as Refusal {
      return (.refused(error), nil)
    } catch {
      return (.skipped(engine: engine.name, why: (error as? EngineError)?.words ?? "\(error)"), nil)
    }
  }

  var isUseful: Bool { sessions.contains { $0.contains { $0 != nil } } }

  /// `packets` gives the packets that rows were captured as, where they were.
  func take(_ matches: [RowBits], _ batch: EventBatch, packets: (Set<Int>) -> [Int: [UInt8]]) {
    for place in sessions.indices {
      var rows: [Int] = []
      for row in 0..<batch.count {
        if matches[place][row] {
          guard taken[place].held < limit else { continue }
          taken[place].held += 1
        } else {
          guard taken[place].other < limit else { continue }
          taken[place].other += 1
        }
        rows.append(row)
      }
      if rows.isEmpty { continue }
      let captured = packets(Set(rows))
      for session in sessions[place] { session?.show(captured) }
      for engine in sessions[place].indices { ask(place, engine, batch, rows, matches[place]) }
    }
  }

  private func ask(_ place: Int, _ engine: Int, _ batch: EventBatch, _ rows: [Int], _ matches: RowBits) {
    guard let session = sessions[place][engine], case .compared(var agreement) = outcomes[place][engine] else { return }
    do throws(EngineError) {
      try agreement.compare(session, batch, rows: rows, holds: { matches[$0] })
      outcomes[place][engine] = .compared(agreement)
    } catch {
      session.stop()
      sessions[place][engine] = nil
      outcomes[place][engine] = .skipped(engine: error.engine, why: error.words)
    }
  }

  func stop() {
    for session in sessions.joined() { session?.stop() }
  }
}

extension Intake {
  /// The IP packets that these rows of a batch were captured as: their own, or those inside a tunnel.
  fileprivate func packets(of rows: Set<Int>, _ batch: EventBatch) -> [Int: [UInt8]] {
    var places: [UInt64: Int] = [:]
    for row in rows where batch.lines[row].isBinary {
      places[UInt64(batch.lines[row].source) << 48 ^ UInt64(batch.lines[row].number)] = row
    }
    guard !places.isEmpty else { return [:] }
    var found: [Int: [UInt8]] = [:]
    eachFrame(of: batch) { place, frame in
      guard let row = places[UInt64(place.source) << 48 ^ UInt64(place.number)] else { return }
      var packet = Packet(of: frame.bytes)
      guard packet.read(frame) == nil, packet.isIP else { return }
      found[row] = Array(packet.network.bytes)
    }
    return found
  }
}
