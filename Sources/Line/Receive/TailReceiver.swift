import Foundation
import Records
import Synchronization

/// Follows files, and all plain files of directories, as they grow.
///
/// Each file is a stream of its own; where it stands is kept with its lines in one piece, so that after a stop at any
/// instant no line is missing and none comes twice.
package final class TailReceiver: Receiver {
  /// Keeps lines of a stream together with the mark behind them.
  package typealias KeepMarked = @Sendable (_ stream: String, _ lines: [UInt8], _ mark: DeliveryMark) throws -> Void

  private let paths: [String]
  private let lastMark: @Sendable (_ stream: String) -> DeliveryMark?
  private let keep: KeepMarked
  private let state = Mutex(State())
  private let finished = DispatchSemaphore(value: 0)
  private let isOver = Atomic<Bool>(false)

  private struct State {
    var isRunning = false
    var counts = ReceiveCounts()
  }

  private static let pauseMicroseconds: UInt32 = 100_000
  /// Looks for new files in directories are this many pauses apart.
  private static let looks = 10
  private static let pieceBytes = 1 << 20

  package init(
    _ paths: [String], lastMark: @escaping @Sendable (_ stream: String) -> DeliveryMark?, keep: @escaping KeepMarked
  ) {
    self.paths = paths
    self.lastMark = lastMark
    self.keep = keep
  }

  package var place: String { "files: \(paths.joined(separator: ", "))" }
  package var counts: ReceiveCounts { state.withLock { $0.counts } }

  package func start() throws(ReceiveError) {
    for path in paths where access(path, R_OK) != 0 && errno != ENOENT {
      throw ReceiveError(what: "cannot follow", place: path, code: errno)
    }
    state.withLock { $0.isRunning = true }
    Thread.detachNewThread { [self] in
      follow()
      finished.signal()
    }
  }

  package func stop() {
    guard state.withLock({ $0.isRunning }), !isOver.exchange(true, ordering: .relaxed) else { return }
    finished.wait()
  }

  /// The stream's name for a file: its own name as far as names go, and a hash of its whole path.
  package static func stream(for path: String) -> String {
    let name = (path.split(separator: "/").last ?? "file").utf8.prefix(40)
      .map { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x2E ? $0 : UInt8(ascii: "_") }
    let hash = SHA256(of: Array(path.utf8)).description.prefix(8)
    return "tail-\(String(decoding: name, as: UTF8.self))-\(hash)"
  }

  private func follow() {
    var files: [String: TailedFile] = [:]
    var turn = 0
    // One last look after the word to stop, so that what was written before it is taken.
    while true {
      let isLast = isOver.load(ordering: .relaxed)
      if turn % Self.looks == 0 { look(&files) }
      turn += 1
      var isBusy = false
      for file in files.values.sorted(by: { $0.path < $1.path }) where take(file) { isBusy = true }
      if isLast { return }
      if !isBusy { usleep(Self.pauseMicroseconds) }
    }
  }

  /// Finds files that are to be followed and are not yet.
  private func look(_ files: inout [String: TailedFile]) {
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
      let found = isFolder.boolValue ? Self.logs(in: path) : [path]
      for file in found where files[file] == nil {
        files[file] = TailedFile(file, after: lastMark(Self.stream(for: file)))
      }
    }
  }

  private static func logs(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") && !isRotated($0) }.map { folder + "/" + $0 }
  }

  /// Whether a name says that its file was turned over and grows no more: `access.log.1`, `access.log-20260514`,
  /// `access.log.2.gz`.
  static func isRotated(_ name: String) -> Bool {
    if [".gz", ".zst", ".bz2", ".xz"].contains(where: { name.hasSuffix($0) }) { return true }
    guard let cut = name.lastIndex(where: { $0 == "." || $0 == "-" }) else { return false }
    let rest = name[name.index(after: cut)...]
    return !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Takes the next piece of one file; whether there was one.
  private func take(_ file: TailedFile) -> Bool {
    let before = file.mark
    guard let lines = file.next(limit: Self.pieceBytes) else { return false }
    do {
      try keep(Self.stream(for: file.path), lines, file.mark)
    } catch {
      // The disk refused them: they are still in the file.
      file.rewind(to: before)
      return false
    }
    state.withLock { state in
      state.counts.bytes += lines.count
      state.counts.messages += lines.count { $0 == 0x0A }
    }
    return true
  }
}
