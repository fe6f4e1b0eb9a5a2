import Detect
import Foundation
import Intake
import Model
import Records

/// Learns from recorded logs what is usual, so that a floor starts warm.
package struct Learning {
  package struct Outcome: Sendable {
    package var events: Int
    /// Span of event time that was read (ns since 1970 UTC); nil where no event has a time.
    package var span: ClosedRange<Int64>?
    package var measures: [Measure]
    package var intake: IntakeReport
    package var remarks: [String]
  }

  /// What one detection counts of one key, a host say.
  package struct Measure: Sendable {
    package var detection: String
    package var key: String
    /// Hours that are known, those of earlier learning too, and those of them in which an alert was on.
    package var hours: Int
    package var troubled: Int
    package var events: Int
    /// The busiest hour of the week, in words; nil where only one week is known and nothing can be expected yet.
    package var busiest: String?
  }

  private let assembly: Assembly

  package init(_ assembly: Assembly) { self.assembly = assembly }

  /// Reads the inputs once and adds what they teach to the customer's file in the data folder; the same logs twice
  /// change nothing.
  ///
  /// Errors: the folder is in use by a floor or cannot be written; `ContentError` where a format is wrong.
  package func run(
    _ paths: [String], folder: String, customer: String, zone: TimeZone = .gmt
  ) throws -> Outcome {
    let held = try DataFolder(folder)
    defer { held.release() }
    let intake = try assembly.intake(paths)
    let detector = try assembly.detector()
    let state = detector.state()
    let learned = Seasons()
    learned.zone = zone
    state.attach(learned)
    var events = 0
    try assembly.loop(intake).run(
      makeLook: {
        let worker = detector.worker()
        return { worker.observe($0) }
      },
      fold: { observations, batch in
        state.fold(observations, batch)
        events += batch.count
        return true
      })
    let traffic = state.finish(inputs: intake.inputPaths).traffic
    var remarks: [String] = []
    let file = SeasonFile(folder: folder, customer: customer)
    let known = file.read(remarks: &remarks) ?? Seasons()
    known.zone = zone
    known.join(learned)
    try file.write(known.bytes)
    return Outcome(
      events: events, span: traffic.lastSeen > 0 ? traffic.firstSeen...traffic.lastSeen : nil,
      measures: Self.measures(known, zone), intake: intake.report, remarks: remarks)
  }

  private static func measures(_ seasons: Seasons, _ zone: TimeZone) -> [Measure] {
    seasons.contents.flatMap { detection, keys in
      keys.map { key in
        let hours = key.baseline.hours
        let next = ((hours.last?.number ?? 0) + 1)..<((hours.last?.number ?? 0) + 169)
        var busiest = next.compactMap { key.baseline.level(hour: $0) }.max { $0.median < $1.median }
        if zone != .gmt { busiest?.zone = zone.identifier }
        return Measure(
          detection: detection, key: key.name, hours: hours.count, troubled: hours.count { $0.hour.isTroubled },
          events: key.baseline.events, busiest: busiest?.words)
      }
    }
  }
}
