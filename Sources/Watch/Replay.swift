import Foundation
import Intake
import Model
import Synchronization

/// Plays recorded logs as if they arrived now, in the order of their event time, at a multiple of its pace.
///
/// Event times stay what they are; the pace is kept batch by batch, and a gap longer than a minute is not waited for.
package final class Replay: Sendable {
  package typealias Keep = @Sendable (_ stream: String, _ lines: [UInt8]) throws -> Void

  private let intake: Intake
  /// Seconds of event time a second; nil: as fast as the floor takes it.
  private let speed: Double?
  private let keep: Keep
  private let isOver = Atomic<Bool>(false)

  /// Errors: `ContentError` where a format or layout is wrong. Inputs that cannot be read are told by `report`.
  package init(_ paths: [String], speed: Double?, _ assembly: Assembly, keep: @escaping Keep) throws(ContentError) {
    var options = assembly.configuration.intake
    // Small pieces, so that a slow pace is even.
    options.batchBytes = speed == nil ? 256 << 10 : 8 << 10
    intake = try Intake(paths: paths, options: options, content: assembly.content)
    self.speed = speed
    self.keep = keep
  }

  package var report: IntakeReport { intake.report }

  /// Plays until the end, or until `stop`. Errors: lines that could not be kept.
  package func run() throws {
    let batch = EventBatch()
    let worker = intake.makeWorker()
    let streams = intake.inputPaths.map(Self.stream)
    var pace = Pace(speed: speed)
    while !isOver.load(ordering: .relaxed), intake.next(into: batch) {
      var pieces: [(stream: Int, lines: [UInt8])] = []
      for run in batch.runs { Self.append(run, of: batch, to: &pieces) }
      if speed != nil {
        worker.decode(batch)
        if let time = Self.lastTime(batch) { pace.wait(for: time) { isOver.load(ordering: .relaxed) } }
      }
      for piece in pieces { try keep(streams[piece.stream], piece.lines) }
    }
  }

  package func stop() { isOver.store(true, ordering: .relaxed) }

  /// One piece for each input in the batch.
  private static func append(_ run: LineRun, of batch: EventBatch, to pieces: inout [(stream: Int, lines: [UInt8])]) {
    let place =
      pieces.firstIndex { $0.stream == run.source }
      ?? {
        pieces.append((run.source, []))
        return pieces.count - 1
      }()
    if pieces[place].lines.isEmpty, !run.header.isAbsent {
      pieces[place].lines += batch.bytes(run.header)
      pieces[place].lines.append(0x0A)
    }
    pieces[place].lines += batch.bytes(run.slice)
    if pieces[place].lines.last != 0x0A { pieces[place].lines.append(0x0A) }
  }

  private static func lastTime(_ batch: EventBatch) -> Int64? {
    (0..<batch.count).reversed().lazy.compactMap { batch.number(.time, $0) }.first
  }

  /// A stream's name for a replayed file: its own name as far as names go.
  private static func stream(_ path: String) -> String {
    let name = (path.split(separator: "/").last ?? "input").utf8.prefix(50)
      .map { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x2E ? $0 : UInt8(ascii: "_") }
    return "replay-" + String(decoding: name, as: UTF8.self)
  }
}

/// When the next piece is due.
private struct Pace {
  let speed: Double?
  private var last: Int64?
  private var due = ContinuousClock.now

  init(speed: Double?) { self.speed = speed }

  /// Returns when `time` is due at this pace, or `isOver` says so.
  mutating func wait(for time: Int64, isOver: () -> Bool) {
    guard let speed else { return }
    defer { last = max(last ?? time, time) }
    guard let last, time > last else { return }
    let gap = min(Double(time - last) / 1e9, 60)
    due += .nanoseconds(Int64(gap / speed * 1e9))
    while ContinuousClock.now < due, !isOver() {
      usleep(UInt32(min(50_000, max(500, (due - .now) / .microseconds(1)))))
    }
    // A pace that cannot be kept is not made up for later in one rush.
    if ContinuousClock.now - due > .seconds(1) { due = .now }
  }
}
