import CBytes
import Model

/// One open input while it is merged with others: its next record, and that record's place in time.
///
/// Belongs to the intake, one thread at a time.
final class Lane {
  let reader: InputReader
  /// Time of the next record; of records before it when it has none or runs backwards, so that a file keeps its order.
  private(set) var key = Int64.min
  private var arena: ByteArena
  private var runs: [LineRun] = []
  private var runPlace = 0
  private var cursor: RunCursor?
  /// Where the next record and the blank lines before it lie in the arena, and the number of their first line.
  private var from = 0
  private var to = 0
  private var line = 1
  private let scratch: DecodeScratch
  private let target: Int
  /// Knows what the next record of a binary file needs, which its run's header cannot say in the run's middle.
  private var follower: (any RecordScout)?

  init(_ reader: InputReader, _ options: IntakeOptions, target: Int) {
    self.reader = reader
    self.target = target
    if case .binary(let framing) = reader.input.format.framing { follower = framing.makeScout() }
    arena = ByteArena(capacity: target)
    scratch = DecodeScratch(
      clock: TimeParser(
        zone: options.zone, latest: reader.input.latest, defaultYear: options.defaultYear))
  }

  /// Takes back a chunk that was read straight into a batch, to be merged record by record.
  func take(back batch: EventBatch) {
    arena.reset()
    _ = arena.append(UnsafeBufferPointer(start: batch.arena.base, count: batch.arena.count))
    runs = batch.runs
    runPlace = 0
    cursor = nil
    batch.reset()
  }

  /// Steps to the next record; false at the end of the input.
  func advance() -> Bool {
    while true {
      if runPlace < runs.count {
        let run = runs[runPlace]
        if cursor == nil {
          cursor = RunCursor(run)
          to = Int(run.slice.offset)
          follower?.adopt(bytes(of: run.header))
        } else {
          _ = follower?.watch(UnsafeBufferPointer(start: arena.base + from, count: to - from))
        }
        from = to
        line = cursor!.nextLine
        if cursor!.advance(arena, reader.input.format.framing) {
          to = cursor!.position
          let record = cursor!.current.slice
          let bytes = UnsafeBufferPointer(
            start: UnsafePointer(arena.base) + Int(record.offset), count: Int(record.length))
          if let time = reader.input.format.time(of: bytes, scratch), time > key { key = time }
          return true
        }
        cursor = nil
        runPlace += 1
        continue
      }
      arena.reset()
      runs.removeAll(keepingCapacity: true)
      runPlace = 0
      guard reader.fill(&arena, &runs, target: target) else { return false }
    }
  }

  /// Copies the next record to the batch, onto the end of `run` where that is this lane's too.
  func copyRecord(to batch: EventBatch) {
    let offset = batch.arena.count
    let bytes = UnsafeBufferPointer(start: arena.base + from, count: to - from)
    let header = runs[runPlace].header
    if let last = batch.runs.indices.last, batch.runs[last].source == reader.input.index,
      batch.runs[last].slice.end == offset,
      follower != nil || sameHeader(batch.runs[last].header, self.bytes(of: header), batch)
    {
      _ = batch.arena.append(bytes)
      batch.runs[last].slice.length += UInt32(bytes.count)
      return
    }
    let copiedHeader = copyHeader(to: batch)
    let slice = batch.arena.append(bytes)
    guard !slice.isAbsent else { return }
    batch.runs.append(LineRun(slice: slice, source: reader.input.index, firstLine: line, header: copiedHeader))
  }

  /// Copies the next record and all others that were read already; afterwards chunks can be read again.
  func copyRest(to batch: EventBatch) {
    let end = runs[runPlace].slice.end
    to = end
    copyRecord(to: batch)
    for run in runs[(runPlace + 1)...] {
      runPlace += 1
      (from, to, line) = (Int(run.slice.offset), run.slice.end, run.firstLine)
      copyRecord(to: batch)
    }
  }

  /// Whether all that was read already ends before `time`.
  func restEndsBefore(_ time: Int64) -> Bool {
    guard reader.input.format.framing.cutsItself, time < .max else {
      return runs.last.map { lastTime(in: $0, arena) ?? .min < time } ?? true
    }
    return false
  }

  /// The next record's header in the batch's arena, copied unless the lane's last run there has the same.
  private func copyHeader(to batch: EventBatch) -> TextSlice {
    if let follower {
      return follower.header.withUnsafeBufferPointer { copy($0, to: batch) }
    }
    let header = runs[runPlace].header
    return header.isAbsent ? .absent : copy(bytes(of: header), to: batch)
  }

  private func copy(_ header: UnsafeBufferPointer<UInt8>, to batch: EventBatch) -> TextSlice {
    if let run = batch.runs.last(where: { $0.source == reader.input.index }), sameHeader(run.header, header, batch) {
      return run.header
    }
    return batch.arena.append(header)
  }

  private func sameHeader(_ theirs: TextSlice, _ ours: UnsafeBufferPointer<UInt8>, _ batch: EventBatch) -> Bool {
    let known = batch.bytes(theirs)
    return known.count == ours.count && known.elementsEqual(ours)
  }

  private func bytes(of slice: TextSlice) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: arena.base + Int(slice.offset), count: slice.isAbsent ? 0 : Int(slice.length))
  }

  /// Whether a chunk read straight into the batch ends before `time`, by its last lines that have a time.
  func endsBefore(_ time: Int64, _ batch: EventBatch) -> Bool {
    if reader.input.format.framing.cutsItself { return false }
    return batch.runs.last.map { lastTime(in: $0, batch.arena) ?? .min < time } ?? true
  }

  private func lastTime(in run: LineRun, _ arena: borrowing ByteArena) -> Int64? {
    let first = UnsafePointer(arena.base) + Int(run.slice.offset)
    var end = first + Int(run.slice.length)
    for _ in 0..<16 where end > first {
      let stop = end[-1] == 0x0A ? end - 1 : end
      let start = cbytes_find_last(first, stop, 0x0A).map { $0 + 1 } ?? first
      let length = stop > start && stop[-1] == 0x0D ? stop - 1 - start : stop - start
      if length > 0, let time = reader.input.format.time(of: UnsafeBufferPointer(start: start, count: length), scratch)
      {
        return time
      }
      end = start
    }
    return nil
  }
}
