import Archive
import Foundation
import Intake
import Model
import Records

/// One customer's way from the spool into the archive; belongs to the keeper's thread.
final class ArchiveLane {
  private let folder: ArchiveFolder
  private let spool: Spool
  private let journal: Journal
  private let options: IntakeOptions
  private let batch = EventBatch()
  private var inputs: LiveInputs?
  private var formatNames: [String] = []
  private var nextUpkeep = ContinuousClock.now

  private static let upkeepPause = Duration.seconds(600)
  private static let hour: Int64 = 3_600_000_000_000
  /// How long files stay that are no part of the archive any more: longer than a question may take.
  private static let grace: Int64 = 900_000_000_000

  init(_ folder: ArchiveFolder, _ spool: Spool, _ journal: Journal, _ options: IntakeOptions) {
    self.folder = folder
    self.spool = spool
    self.journal = journal
    self.options = options
  }

  /// Archives what was kept until now, and does what is due; a failure is in the answer and leaves everything as it was.
  func pass(_ plan: ArchivePlan, _ formats: [any LogFormat], missed: Int, while goesOn: () -> Bool) -> ArchiveCounts {
    var counts = ArchiveCounts()
    do {
      let last = spool.lastSequence(of: folder.customer)
      var manifest = try folder.manifest()
      let isDue = ContinuousClock.now >= nextUpkeep && !manifest.files.isEmpty
      // A spool that ends before the archive is another one, whose deliveries are all new.
      let isNew = last > 0 && last != manifest.through
      if isNew || missed > 0 || isDue {
        var settings = ArchiveSettings()
        settings.keepsLines = plan.keepsLines
        let writer = try ArchiveWriter(folder, settings: settings)
        let before = Set(writer.manifest.files.map(\.path))
        if missed > 0 { try writer.note(missed: missed) }
        if isNew { try archive(into: writer, through: last, formats, while: goesOn) }
        tell(
          "archive.written", writer.manifest.files.filter { !before.contains($0.path) },
          through: writer.manifest.through)
        if isDue { try upkeep(writer, plan) }
        manifest = writer.manifest
      }
      counts.events = manifest.written
      counts.bytes = manifest.bytes
      counts.files = manifest.files.count
      counts.missed = manifest.missed
    } catch {
      counts.failure = "\(error)"
    }
    return counts
  }

  private func archive(
    into writer: ArchiveWriter, through last: UInt64, _ formats: [any LogFormat], while goesOn: () -> Bool
  ) throws {
    let through = writer.manifest.through <= last ? writer.manifest.through : 0
    let known = inputs
    let inputs = known ?? LiveInputs(formats: formats, options: options)
    let names = formats.map(\.name)
    if known != nil, names != formatNames { inputs.adopt(formats) }
    (self.inputs, formatNames) = (inputs, names)
    // The first pass reads what its segments begin with too: names of columns, templates of flows.
    let from = known == nil ? min(through + 1, spool.beginning(of: folder.customer, behind: through)) : through + 1
    var failure: ArchiveError?
    var reached = through
    let damaged = try spool.replay(
      from: from, through: last, of: folder.customer, while: { failure == nil && goesOn() }
    ) { delivery in
      let isKnown = delivery.sequence <= through
      if isKnown, delivery.firstLine != 1 { return }
      inputs.decode(
        delivery.lines, stream: delivery.stream, path: delivery.segment, firstLine: delivery.firstLine,
        arrival: delivery.arrival, in: batch
      ) { batch in
        guard !isKnown, failure == nil else { return }
        do throws(ArchiveError) {
          writer.append(batch, inputs: inputs.inputPaths.map(Self.place))
          // Files that wait: they are part of the archive with the whole delivery only.
          if writer.isFull { try writer.spill() }
        } catch {
          failure = error
        }
      }
      if failure == nil, !isKnown { reached = delivery.sequence }
    }
    if let failure { throw failure }
    try writer.commit(through: goesOn() ? last : reached)
    if damaged > 0 { try writer.note(missed: damaged) }
  }

  /// `push/00000000000000000042.log.zst`: the stream and segment that a line lies in.
  private static func place(_ path: String) -> String { path.split(separator: "/").suffix(2).joined(separator: "/") }

  private func upkeep(_ writer: ArchiveWriter, _ plan: ArchivePlan) throws {
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    let before = Set(writer.manifest.files.map(\.path))
    try writer.compact(before: now - 2 * Self.hour, now: now)
    tell(
      "archive.compacted", writer.manifest.files.filter { !before.contains($0.path) }, through: writer.manifest.through)
    let keep = plan.keepSecondsOf[folder.customer] ?? plan.keepSeconds
    let gone = try writer.expire(before: now - Int64(keep) * 1_000_000_000, alsoWritten: true, now: now)
    tell("archive.expired", gone, through: writer.manifest.through)
    try writer.forget(retiredBefore: now - Self.grace)
    nextUpkeep = .now + Self.upkeepPause
  }

  /// Writes down which files came or went, so that nobody can change one unseen.
  private func tell(_ kind: String, _ files: [ArchiveManifest.File], through: UInt64) {
    if files.isEmpty { return }
    let body: [String: Any] = [
      "through": through,
      "files": files.map { ["path": $0.path, "events": $0.rows, "sha256": $0.sha256] as [String: Any] },
    ]
    guard let data = try? JSONSerialization.data(withJSONObject: body, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return }
    let fact = NewFact(customer: folder.customer, kind: kind, body: String(decoding: data, as: UTF8.self))
    _ = try? journal.append([fact])
  }
}
