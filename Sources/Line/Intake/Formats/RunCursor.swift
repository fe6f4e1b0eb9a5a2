import CBytes
import Model

/// Walks over the records of one run.
package struct RunCursor {
  /// The record reached last, without its line end.
  package private(set) var current: LinePlace = .absent
  private var offset: Int
  private let begin: Int
  private let end: Int
  private let source: Int
  private var line: Int

  package init(_ run: LineRun) {
    offset = Int(run.slice.offset)
    begin = offset
    end = run.slice.end
    source = run.source
    line = run.firstLine
  }

  /// Whether no record was reached yet.
  var isAtStart: Bool { offset == begin }

  /// Lines met so far, counted from the run's first.
  package var nextLine: Int { line }

  /// Where in the arena the next record, or the blank lines before it, begin.
  var position: Int { offset }

  /// Steps to the next record that is not blank; false at the end of the run.
  @inline(__always) package mutating func advance(in batch: EventBatch, _ framing: Framing) -> Bool {
    advance(batch.arena, framing)
  }

  @inline(__always) mutating func advance(_ arena: borrowing ByteArena, _ framing: Framing) -> Bool {
    switch framing {
    case .lines, .headed: advanceLine(UnsafePointer(arena.base))
    case .records(let recordEnd): advanceRecord(UnsafePointer(arena.base), recordEnd)
    case .binary(let binary): advanceBinary(UnsafePointer(arena.base), binary.length, binary.isNumbered)
    }
  }

  /// Steps to the next record of a binary file; `line` counts its numbered records.
  @inline(__always) mutating func advanceBinary(
    _ base: UnsafePointer<UInt8>, _ length: (UnsafeBufferPointer<UInt8>) -> Int?,
    _ isNumbered: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    guard offset < end else { return false }
    let rest = UnsafeBufferPointer(start: base + offset, count: end - offset)
    let size = min(max(length(rest) ?? rest.count, 1), rest.count)
    current = LinePlace(
      slice: TextSlice(offset: offset, length: size), source: source, number: line, isBinary: true)
    offset += size
    if isNumbered(UnsafeBufferPointer(start: rest.baseAddress, count: size)) { line += 1 }
    return true
  }

  /// Steps to the next line that is not blank; false at the end of the run.
  @inline(__always) package mutating func advanceLine(in batch: EventBatch) -> Bool {
    advanceLine(UnsafePointer(batch.arena.base))
  }

  @inline(__always) private mutating func advanceLine(_ base: UnsafePointer<UInt8>) -> Bool {
    let stop = base + end
    while offset < end {
      let start = base + offset
      var last = cbytes_find(start, stop, 0x0A)!
      let number = line
      offset = last - base + 1
      line &+= 1
      if last > start, last[-1] == 0x0D { last -= 1 }
      if last == start { continue }
      current = LinePlace(slice: TextSlice(offset: start - base, length: last - start), source: source, number: number)
      return true
    }
    return false
  }

  private mutating func advanceRecord(
    _ base: UnsafePointer<UInt8>, _ recordEnd: (UnsafeBufferPointer<UInt8>) -> Int?
  ) -> Bool {
    while offset < end {
      let bytes = UnsafeBufferPointer(start: base + offset, count: end - offset)
      let length = min(max(recordEnd(bytes) ?? bytes.count, 1), bytes.count)
      let record = UnsafeBufferPointer(rebasing: bytes[..<length])
      let leading = record.prefix { $0 <= 0x20 }
      let trailing = record.reversed().prefix { $0 <= 0x20 }.count
      let number = line + leading.count { $0 == 0x0A }
      line += cbytes_count(record.baseAddress!, record.baseAddress! + length, 0x0A)
      let start = offset + leading.count
      offset += length
      if leading.count == length { continue }
      current = LinePlace(
        slice: TextSlice(offset: start, length: length - leading.count - trailing), source: source, number: number)
      return true
    }
    return false
  }
}
