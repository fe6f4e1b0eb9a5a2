import CBytes
import Model

/// Writes captures into the row under construction.
struct RowWriter {
  let batch: EventBatch
  let scratch: DecodeScratch
  let escaping: Escaping

  /// Writes one capture; a reason when its text cannot be what the sink wants.
  @inline(__always) func write(_ span: CaptureSpan, _ sink: UnsafePointer<Sink>) -> Rejection? {
    guard let start = span.start, let end = span.end else { return nil }
    switch sink.pointee.kind {
    case .skip: return nil
    case .text:
      writeText(start, end, span.hasEscape, sink)
      return nil
    case .request:
      guard end > start else { return nil }
      RequestLine.write(text(start, end, span.hasEscape), batch.count, batch)
      return nil
    case .time:
      guard
        let time = scratch.clock.parse(UnsafeBufferPointer(start: start, count: end - start), as: sink.pointee.spelling)
      else { return end - start <= 1 ? nil : .badTime }
      batch.set(sink.pointee.field, batch.count, time)
      return nil
    case .ip: return writeAddress(start, end, sink.pointee.field)
    case .int, .status: return writeInt(start, end, sink)
    default: return writeOther(start, end, span.hasEscape, sink)
    }
  }

  @inline(never) private func writeOther(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ hasEscape: Bool, _ sink: UnsafePointer<Sink>
  ) -> Rejection? {
    switch sink.pointee.kind {
    case .scaled: return writeScaled(start, end, sink)
    case .ipPort: return writeAddressAndPort(start, end)
    case .ipList: return writeFirstAddress(start, end)
    case .uri:
      if !isDash(start, end), end > start {
        RequestLine.writeURI(changed(start, end, hasEscape, sink.pointee.changes), batch.count, batch)
      }
    case .host:
      if !isDash(start, end), end > start, !(end - start == 1 && start[0] == 0x5F) {
        let slice = changed(start, end, hasEscape, sink.pointee.changes)
        let base = UnsafePointer(batch.arena.base)
        let stop = RequestLine.withoutPort(base + Int(slice.offset), base + slice.end)
        batch.set(
          sink.pointee.field, batch.count, TextSlice(offset: Int(slice.offset), length: stop - base - Int(slice.offset))
        )
      }
    case .keyword: return writeKeyword(start, end, sink)
    case .forwarded, .forwardedClient: return writeForwarded(start, end, hasEscape, sink)
    case .captured: CapturedHeaders.write(text(start, end, hasEscape), batch.count, batch)
    case .modsecurity: return ModSecurityMessage.write(slice(start, end), batch.count, batch)
    case .tag:
      let bracket = cbytes_find(start, end, 0x5B)!
      writeText(start, bracket, hasEscape, sink)
    default: break
    }
    return nil
  }

  @inline(__always) private func writeText(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ hasEscape: Bool, _ sink: UnsafePointer<Sink>
  ) {
    if isDash(start, end) { return }
    if end == start, sink.pointee.changes.contains(.emptyIsAbsent) { return }
    let slice = changed(start, end, hasEscape, sink.pointee.changes)
    batch.set(sink.pointee.field, batch.count, slice)
  }

  @inline(__always) private func isDash(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    end - start == 1 && start[0] == 0x2D
  }

  /// The text in the arena with its escapes undone.
  @inline(__always) private func text(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ hasEscape: Bool
  ) -> TextSlice {
    if hasEscape || (escaping == .haproxy && cbytes_find(start, end, 0x23)! < end) {
      return Unescape.append(start, end, escaping, to: &batch.arena)
    }
    return slice(start, end)
  }

  @inline(__always) func slice(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> TextSlice {
    TextSlice(offset: start - UnsafePointer(batch.arena.base), length: end - start)
  }

  @inline(__always) private func changed(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ hasEscape: Bool, _ changes: Sink.Changes
  ) -> TextSlice {
    if changes.subtracting(.emptyIsAbsent).isEmpty { return text(start, end, hasEscape) }
    return rewritten(start, end, changes)
  }

  @inline(never) private func rewritten(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ changes: Sink.Changes
  ) -> TextSlice {
    let slice: TextSlice
    if changes.contains(.percent) || changes.contains(.plus) {
      slice = Unescape.appendPercent(
        start, end, percent: changes.contains(.percent), plus: changes.contains(.plus), to: &batch.arena)
    } else {
      slice = Unescape.append(start, end, changes.contains(.raw) ? .none : escaping, to: &batch.arena)
    }
    let bytes = UnsafeMutableBufferPointer(start: batch.arena.base + Int(slice.offset), count: Int(slice.length))
    if changes.contains(.lower) {
      for i in bytes.indices where bytes[i] &- 0x41 < 26 { bytes[i] |= 0x20 }
    } else if changes.contains(.upper) {
      for i in bytes.indices where bytes[i] &- 0x61 < 26 { bytes[i] &= 0xDF }
    }
    return slice
  }

  @inline(__always) private func writeInt(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ sink: UnsafePointer<Sink>
  ) -> Rejection? {
    var at = start
    // A dash: not measured. A minus: not measured either (HAProxy, ALB write -1).
    if at < end, at[0] == 0x2D { return minus(start, end) }
    if at < end, at[0] == 0x2B { at += 1 }
    var value: Int64 = 0
    guard 1...18 ~= end - at else { return end == start ? nil : .unknownShape }
    while at < end {
      let digit = at[0] &- 0x30
      guard digit < 10 else { return .unknownShape }
      value = value &* 10 &+ Int64(digit)
      at += 1
    }
    if sink.pointee.kind == .status {
      guard value <= 999 else { return .unknownShape }
      if value == 0 { return nil }
    }
    batch.set(sink.pointee.field, batch.count, value)
    return nil
  }

  private func minus(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Rejection? {
    for i in 1..<max(end - start, 1) where !(start[i] &- 0x30 < 10 || start[i] == 0x2E) { return .unknownShape }
    return nil
  }

  /// Decimal numbers, a list of them added up, as nginx writes the times of several upstreams.
  private func writeScaled(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ sink: UnsafePointer<Sink>
  ) -> Rejection? {
    if start < end, start[0] == 0x2D, minus(start, end) == nil { return nil }
    var sum: Double = 0
    var at = start
    var isNumber = false
    while at < end {
      if isBetweenNumbers(at, start, end) {
        at += 1
        continue
      }
      guard let (value, length) = Self.decimal(at, end) else { return .unknownShape }
      sum += value
      at += length
      isNumber = true
    }
    if sink.pointee.changes.contains(.decimal), cbytes_find(start, end, 0x2E)! == end { return .unknownShape }
    guard isNumber, sum < 1e12 else { return end == start || !isNumber ? nil : .unknownShape }
    let scale = sink.pointee.scale
    let scaled = scale > 0 ? sum * Double(scale) : sum / Double(-scale)
    guard scaled < 9e18 else { return .unknownShape }
    batch.set(sink.pointee.field, batch.count, Int64(scaled.rounded()))
    return nil
  }

  /// Signs, and the separators of a list: `0.1, 0.2 : 0.3`. A bare space separates columns, not numbers.
  private func isBetweenNumbers(
    _ at: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    switch at[0] {
    case 0x2B, 0x2C, 0x2D, 0x3A: true
    case 0x20: at > start && (at[-1] == 0x2C || at[-1] == 0x3A) || end - at > 1 && at[1] == 0x3A
    default: false
    }
  }

  private static func decimal(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (value: Double, length: Int)? {
    var at = start
    var value: Double = 0
    while at < end, at[0] &- 0x30 < 10 {
      value = value * 10 + Double(at[0] &- 0x30)
      at += 1
    }
    if at < end, at[0] == 0x2E {
      at += 1
      var scale = 0.1
      while at < end, at[0] &- 0x30 < 10 {
        value += Double(at[0] &- 0x30) * scale
        scale /= 10
        at += 1
      }
    }
    return at > start && !(at == start + 1 && start[0] == 0x2E) ? (value, at - start) : nil
  }

  @inline(__always) private func writeAddress(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ field: EventField = .ipSource
  ) -> Rejection? {
    guard let address = IPAddress(parsing: UnsafeBufferPointer(start: start, count: end - start)) else {
      return isNoAddress(start, end) ? nil : .unknownShape
    }
    batch.set(field, batch.count, address)
    return nil
  }

  /// `-` and `unix:`: the client had no address.
  private func isNoAddress(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    isDash(start, end)
      || UnsafeBufferPointer(start: start, count: end - start).starts(with: [0x75, 0x6E, 0x69, 0x78, 0x3A])
  }

  private func writeAddressAndPort(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Rejection? {
    var at = end
    while at > start, at[-1] &- 0x30 < 10 { at -= 1 }
    guard at > start, at[-1] == 0x3A, 1...5 ~= end - at,
      let address = IPAddress(parsing: UnsafeBufferPointer(start: start, count: at - 1 - start))
    else { return writeAddress(start, end) }
    batch.addresses[batch.count] = address
    batch.set(
      .sourcePort, batch.count,
      UnsafeBufferPointer(start: at, count: end - at).reduce(0) { $0 * 10 + Int64($1 &- 0x30) })
    return nil
  }

  private func writeFirstAddress(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Rejection? {
    let comma = cbytes_find(start, end, 0x2C)!
    return writeAddressAndPort(start, comma)
  }

  private func writeForwarded(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ hasEscape: Bool, _ sink: UnsafePointer<Sink>
  ) -> Rejection? {
    if end == start || isDash(start, end) { return nil }
    let comma = cbytes_find(start, end, 0x2C)!
    guard let address = IPAddress(parsing: UnsafeBufferPointer(start: start, count: comma - start)) else {
      return UnsafeBufferPointer(start: start, count: comma - start).elementsEqual("unknown".utf8) ? nil : .unknownShape
    }
    batch.set(.forwardedFor, batch.count, text(start, end, hasEscape))
    if sink.pointee.kind == .forwardedClient, batch.addresses[batch.count].isAbsent {
      batch.addresses[batch.count] = address
    }
    return nil
  }

  private func writeKeyword(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ sink: UnsafePointer<Sink>
  ) -> Rejection? {
    guard case .keyword(let words) = sink.pointee.field.spec.type else { return .unknownShape }
    let text = UnsafeBufferPointer(start: start, count: end - start)
    guard let place = words.firstIndex(where: { $0.utf8.elementsEqual(text) }) else {
      return isDash(start, end) ? nil : .unknownShape
    }
    batch.set(sink.pointee.field, batch.count, Int64(place))
    return nil
  }
}
