import Model

/// All inputs that can be read, one after another in the order of their first times, those without a time last.
///
/// Belongs to the intake, one thread at a time.
struct InputQueue {
  private var waiting: [Input]
  private var streams: [Int: (source: ByteSource, read: [UInt8])]
  private var open: InputReader?
  private var finishedReaders: [InputReader] = []
  private var failures: [(index: Int, words: String)] = []

  init(_ plan: InputPlan) {
    streams = plan.streams
    waiting = plan.readable.map { plan.inputs[$0] }.sorted {
      ($0.firstTime ?? .max, $0.index) < ($1.firstTime ?? .max, $1.index)
    }
    waiting.reverse()
  }

  var bytesRead: Int { finishedReaders.reduce(open?.bytesRead ?? 0) { $0 + $1.bytesRead } }

  mutating func fill(_ batch: EventBatch, target: Int) -> Bool {
    while let reader = open ?? openNext() {
      if reader.fill(&batch.arena, &batch.runs, target: target) { return true }
      finishedReaders.append(reader)
      open = nil
    }
    return false
  }

  private mutating func openNext() -> InputReader? {
    while let input = waiting.popLast() {
      if let (source, read) = streams.removeValue(forKey: input.index) {
        open = InputReader(input, source, read: read)
        return open
      }
      switch ByteSource.open(input.path) {
      case .success(let source):
        open = InputReader(input, source)
        return open
      case .failure(let failure): failures.append((input.index, failure.words))
      }
    }
    return nil
  }

  /// Writes what the readers know into the report.
  func complete(_ report: inout IntakeReport) {
    for (index, words) in failures { report.inputs[index].failure = words }
    for reader in finishedReaders + (open.map { [$0] } ?? []) { reader.complete(&report.inputs[reader.input.index]) }
  }
}

extension InputReader {
  func complete(_ report: inout InputReport) {
    report.bytesRead = bytesRead
    report.bytes = bytes
    report.lines = lines
    report.compression = compression.rawValue
    if let failure { report.failure = failure }
    var tally = InputTally(source: input.index)
    for record in tooLong { tally.reject(line: record.line, record.head, .tooLong) }
    for rejection in tally.rejections { report.add(rejection) }
  }
}
