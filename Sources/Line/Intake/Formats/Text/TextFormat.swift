import Model

/// Free text of any program: kept as a host's message, with the log-in or request that its words tell of.
///
/// The last resort, so it is careful with what it takes: a line has to tell of a log-in or a request together with an
/// address, or, where messages are taken, to have a time near its beginning. A broken line of an access log is neither.
package struct TextFormat: LogFormat {
  package let name = "text"
  package let fields: [EventField] = [
    .time, .eventClass, .ipSource, .sourcePort, .method, .scheme, .host, .uri, .path, .query, .status, .account,
    .authOutcome, .service, .message, .logLevel, .action, .ipDestination, .ipProtocol, .destinationPort,
    .udpSourcePort, .udpDestinationPort,
  ]
  package var standsAmongText: Bool { true }
  /// Whether any message with a time is taken, not only what tells of a log-in or a request.
  let takesMessages: Bool
  private let place = DecodeScratch.MemoryPlace()

  init(takesMessages: Bool) { self.takesMessages = takesMessages }

  /// A text that decodes whole is this format only when nothing else fits.
  package func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    min(sample.share(decodedBy: self, scratch) / 10, 9)
  }

  package func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    scratch.withClock { TimeFinder.find(record, $0)?.time }
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let ranks = scratch.memory(at: place) { RankMemory() }.ranks
    let line = batch.bytes(record.slice)
    let isUsed = scratch.withClock { clock -> Bool in
      var writer = CellWriter(batch, budget: line.count, clock: clock, ranks: ranks)
      defer { batch.arena.advance(writer.out - batch.arena.end) }
      return read(line, &writer, clock)
    }
    guard isUsed else {
      batch.abandonRow()
      return .unknownShape
    }
    batch.commitRow(record)
    return nil
  }

  private func read(
    _ line: UnsafeBufferPointer<UInt8>, _ writer: inout CellWriter, _ clock: UnsafeMutablePointer<TimeParser>
  ) -> Bool {
    if Self.isAccessLine(line) || Self.isBinary(line) { return false }
    let stamp = TimeFinder.find(line, clock)
    if let stamp { writer.set(.time, stamp.time) }
    let tells = writer.readText(line, mayHoldRequest: true)
    let isMessage = takesMessages && stamp.map { Self.leads(line, $0.start) } ?? false
    guard isMessage || tells && !writer.address.pointee.isAbsent else { return false }
    let header = SyslogHeader(line, behind: stamp?.end)
    if let service = header.service { _ = writer.text(.service, service) }
    _ = writer.text(.message, header.message)
    writer.settleTarget()
    let isRequest = writer.isAbsent(.authOutcome) && !writer.isAbsent(.status) && !writer.isAbsent(.uri)
    if writer.isAbsent(.eventClass) { writer.set(.eventClass, (isRequest ? RecordClass.http : .host).place) }
    return true
  }

  /// Whether little but marks, a level or a name stands before the time, or it is named by its key: lines of access logs
  /// are otherwise.
  private static func leads(_ line: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    start <= 60 && !line[..<start].contains(0x22) || line[..<start].suffix(4).elementsEqual("ime=".utf8)
  }

  /// An address, two words and a time in brackets: an access log's line, which has formats of its own.
  private static func isAccessLine(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let blank = line.prefix(46).firstIndex(of: 0x20), blank > 1, blank + 3 < line.count,
      IPAddress(parsing: UnsafeBufferPointer(rebasing: line[..<blank])) != nil
    else { return false }
    return line[blank...].prefix(80).contains(0x5b)
  }

  /// Also a record of several lines, which some other format cut: that is no sentence.
  private static func isBinary(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.prefix(200).contains { $0 < 9 || $0 == 0x0a }
  }
}

/// The ranks of a format whose fields never compete: all zero.
final class RankMemory {
  let ranks: UnsafeMutablePointer<UInt8>

  init() {
    ranks = .allocate(capacity: 128)
    ranks.initialize(repeating: 0, count: 128)
  }

  deinit { ranks.deallocate() }
}

/// What stands between a line's time and its message: `host program[pid]: `.
struct SyslogHeader {
  var service: UnsafeBufferPointer<UInt8>?
  var message: UnsafeBufferPointer<UInt8>

  /// Looks behind the time that ended at `end`; without one the whole line is the message.
  init(_ line: UnsafeBufferPointer<UInt8>, behind end: Int?) {
    message = line
    guard let end, end < line.count else { return }
    var rest = UnsafeBufferPointer(rebasing: line[end...])
    message = trimmed(rest)
    // The host's name, then the program's with a number or colon behind.
    rest = trimmed(rest)
    guard let blank = rest.firstIndex(of: 0x20) else { return }
    let program = UnsafeBufferPointer(rebasing: rest[(blank + 1)...])
    guard let stop = program.prefix(64).firstIndex(where: { !Self.isName($0) }), stop > 1,
      rest[..<blank].allSatisfy({ Self.isName($0) || $0 == 0x3a })
    else { return }
    var at = stop
    if program[at] == 0x5b {
      guard let close = program[at...].prefix(24).firstIndex(of: 0x5d) else { return }
      at = close + 1
    }
    guard at + 1 < program.count, program[at] == 0x3a, program[at + 1] == 0x20 else { return }
    service = UnsafeBufferPointer(rebasing: program[..<stop])
    message = UnsafeBufferPointer(rebasing: program[(at + 2)...])
  }

  private static func isName(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2d || byte == 0x5f || byte == 0x2e || byte == 0x2f
  }
}
