import Model

/// All inputs that can be read, as one stream in the order of time.
///
/// Inputs begin in the order of their first times, those without a time last. While only one is open and none begins
/// before its chunk ends, chunks go straight into batches; where inputs overlap they are merged record by record.
/// Belongs to the intake, one thread at a time.
struct InputQueue {
  /// The next input to begin stands last.
  private var waiting: [Input]
  private var streams: [Int: (source: ByteSource, read: [UInt8])]
  /// A chunk-wise input, before it has to be merged.
  private var alone: Lane?
  /// Inputs being merged, each with a next record.
  private var lanes: [Lane] = []
  private var readers: [InputReader] = []
  private var failures: [(index: Int, words: String)] = []
  private let options: IntakeOptions

  init(_ plan: InputPlan, _ options: IntakeOptions) {
    self.options = options
    streams = plan.streams
    waiting = plan.readable.map { plan.inputs[$0] }.sorted {
      ($0.firstTime ?? .max, $0.index) > ($1.firstTime ?? .max, $1.index)
    }
  }

  var bytesRead: Int { readers.reduce(0) { $0 + $1.bytesRead } }

  mutating func fill(_ batch: EventBatch, target: Int) -> Bool {
    while lanes.isEmpty {
      guard let lane = alone ?? openNext() else { return false }
      alone = lane
      guard lane.reader.fill(&batch.arena, &batch.runs, target: target) else {
        alone = nil
        continue
      }
      guard let next = waiting.last?.firstTime, !lane.endsBefore(next, batch) else { return true }
      lane.take(back: batch)
      alone = nil
      if lane.advance() { lanes.append(lane) }
    }
    return merge(into: batch, target: target)
  }

  /// Copies records in the order of time until the batch is full or a single input is left.
  private mutating func merge(into batch: EventBatch, target: Int) -> Bool {
    while batch.arena.count < target, let first = earliest() {
      if let next = waiting.last, let time = next.firstTime, time <= lanes[first].key {
        guard let lane = openNext(), lane.advance() else { continue }
        lanes.append(lane)
        continue
      }
      copyRun(of: first, to: batch, target: target)
    }
    return batch.arena.count > 0 || fill(batch, target: target)
  }

  /// Copies records of one lane while it is the earliest.
  private mutating func copyRun(of place: Int, to batch: EventBatch, target: Int) {
    let lane = lanes[place]
    let limit = limit(besides: place)
    if lanes.count == 1, lane.restEndsBefore(limit.0) {
      lane.copyRest(to: batch)
      lanes.removeAll()
      alone = lane
      return
    }
    repeat {
      lane.copyRecord(to: batch)
      guard lane.advance() else {
        lanes.remove(at: place)
        return
      }
    } while batch.arena.count < target && (lane.key, lane.reader.input.index) < limit
  }

  /// The lane whose next record is the earliest; the lower index where times are equal.
  private func earliest() -> Int? {
    lanes.indices.min {
      (lanes[$0].key, lanes[$0].reader.input.index) < (lanes[$1].key, lanes[$1].reader.input.index)
    }
  }

  /// The time and index at which another input has its turn.
  private func limit(besides place: Int) -> (Int64, Int) {
    var limit = (waiting.last?.firstTime ?? .max, waiting.last?.firstTime == nil ? Int.max : -1)
    for (i, lane) in lanes.enumerated() where i != place {
      limit = min(limit, (lane.key, lane.reader.input.index), by: <)
    }
    return limit
  }

  private mutating func openNext() -> Lane? {
    while let input = waiting.popLast() {
      if let (source, read) = streams.removeValue(forKey: input.index) {
        return lane(InputReader(input, source, read: read))
      }
      switch ByteSource.open(input.path) {
      case .success(let source): return lane(InputReader(input, source))
      case .failure(let failure): failures.append((input.index, failure.words))
      }
    }
    return nil
  }

  private mutating func lane(_ reader: InputReader) -> Lane {
    readers.append(reader)
    return Lane(reader, options, target: 128 << 10)
  }

  /// Writes what the readers know into the report.
  func complete(_ report: inout IntakeReport) {
    for (index, words) in failures { report.inputs[index].failure = words }
    for reader in readers { reader.complete(&report.inputs[reader.input.index]) }
  }
}

private func min<T>(_ a: T, _ b: T, by isLess: (T, T) -> Bool) -> T { isLess(b, a) ? b : a }

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
    for words in remarks { report.remark(words) }
  }
}
