import CDuckDB
import Model

/// Writes rows of a batch into a chunk of columns for DuckDB; texts stay where they are until DuckDB has taken the chunk.
struct ChunkFiller {
  let api: duck_api
  let chunk: duck_chunk
  /// Rows of a chunk at most: the library's own measure.
  static let rows = 2048

  /// The columns of `fields` from row `first` on, then the extra ones; the hour of each row stands in front of all.
  /// Answers how many rows are odd.
  func fill(
    _ batch: EventBatch, _ range: Range<Int>, fields: [EventField], inputs: [UnsafeBufferPointer<UInt8>],
    keepsLines: Bool
  ) -> Int {
    api.data_chunk_reset(chunk)
    var odd: [Int: [UInt8]] = [:]
    fillHours(batch, range)
    for (index, field) in fields.enumerated() { fill(field, index + 1, batch, range, &odd) }
    let extra = fields.count + 1
    fillPlaces(batch, range, extra, inputs)
    let lines = Target(api, chunk, extra + 2)
    for row in range {
      let line = batch.line(row)
      if keepsLines { lines.set(row - range.lowerBound, line) } else { lines.clear(row - range.lowerBound) }
    }
    let odds = Target(api, chunk, extra + 3)
    for row in 0..<range.count {
      guard let bytes = odd[row] else {
        odds.clear(row)
        continue
      }
      bytes.withUnsafeBytes { bytes in
        api.vector_assign_string_element_len(
          odds.vector, UInt64(row), bytes.baseAddress!.assumingMemoryBound(to: CChar.self), UInt64(bytes.count))
      }
    }
    api.data_chunk_set_size(chunk, UInt64(range.count))
    return odd.count
  }

  static let hour: Int64 = 3_600_000_000_000
  /// The part of events that carry no time.
  static let undated = Int64.min

  private func fillHours(_ batch: EventBatch, _ range: Range<Int>) {
    let target = Target(api, chunk, 0)
    let isTouched = batch.isTouched(.time)
    for row in range {
      let time = isTouched ? batch.number(.time, row) : nil
      target.numbers[row - range.lowerBound] =
        time.map { $0 / Self.hour - ($0 % Self.hour < 0 ? 1 : 0) } ?? Self.undated
    }
  }

  private func fill(
    _ field: EventField, _ index: Int, _ batch: EventBatch, _ range: Range<Int>, _ odd: inout [Int: [UInt8]]
  ) {
    let target = Target(api, chunk, index)
    guard batch.isTouched(field) || field == .ipSource else {
      for row in 0..<range.count { target.clear(row) }
      return
    }
    let column = batch.column(field) + range.lowerBound
    switch field.columnKind {
    case .address: fillAddresses(field, target, batch, range)
    case .int: for row in 0..<range.count { target.set(row, column[row]) }
    case .bool:
      for row in 0..<range.count {
        if column[row] == EventBatch.absentCell {
          target.clear(row)
        } else {
          target.bytes[row] = column[row] == 0 ? 0 : 1
        }
      }
    case .time:
      for row in 0..<range.count {
        target.set(row, column[row])
        // The two ends stand for infinity there.
        let time = Int64(bitPattern: column[row])
        guard time == .max || time == -.max else { continue }
        withUnsafeBytes(of: column[row]) {
          OddCells.append(field, $0.assumingMemoryBound(to: UInt8.self), to: &odd[row, default: []])
        }
      }
    case .keyword(let words):
      let words = words.map { KeywordText($0) }
      for row in 0..<range.count {
        if column[row] < UInt64(words.count) {
          target.set(row, words[Int(column[row])].bytes)
        } else {
          target.clear(row)
        }
      }
    case .text:
      for row in 0..<range.count {
        let slice = TextSlice(cell: column[row])
        if slice.isAbsent {
          target.clear(row)
          continue
        }
        let bytes = batch.bytes(slice)
        if bytes.isPlain {
          target.set(row, bytes)
        } else {
          OddCells.append(field, bytes, to: &odd[row, default: []])
          target.assign(row, String(decoding: bytes, as: UTF8.self).replacing("\0", with: "\u{FFFD}"))
        }
      }
    }
  }

  private func fillAddresses(_ field: EventField, _ target: Target, _ batch: EventBatch, _ range: Range<Int>) {
    let isTouched = field == .ipSource || batch.isTouched(field)
    for row in range {
      let address = isTouched ? batch.address(field, row) : .absent
      let place = row - range.lowerBound
      if address.isAbsent { target.clear(place) }
      target.numbers[place * 2] = Int64(bitPattern: address.low)
      target.numbers[place * 2 + 1] = Int64(bitPattern: address.high ^ 1 << 63)
    }
  }

  private func fillPlaces(
    _ batch: EventBatch, _ range: Range<Int>, _ index: Int, _ inputs: [UnsafeBufferPointer<UInt8>]
  ) {
    let (names, numbers) = (Target(api, chunk, index), Target(api, chunk, index + 1))
    for row in range {
      let place = batch.lines[row]
      let source = Int(place.source)
      if source < inputs.count {
        names.set(row - range.lowerBound, inputs[source])
      } else {
        names.clear(row - range.lowerBound)
      }
      numbers.numbers[row - range.lowerBound] = Int64(truncatingIfNeeded: place.number)
    }
  }
}

/// One column of a chunk that is being filled.
private struct Target {
  let api: duck_api
  let vector: duck_vector
  let data: UnsafeMutableRawPointer
  private let validity: UnsafeMutablePointer<UInt64>

  init(_ api: duck_api, _ chunk: duck_chunk, _ index: Int) {
    self.api = api
    vector = api.data_chunk_get_vector(chunk, UInt64(index))!
    data = api.vector_get_data(vector)!
    api.vector_ensure_validity_writable(vector)
    validity = api.vector_get_validity(vector)!
  }

  var numbers: UnsafeMutablePointer<Int64> { data.assumingMemoryBound(to: Int64.self) }
  var bytes: UnsafeMutablePointer<UInt8> { data.assumingMemoryBound(to: UInt8.self) }

  func clear(_ row: Int) { validity[row >> 6] &= ~(1 << UInt64(row & 63)) }

  /// A number's cell, or nothing.
  func set(_ row: Int, _ cell: UInt64) {
    data.storeBytes(of: cell, toByteOffset: row * 8, as: UInt64.self)
    if cell == EventBatch.absentCell { clear(row) }
  }

  /// A text that stays where it is: up to twelve bytes are copied into the column, of longer ones the first four.
  func set(_ row: Int, _ text: UnsafeBufferPointer<UInt8>) {
    let cell = data + row * 16
    let count = text.count
    cell.storeBytes(of: UInt32(count), as: UInt32.self)
    guard count > 12 else {
      // What is unused must be zero.
      cell.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
      cell.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
      if count > 0 { (cell + 4).copyMemory(from: text.baseAddress!, byteCount: count) }
      return
    }
    (cell + 4).copyMemory(from: text.baseAddress!, byteCount: 4)
    cell.storeBytes(of: text.baseAddress!, toByteOffset: 8, as: UnsafePointer<UInt8>.self)
  }

  /// A text that DuckDB copies.
  func assign(_ row: Int, _ text: String) {
    var text = text
    text.withUTF8 { bytes in
      guard let base = bytes.baseAddress, bytes.count > 0 else {
        return set(row, UnsafeBufferPointer(start: nil, count: 0))
      }
      base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        api.vector_assign_string_element_len(vector, UInt64(row), $0, UInt64(bytes.count))
      }
    }
  }
}

/// A keyword's bytes, which stay as long as the process.
private struct KeywordText {
  let bytes: UnsafeBufferPointer<UInt8>

  init(_ word: String) { bytes = Self.table[word] ?? UnsafeBufferPointer(start: nil, count: 0) }

  private nonisolated(unsafe) static let table: [String: UnsafeBufferPointer<UInt8>] = {
    var table: [String: UnsafeBufferPointer<UInt8>] = [:]
    for field in EventField.allCases {
      guard case .keyword(let words) = field.spec.type else { continue }
      for word in words where table[word] == nil {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: word.utf8.count)
        _ = copy.initialize(from: word.utf8)
        table[word] = UnsafeBufferPointer(copy)
      }
    }
    return table
  }()
}
