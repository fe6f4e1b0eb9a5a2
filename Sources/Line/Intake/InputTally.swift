import Model

/// What decoding one run found out about its input.
struct InputTally {
  let source: Int
  var formats: [(name: String, events: Int)] = []
  var rejections: [RejectionCount] = []
  var metNoYear = false
  var metNoZone = false
  var clockBack = ClockStep()

  static let samplesPerReason = 5

  init(source: Int) { self.source = source }

  mutating func count(_ name: String, _ events: Int) {
    guard events > 0 else { return }
    if let place = formats.firstIndex(where: { $0.name == name }) {
      formats[place].events += events
    } else {
      formats.append((name, events))
    }
  }

  mutating func reject(_ record: LinePlace, _ reason: Rejection, _ batch: EventBatch) {
    let bytes = batch.bytes(record.slice)
    if record.isBinary {
      reject(line: Int(record.number), Self.hexadecimal(bytes.prefix(48)), reason)
    } else {
      reject(line: Int(record.number), bytes.prefix(300), reason)
    }
  }

  /// Bytes as people compare them: `45 00 00 1c`.
  private static func hexadecimal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    Array(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ").utf8)
  }

  mutating func reject(line: Int, _ text: some Collection<UInt8>, _ reason: Rejection) {
    let place: Int
    if let known = rejections.firstIndex(where: { $0.reason == reason.rawValue }) {
      place = known
    } else {
      rejections.append(RejectionCount(reason: reason.rawValue, count: 0, samples: []))
      place = rejections.count - 1
    }
    rejections[place].count += 1
    if rejections[place].samples.count < Self.samplesPerReason {
      rejections[place].samples.append(RejectedLine(line: line, text: String(decoding: text, as: UTF8.self)))
    }
  }

  /// Looks for a clock that ran backwards; log lines are written at the end of a request, so small steps are usual.
  mutating func watchClock(_ batch: EventBatch, from first: Int) {
    let times = batch.column(.time)
    var last = Int64.min
    for row in first..<batch.count where times[row] != EventBatch.absentCell {
      let time = Int64(bitPattern: times[row])
      if time < last { clockBack.take(ClockStep(nanoseconds: last &- time, line: Int(batch.lines[row].number))) }
      last = time
    }
  }
}

/// The largest step back in time between two neighbouring rows of an input, and the line where it happened.
struct ClockStep {
  var nanoseconds: Int64 = 0
  var line = 0

  /// Requests are logged when they end and stamped when they begin: smaller steps are how a busy log looks.
  var isNotable: Bool { nanoseconds > 300_000_000_000 }

  var words: String { "the clock runs backwards, by \(nanoseconds / 1_000_000_000) s at line \(line)" }

  /// Keeps the larger step, the earlier of two that are as large: the same whatever the order of batches.
  mutating func take(_ other: ClockStep) {
    if (other.nanoseconds, -other.line) > (nanoseconds, -line) { self = other }
  }
}
