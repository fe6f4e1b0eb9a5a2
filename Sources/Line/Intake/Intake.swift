import Content
import Model
import Synchronization

/// Reads inputs and hands out batches of whole records, from any number of threads.
///
/// `next(into:)` reads (and unpacks) under a lock; `IntakeWorker.decode` runs in parallel. Where inputs overlap in time
/// their records are merged, so that batches come in the order of event time.
package final class Intake: @unchecked Sendable {
  package let options: IntakeOptions
  /// Every format known here, in the order in which they are tried.
  package private(set) var formats: [any LogFormat]
  /// Fixed once reading has begun, but for streams that are fed: see `LiveInputs`.
  private(set) var inputs: [Input]
  private let lock = Mutex(())
  // Guarded by `lock`.
  private var queue: InputQueue
  private var made: IntakeReport
  private var clocks: [Int: ClockStep] = [:]
  private var sequence = 0
  private let progressBytes = Atomic<Int>(0)

  /// Opens the inputs and recognises their formats.
  ///
  /// Errors: `ContentError` where a format, mapping or layout is wrong. Inputs that cannot be read are no error: the
  /// report names them.
  package init(paths: [String], options: IntakeOptions = IntakeOptions(), content: ContentFolder) throws(ContentError) {
    self.options = options
    let formats = try LogFormats.all(content, options)
    let plan = InputPlan(paths: paths, formats, options)
    self.formats = plan.formats
    inputs = plan.inputs
    made = plan.report
    queue = InputQueue(plan, options)
  }

  /// Nothing to read yet: inputs are added as they begin.
  init(formats: [any LogFormat], options: IntakeOptions) {
    self.options = options
    self.formats = formats
    inputs = []
    made = IntakeReport()
    queue = InputQueue(InputPlan(paths: [], formats, options), options)
  }

  /// Adds an input while no worker decodes.
  func add(path: String, _ format: any LogFormat, _ others: [Int], latest: Int64) -> Input {
    let input = Input(
      index: inputs.count, path: path, format: format, others: others, latest: latest, size: nil, firstTime: nil)
    inputs.append(input)
    lock.withLock { _ in made.inputs.append(InputReport(path: path)) }
    return input
  }

  /// Other formats from now on, while no worker decodes; inputs that were added before must be added anew.
  func adopt(_ formats: [any LogFormat]) { self.formats = formats }

  package func makeWorker() -> IntakeWorker { IntakeWorker(self) }

  /// The paths of all inputs in the order of `LinePlace.source`.
  package var inputPaths: [String] { inputs.map(\.path) }

  /// Bytes to be read in all, as they lie on disk; nil where an input's size is unknown.
  package var totalBytes: Int? {
    inputs.allSatisfy { $0.size != nil } ? inputs.reduce(0) { $0 + ($1.size ?? 0) } : nil
  }

  /// Bytes read so far, as they lie on disk.
  package var bytesRead: Int { progressBytes.load(ordering: .relaxed) }

  /// Empties the batch and fills it with the next records; false when all inputs are read.
  package func next(into batch: EventBatch) -> Bool {
    batch.reset()
    return lock.withLock { _ in
      guard queue.fill(batch, target: options.batchBytes) else { return false }
      progressBytes.store(queue.bytesRead, ordering: .relaxed)
      batch.sequence = sequence
      sequence += 1
      return true
    }
  }

  /// What was read so far; complete once `next` has answered false and every batch is decoded.
  package var report: IntakeReport {
    lock.withLock { _ in
      var report = made
      queue.complete(&report)
      for (source, step) in clocks where step.isNotable { report.inputs[source].remark(step.words) }
      return report.finished()
    }
  }

  func add(_ tallies: [InputTally]) {
    lock.withLock { _ in
      for tally in tallies {
        made.inputs[tally.source].add(tally)
        clocks[tally.source, default: ClockStep()].take(tally.clockBack)
      }
    }
  }
}
