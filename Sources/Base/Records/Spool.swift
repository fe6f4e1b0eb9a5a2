import Foundation
import Model
import Synchronization

/// Bounds of the spool.
package struct SpoolLimits: Sendable {
  /// A segment that is larger, or older, is followed by a new one.
  package var segmentBytes = 64 << 20
  package var segmentSeconds = 3_600

  package init() {}
}

/// Everything that receivers accepted, on disk in the order of arrival, until it is too old.
///
/// A receiver acknowledges what `append` has returned for: from then on a stop at any instant does not lose it. Appends
/// of many threads share one commit. Files are zstd, one folder for each customer and stream.
package final class Spool: @unchecked Sendable {
  package let folder: String
  /// What the last stop had left and was put right when the spool was opened, in words.
  package let repairs: [String]
  private let limits: SpoolLimits
  // Streams are changed by the commit alone, one group at a time, and read by others: guarded.
  private let streams: Mutex<Streams>
  private var commits: GroupCommit<SpoolItem>!
  // Guarded by the commit.
  private var nextSequence: UInt64

  private struct Streams: @unchecked Sendable { var files: [StreamName: StreamFile] = [:] }

  private struct StreamName: Hashable {
    let customer: String
    let stream: String
  }

  /// Opens the spool below `data`. Errors: a folder or file that cannot be read, or cannot be repaired.
  package init(data: String, limits: SpoolLimits = SpoolLimits()) throws(WorldError) {
    folder = data + "/spool"
    self.limits = limits
    try makeFolder(folder)
    var repairs: [String] = []
    var found = Streams()
    for customer in Self.folders(in: folder) {
      for stream in Self.folders(in: folder + "/" + customer) {
        let file = try StreamFile(folder + "/\(customer)/\(stream)", limits: limits, repairs: &repairs)
        found.files[StreamName(customer: customer, stream: stream)] = file
      }
    }
    self.repairs = repairs
    nextSequence = (found.files.values.compactMap { $0.segments.last?.last }.max() ?? 0) + 1
    streams = Mutex(found)
    commits = GroupCommit { [unowned self] items throws(WorldError) in self.commit(items) }
  }

  private static func folders(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Whether a word can name a customer or stream: letters, digits, `-`, `_` and `.`, not at the front, at most 64.
  package static func isName(_ word: some StringProtocol) -> Bool {
    !word.isEmpty && word.utf8.count <= 64 && word.first != "."
      && word.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
  }

  /// Keeps lines; durable when this returns. The delivery as it was kept, nil where there was no line in it.
  ///
  /// Errors: the disk is full or fails; nothing was kept then, and the sender may try again.
  package func append(
    customer: String, stream: String, lines: [UInt8], mark: DeliveryMark = DeliveryMark()
  ) throws(WorldError) -> Delivery? {
    if lines.isEmpty { return nil }
    precondition(Self.isName(customer) && Self.isName(stream), "a stream's name is checked where it comes from")
    var lines = lines
    // Two deliveries must never share a line.
    if lines.last != 0x0A { lines.append(0x0A) }
    return try keep(SpoolItem(customer: customer, stream: stream, lines: lines, mark: mark))
  }

  /// Keeps records of a binary stream, `count` of them; durable when this returns.
  ///
  /// A segment begins with `opening` and its `openingCount` records, so that it can be read without those before it.
  /// Errors: as for lines.
  package func append(
    customer: String, stream: String, records: [UInt8], count: Int, opening: [UInt8], openingCount: Int
  ) throws(WorldError) -> Delivery {
    precondition(Self.isName(customer) && Self.isName(stream), "a stream's name is checked where it comes from")
    let item = SpoolItem(
      customer: customer, stream: stream, records: records, count: count, opening: (opening, openingCount))
    return try keep(item)
  }

  private func keep(_ item: SpoolItem) throws(WorldError) -> Delivery {
    try commits.submit(item)
    if let failure = item.failure { throw failure }
    return Delivery(
      sequence: item.sequence, arrival: item.arrival, customer: item.customer, stream: item.stream, lines: item.lines,
      segment: item.place.segment, firstLine: item.place.line)
  }

  /// Each stream's part is kept or refused by itself.
  private func commit(_ items: [SpoolItem]) {
    let now = Journal.now()
    let groups = Dictionary(grouping: items) { StreamName(customer: $0.customer, stream: $0.stream) }
    for (name, group) in groups where streams.withLock({ $0.files[name]?.beginsSegment(at: now) ?? true }) {
      group[0].open()
    }
    for item in items {
      item.pack(sequence: nextSequence, arrival: now)
      nextSequence += 1
    }
    streams.withLock { streams in
      for (name, group) in groups {
        do throws(WorldError) {
          try file(name, in: &streams).append(group)
        } catch {
          for item in group { item.failure = error }
        }
      }
    }
  }

  private func file(_ name: StreamName, in streams: inout Streams) throws(WorldError) -> StreamFile {
    if let file = streams.files[name] { return file }
    var repairs: [String] = []
    let file = try StreamFile(folder + "/\(name.customer)/\(name.stream)", limits: limits, repairs: &repairs)
    try syncFolder(folder)
    try syncFolder(folder + "/\(name.customer)")
    streams.files[name] = file
    return file
  }

  /// The mark of a stream's last delivery; nil where it has none.
  package func mark(customer: String, stream: String) -> DeliveryMark? {
    streams.withLock { $0.files[StreamName(customer: customer, stream: stream)]?.segments.last?.mark }
  }

  /// The sequence from which on everything that arrived since `time` lies, as far as it is still here.
  package func sequence(arrivedSince time: Int64) -> UInt64 {
    streams.withLock { streams in
      streams.files.values.flatMap(\.segments).filter { $0.closed >= time }.map(\.first).min() ?? .max
    }
  }

  /// The files that hold what arrived for a customer within a span of time, each stream's in order.
  package func segments(of customer: String, arrived: ClosedRange<Int64>? = nil) -> [String] {
    streams.withLock { streams in
      streams.files.filter { $0.key.customer == customer }.sorted { $0.key.stream < $1.key.stream }
        .flatMap { $0.value.segments }
        .filter { arrived == nil || $0.closed >= arrived!.lowerBound && $0.opened <= arrived!.upperBound }
        .map(\.path)
    }
  }

  /// Hands out the deliveries of a stream's last segment, in order; those that can no longer be read are left out.
  package func eachDelivery(
    ofLastSegmentOf customer: String, _ stream: String, _ body: ([UInt8]) -> Void
  ) throws(WorldError) {
    let last = streams.withLock { $0.files[StreamName(customer: customer, stream: stream)]?.segments.last }
    guard let last else { return }
    let cursor = SpoolCursor(customer, stream, [last.path], from: 0)
    try cursor.advance()
    while let delivery = cursor.next {
      body(delivery.lines)
      try cursor.advance()
    }
  }

  /// Removes whole segments whose last delivery arrived before `time`; their paths, customer by customer, and the
  /// sequence of the last delivery that went with them.
  package func expire(before time: Int64) -> [(customer: String, paths: [String], last: UInt64)] {
    streams.withLock { streams in
      streams.files.map { name, file in
        let gone = file.expire(before: time)
        return (name.customer, gone.map(\.path), gone.last?.last ?? 0)
      }.filter { !$0.1.isEmpty }
    }
  }

  /// The last delivery that was kept for a customer, 0 where there is none; all before it are kept or were refused.
  package func lastSequence(of customer: String) -> UInt64 {
    streams.withLock { streams in
      streams.files.lazy.filter { $0.key.customer == customer }.compactMap { $0.value.segments.last?.last }.max() ?? 0
    }
  }

  /// Where the segments of a customer begin that hold deliveries behind `sequence`.
  package func beginning(of customer: String, behind sequence: UInt64) -> UInt64 {
    streams.withLock { streams in
      streams.files.lazy.filter { $0.key.customer == customer }.flatMap { $0.value.segments }
        .filter { $0.last > sequence }.map(\.first).min() ?? .max
    }
  }

  /// Hands out what was kept from `sequence` on, in the order of arrival; a delivery whose bytes were damaged later is
  /// left out and counted in the answer. Of one customer or of all, up to `last`, as long as `goesOn`.
  package func replay(
    from sequence: UInt64, through last: UInt64 = .max, of customer: String? = nil, while goesOn: () -> Bool = { true },
    _ body: (Delivery) -> Void
  ) throws(WorldError) -> Int {
    let files = streams.withLock { streams in
      streams.files.filter { customer == nil || $0.key.customer == customer }
        .map { (name: $0.key, segments: $0.value.segments.filter { $0.last >= sequence }) }
    }
    var cursors: [SpoolCursor] = []
    for file in files where !file.segments.isEmpty {
      cursors.append(SpoolCursor(file.name.customer, file.name.stream, file.segments.map(\.path), from: sequence))
    }
    for cursor in cursors { try cursor.advance() }
    while let cursor = cursors.filter({ $0.next != nil }).min(by: { $0.next!.sequence < $1.next!.sequence }) {
      guard cursor.next!.sequence <= last, goesOn() else { break }
      body(cursor.next!)
      try cursor.advance()
    }
    return cursors.reduce(0) { $0 + $1.damaged }
  }
}

/// One delivery on its way to the disk.
final class SpoolItem: @unchecked Sendable {
  let customer: String
  let stream: String
  private(set) var lines: [UInt8]
  private(set) var lineCount: Int
  let mark: DeliveryMark
  private let opening: (bytes: [UInt8], count: Int)
  var sequence: UInt64 = 0
  var arrival: Int64 = 0
  var packed: [UInt8] = []
  var place = (segment: "", line: 0)
  var failure: WorldError?

  init(customer: String, stream: String, lines: [UInt8], mark: DeliveryMark) {
    self.mark = mark
    self.customer = customer
    self.stream = stream
    self.lines = lines
    lineCount = lines.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    opening = ([], 0)
  }

  init(customer: String, stream: String, records: [UInt8], count: Int, opening: (bytes: [UInt8], count: Int)) {
    mark = DeliveryMark()
    self.customer = customer
    self.stream = stream
    lines = records
    lineCount = count
    self.opening = opening
  }

  /// Puts in front what a segment begins with.
  func open() {
    if opening.count == 0 { return }
    lines = opening.bytes + lines
    lineCount += opening.count
  }

  func pack(sequence: UInt64, arrival: Int64) {
    self.sequence = sequence
    self.arrival = arrival
    packed = DeliveryFrame.bytes(sequence: sequence, arrival: arrival, lines: lines, lineCount: lineCount, mark: mark)
  }
}
