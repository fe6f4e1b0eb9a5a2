import Foundation
import Model
import Records
import Synchronization

/// Follows files, and all plain files of directories, as they grow.
///
/// Each file is a stream of its own; where it stands is kept with its lines in one piece, so that after a stop at any
/// instant no line is missing and none comes twice.
package final class TailReceiver: Receiver {
  private let paths: [String]
  private let lastMark: @Sendable (_ stream: String) -> DeliveryMark?
  private let keep: KeepMarked
  private let thread = ReceiverThread()

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
  package var counts: ReceiveCounts { thread.counts }

  package func start() throws(WorldError) {
    for path in paths where access(path, R_OK) != 0 && errno != ENOENT {
      throw WorldError(what: "cannot follow", place: path, code: errno)
    }
    thread.begin { [self] in follow() }
  }

  package func stop() { thread.end() }

  /// The stream's name for a file: its own name as far as names go, and a hash of its whole path.
  package static func stream(for path: String) -> String {
    streamName("tail", path.split(separator: "/").last ?? "file", of: path)
  }

  private func follow() {
    var files: [String: TailedFile] = [:]
    var turn = 0
    // One last look after the word to stop, so that what was written before it is taken.
    while true {
      let isLast = thread.isOver
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
    thread.count { counts in
      counts.bytes += lines.count
      counts.messages += lines.count { $0 == 0x0A }
    }
    return true
  }
}
