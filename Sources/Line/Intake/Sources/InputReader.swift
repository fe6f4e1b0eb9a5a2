import CBytes
import Model

/// Cuts one input into runs of whole records.
///
/// Belongs to the intake, one thread at a time. Memory: at most one record (1 MiB) is carried from fill to fill.
final class InputReader {
  /// Longer records are left out and counted: nothing a server writes in one line is that long.
  static let recordLimit = 1 << 20

  let input: Input
  private(set) var lines = 0
  private(set) var bytes = 0
  /// Records that were too long: line number and first bytes.
  private(set) var tooLong: [(line: Int, head: [UInt8])] = []
  private let source: ByteSource
  private var carry = ByteArena(capacity: 64 << 10)
  private var nextLine: Int
  /// The header in force behind what was read.
  private(set) var header: [UInt8]?
  private var sourceEnded = false
  private var isAtStart = true
  /// Who watches the records of a binary file.
  private(set) var scout: (any RecordScout)?

  /// `read` is what was already taken from the source; `firstLine`, `header` and `scout` are those of a source that goes
  /// on where another ended.
  init(
    _ input: Input, _ source: ByteSource, read: [UInt8] = [], firstLine: Int = 1, header: [UInt8]? = nil,
    scout known: (any RecordScout)? = nil
  ) {
    self.input = input
    self.source = source
    self.header = header
    nextLine = firstLine
    _ = carry.append(read)
    if case .binary(let framing) = input.format.framing {
      scout = known ?? framing.makeScout()
      isAtStart = false
    }
  }

  var bytesRead: Int { source.bytesRead }
  var compression: ByteSource.Compression { source.compression }
  var failure: String? { source.failure }

  /// Appends about `target` bytes of whole records and their runs; false when there are no more.
  func fill(_ arena: inout ByteArena, _ runs: inout [LineRun], target: Int) -> Bool {
    while true {
      let start = arena.count
      _ = arena.append(UnsafeBufferPointer(start: carry.base, count: carry.count))
      carry.reset()
      let cut = readUntilCut(&arena, from: start, target: target)
      keepTail(&arena, from: cut)
      if cut > start {
        addRuns(arena: &arena, &runs, start: start, end: cut)
        return true
      }
      if sourceEnded, carry.count == 0 { return false }
    }
  }

  /// Reads until about `target` bytes are there and says where the last whole record ends.
  private func readUntilCut(_ arena: inout ByteArena, from start: Int, target: Int) -> Int {
    while true {
      while !sourceEnded, arena.count - start < target {
        let wanted = target - (arena.count - start)
        guard arena.reserve(wanted) else { break }
        let count = source.read(into: arena.end, capacity: wanted)
        arena.advance(count)
        bytes += count
        if count == 0 { sourceEnded = true }
        if isAtStart, arena.count - start >= 3 || sourceEnded { skipMarks(&arena, from: start) }
      }
      let cut = lastCut(arena, from: start)
      if cut > start || sourceEnded { return cut }
      if arena.count - start > Self.recordLimit { return skipLongRecord(&arena, from: start) }
      guard readMore(&arena) else { return lastCut(arena, from: start) }
    }
  }

  private func readMore(_ arena: inout ByteArena) -> Bool {
    guard arena.reserve(64 << 10) else { return false }
    let count = source.read(into: arena.end, capacity: 64 << 10)
    arena.advance(count)
    bytes += count
    if count == 0 { sourceEnded = true }
    return count > 0
  }

  /// Drops a byte order mark, or the hole of zeros that truncation leaves while a server holds its log open.
  private func skipMarks(_ arena: inout ByteArena, from start: Int) {
    let head = UnsafeBufferPointer(start: arena.base + start, count: arena.count - start)
    let zeros = head.prefix { $0 == 0 }.count
    let dropped = zeros > 0 ? zeros : head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    (arena.base + start).update(from: arena.base + start + dropped, count: head.count - dropped)
    arena.truncate(to: arena.count - dropped)
    isAtStart = arena.count == start
  }

  /// Where the last whole record behind `start` ends; the end of everything when the input has ended.
  private func lastCut(_ arena: borrowing ByteArena, from start: Int) -> Int {
    let base = UnsafePointer(arena.base)
    if sourceEnded { return arena.count }
    let recordEnd: (UnsafeBufferPointer<UInt8>) -> Int?
    switch input.format.framing {
    case .records(let end): recordEnd = end
    case .binary(let framing): recordEnd = framing.length
    case .lines, .headed:
      return cbytes_find_last(base + start, base + arena.count, 0x0A).map { $0 - base + 1 } ?? start
    }
    var cut = start
    while cut < arena.count,
      let length = recordEnd(UnsafeBufferPointer(start: base + cut, count: arena.count - cut)), length > 0
    {
      cut += min(length, arena.count - cut)
    }
    return cut
  }

  private func keepTail(_ arena: inout ByteArena, from cut: Int) {
    _ = carry.append(UnsafeBufferPointer(start: arena.base + cut, count: arena.count - cut))
    arena.truncate(to: cut)
  }

  /// Drops the record that begins at `start` up to its line end, in small steps, and counts it.
  private func skipLongRecord(_ arena: inout ByteArena, from start: Int) -> Int {
    let head = [UInt8](UnsafeBufferPointer(start: arena.base + start, count: 300))
    tooLong.append((nextLine, head))
    if tooLong.count > 1000 { tooLong.removeFirst() }
    while true {
      let base = UnsafePointer(arena.base)
      let found = cbytes_find(base + start, base + arena.count, 0x0A)! - base
      if found < arena.count {
        let rest = arena.count - found - 1
        (arena.base + start).update(from: arena.base + found + 1, count: rest)
        arena.truncate(to: start + rest)
        break
      }
      arena.truncate(to: start)
      if !readMore(&arena) { break }
    }
    nextLine += 1
    lines += 1
    return start
  }

  private func addRuns(arena: inout ByteArena, _ runs: inout [LineRun], start: Int, end: Int) {
    if let scout { return addRun(watchedBy: scout, &arena, &runs, start: start, end: end) }
    guard case .headed(let isHeader) = input.format.framing else {
      addRun(arena, &runs, start: start, end: end, header: .absent)
      return
    }
    var headerSlice = header.map { arena.append($0) } ?? .absent
    var runStart = start
    var at = start
    var line = nextLine
    while at < end {
      let base = UnsafePointer(arena.base)
      let stop = cbytes_find(base + at, base + end, 0x0A)! - base
      var last = stop
      if last > at, base[last - 1] == 0x0D { last -= 1 }
      let text = UnsafeBufferPointer(start: base + at, count: last - at)
      if isHeader(text, line) {
        addRun(arena, &runs, start: runStart, end: at, header: headerSlice)
        header = [UInt8](text)
        headerSlice = TextSlice(offset: at, length: last - at)
        runStart = min(stop + 1, end)
        nextLine += 1
        lines += 1
        line = nextLine - 1
      }
      at = stop + 1
      line += 1
    }
    addRun(arena, &runs, start: runStart, end: end, header: headerSlice)
  }

  /// The run of a binary file, with what its first record needs.
  private func addRun(
    watchedBy scout: any RecordScout, _ arena: inout ByteArena, _ runs: inout [LineRun], start: Int, end: Int
  ) {
    let header = scout.header
    let records = scout.watch(UnsafeBufferPointer(start: arena.base + start, count: end - start))
    runs.append(
      LineRun(
        slice: TextSlice(offset: start, length: end - start), source: input.index, firstLine: nextLine,
        header: arena.append(header)))
    nextLine += records
    lines += records
  }

  /// What was noticed about a binary file.
  var remarks: [String] { scout?.remarks ?? [] }

  private func addRun(
    _ arena: borrowing ByteArena, _ runs: inout [LineRun], start: Int, end: Int, header: TextSlice
  ) {
    guard end > start else { return }
    let base = UnsafePointer(arena.base)
    runs.append(
      LineRun(
        slice: TextSlice(offset: start, length: end - start), source: input.index, firstLine: nextLine, header: header))
    var count = cbytes_count(base + start, base + end, 0x0A)
    if base[end - 1] != 0x0A { count += 1 }
    nextLine += count
    lines += count
  }
}
