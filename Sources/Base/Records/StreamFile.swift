import Foundation
import Model

/// The growing end of one stream's spool: appends deliveries and makes them durable, many in one go.
///
/// Belongs to the spool's commit, one thread at a time.
final class StreamFile {
  let folder: String
  private(set) var segments: [Segment]
  private var descriptor: Int32 = -1
  private let limits: SpoolLimits

  /// Takes up the files that are there. `repairs` gets a sentence about each that had to be cut.
  init(_ folder: String, limits: SpoolLimits, repairs: inout [String]) throws(WorldError) {
    self.folder = folder
    self.limits = limits
    try makeFolder(folder)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    segments = []
    for name in names {
      if let segment = try Segment(existing: folder + "/" + name, checks: name == names.last) {
        segments.append(segment)
      }
    }
    if let tail = segments.last { try cut(tail, &repairs) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Takes away what a stop in the middle of writing left behind the last whole delivery; nobody was told it is kept.
  private func cut(_ tail: Segment, _ repairs: inout [String]) throws(WorldError) {
    var status = stat()
    guard stat(tail.path, &status) == 0 else { return }
    let rest = Int(status.st_size) - tail.bytes
    guard rest > 0 else { return }
    guard truncate(tail.path, off_t(tail.bytes)) == 0 else {
      throw WorldError(what: "a segment cannot be repaired", place: tail.path, code: errno)
    }
    repairs.append("\(tail.path): \(rest) bytes of a delivery that was never acknowledged were cut off")
    if tail.bytes == 0 {
      unlink(tail.path)
      segments.removeLast()
    }
  }

  /// Appends packed deliveries and returns when they are on the disk; where each lies is told by segment and first line.
  ///
  /// Errors: nothing of them is kept then.
  func append(_ items: [SpoolItem]) throws(WorldError) {
    guard let first = items.first else { return }
    try beginSegment(first.sequence, first.arrival)
    var segment = segments[segments.count - 1]
    var bytes: [UInt8] = []
    for item in items {
      item.place = (segment.path, segment.lines + 1)
      bytes += item.packed
      segment.lines += item.lineCount
      segment.last = item.sequence
      segment.closed = item.arrival
      segment.mark = item.mark
    }
    do throws(WorldError) {
      try write(bytes, at: segment.bytes, segment.path)
    } catch {
      // What was written of it must not look like a delivery after the next start.
      ftruncate(descriptor, off_t(segment.bytes))
      throw error
    }
    segment.bytes += bytes.count
    segments[segments.count - 1] = segment
  }

  /// Whether what is appended at this time goes into a new segment.
  func beginsSegment(at now: Int64) -> Bool {
    guard let tail = segments.last else { return true }
    return tail.bytes >= limits.segmentBytes || now &- tail.opened >= Int64(limits.segmentSeconds) * 1_000_000_000
  }

  private func beginSegment(_ sequence: UInt64, _ now: Int64) throws(WorldError) {
    if !beginsSegment(at: now), let tail = segments.last {
      if descriptor < 0 { descriptor = try openFile(tail.path) }
      return
    }
    let path = Segment.path(folder, first: sequence)
    let fresh = try openFile(path)
    if descriptor >= 0 { close(descriptor) }
    descriptor = fresh
    try syncFolder(folder)
    segments.append(Segment(new: path, first: sequence, at: now))
  }

  private func openFile(_ path: String) throws(WorldError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw WorldError(what: "a delivery cannot be kept", place: path, code: errno) }
    return file
  }

  private func write(_ bytes: [UInt8], at place: Int, _ path: String) throws(WorldError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + written, bytes.count - written, off_t(place + written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw WorldError(what: "a delivery cannot be kept", place: path, code: errno) }
      written += count
    }
    guard fdatasync(descriptor) == 0 else {
      throw WorldError(what: "a delivery cannot be kept", place: path, code: errno)
    }
  }

  /// Removes whole segments that ended before `time`, never the one being written; those that are gone.
  func expire(before time: Int64) -> [Segment] {
    var gone: [Segment] = []
    while segments.count > 1, segments[0].closed < time, unlink(segments[0].path) == 0 {
      gone.append(segments.removeFirst())
    }
    return gone
  }
}

/// Makes the names in a folder durable.
func syncFolder(_ path: String) throws(WorldError) {
  let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard folder >= 0 else { throw WorldError(what: "a folder cannot be used", place: path, code: errno) }
  defer { close(folder) }
  guard fsync(folder) == 0 else { throw WorldError(what: "a folder cannot be used", place: path, code: errno) }
}
