import CDuckDB
import Model

/// Rows that wait to be written, as columns, and the hours they are of.
final class GatheredRows {
  /// What is known of one hour before it is written.
  struct Hour {
    /// Where its rows lie, in order.
    var runs: [Range<Int>] = []
    var rows = 0
    var first: Int64?
    var last: Int64?
    var odd = 0
  }

  private let texts = TextStore()
  private var columns: [GatheredColumn?] = Array(repeating: nil, count: EventField.allCases.count)
  private let extra: [GatheredColumn]
  private(set) var count = 0
  /// Hours since 1970, or `undated`.
  private(set) var hours: [Int64: Hour] = [:]

  static let hour: Int64 = 3_600_000_000_000
  /// The hour of events that carry no time.
  static let undated = Int64.min

  init() {
    extra = ArchiveColumn.extra.map { [texts] in GatheredColumn($0.name, type: $0.number, texts: texts) }
  }

  /// Bytes of texts that are held.
  var textBytes: Int { texts.count }

  /// The fields that hold something, and those of `always`.
  func fields(and always: Set<EventField>) -> [EventField] {
    EventField.allCases.filter { always.contains($0) || columns[Int($0.rawValue)]?.present ?? 0 > 0 }
  }

  /// The columns of some fields, and the extra ones.
  func columns(of fields: [EventField]) -> [GatheredColumn] {
    let columns = fields.map { column($0) } + extra
    for column in columns { column.pad(to: count) }
    return columns
  }

  func forget() {
    for column in columns { column?.forget() }
    for column in extra { column.forget() }
    texts.forget()
    hours.removeAll()
    count = 0
  }

  /// Adds a batch's rows; `inputs` are the names of their inputs in the order of `LinePlace.source`.
  func append(_ batch: EventBatch, inputs: [String], keepsLines: Bool) {
    var odd: [Int: [UInt8]] = [:]
    for field in EventField.allCases where batch.isTouched(field) || field == .ipSource {
      let column = column(field)
      column.pad(to: count)
      column.reserve(batch.count)
      append(field, column, batch, &odd)
    }
    appendPlaces(batch, inputs)
    for column in extra[2...] {
      column.pad(to: count)
      column.reserve(batch.count)
    }
    for row in 0..<batch.count {
      if keepsLines { extra[2].add(batch.line(row)) }
      guard !odd.isEmpty, let bytes = odd[row] else { continue }
      extra[3].pad(to: count + row)
      bytes.withUnsafeBufferPointer { extra[3].add($0) }
    }
    sortIn(batch, odd)
    count += batch.count
  }

  private func column(_ field: EventField) -> GatheredColumn {
    if let known = columns[Int(field.rawValue)] { return known }
    let made = GatheredColumn(field.column, type: field.columnKind.number, texts: texts)
    columns[Int(field.rawValue)] = made
    return made
  }

  private func append(_ field: EventField, _ column: GatheredColumn, _ batch: EventBatch, _ odd: inout [Int: [UInt8]]) {
    let cells = batch.column(field)
    let absent = EventBatch.absentCell
    switch field.columnKind {
    case .address:
      for row in 0..<batch.count {
        let address = batch.address(field, row)
        if address.isAbsent { column.addNothing() } else { column.add(address) }
      }
    case .int:
      for row in 0..<batch.count {
        if cells[row] == absent { column.addNothing() } else { column.add(cells[row]) }
      }
    case .bool:
      for row in 0..<batch.count {
        if cells[row] == absent { column.addNothing() } else { column.add(cells[row] != 0) }
      }
    case .time:
      for row in 0..<batch.count {
        if cells[row] == absent { column.addNothing() } else { column.add(cells[row]) }
        // The two ends stand for infinity there.
        let time = Int64(bitPattern: cells[row])
        guard time == .max || time == -.max else { continue }
        withUnsafeBytes(of: cells[row]) {
          OddCells.append(field, $0.assumingMemoryBound(to: UInt8.self), to: &odd[row, default: []])
        }
      }
    case .keyword(let words):
      var numbers = [Int32](repeating: -1, count: words.count)
      for row in 0..<batch.count {
        if cells[row] < UInt64(words.count) {
          column.add(Int(cells[row]), of: words, &numbers)
        } else {
          column.addNothing()
        }
      }
    case .text:
      for row in 0..<batch.count {
        if cells[row] == absent {
          column.addNothing()
          continue
        }
        let bytes = batch.bytes(TextSlice(cell: cells[row]))
        if column.addText(bytes) { continue }
        OddCells.append(field, bytes, to: &odd[row, default: []])
        column.add(repaired: bytes)
      }
    }
  }

  private func appendPlaces(_ batch: EventBatch, _ inputs: [String]) {
    let (names, numbers) = (extra[0], extra[1])
    names.reserve(batch.count)
    numbers.reserve(batch.count)
    var known = [Int32](repeating: -1, count: inputs.count)
    for row in 0..<batch.count {
      let place = batch.lines[row]
      let source = Int(place.source)
      if source < inputs.count { names.add(source, of: inputs, &known) } else { names.addNothing() }
      numbers.add(UInt64(truncatingIfNeeded: place.number))
    }
  }

  /// Notes of which hour each row is; rows that follow each other mostly are of the same.
  private func sortIn(_ batch: EventBatch, _ odd: [Int: [UInt8]]) {
    let isTimed = batch.isTouched(.time)
    var row = 0
    while row < batch.count {
      let start = row
      var (first, last) = (Int64.max, Int64.min)
      let number = Self.hour(isTimed ? batch.number(.time, row) : nil)
      while row < batch.count {
        let time = isTimed ? batch.number(.time, row) : nil
        if Self.hour(time) != number { break }
        if let time { (first, last) = (min(first, time), max(last, time)) }
        row += 1
      }
      var hour = hours[number] ?? Hour()
      if let end = hour.runs.last, end.upperBound == count + start {
        hour.runs[hour.runs.count - 1] = end.lowerBound..<(count + row)
      } else {
        hour.runs.append((count + start)..<(count + row))
      }
      hour.rows += row - start
      if first <= last {
        hour.first = min(hour.first ?? first, first)
        hour.last = max(hour.last ?? last, last)
      }
      if !odd.isEmpty { hour.odd += (start..<row).reduce(0) { $0 + (odd[$1] == nil ? 0 : 1) } }
      hours[number] = hour
    }
  }

  private static func hour(_ time: Int64?) -> Int64 {
    guard let time else { return undated }
    return time / hour - (time % hour < 0 ? 1 : 0)
  }
}

extension GatheredColumn {
  /// A text that no VARCHAR holds, made one that a person can read.
  fileprivate func add(repaired bytes: UnsafeBufferPointer<UInt8>) {
    var text = String(decoding: bytes, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
    text.withUTF8 { add($0) }
  }
}
