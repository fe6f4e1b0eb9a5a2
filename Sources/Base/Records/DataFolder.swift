import Foundation
import Model

/// The one folder in which an installation keeps everything; held by one process at a time.
package final class DataFolder: Sendable {
  package let path: String
  private let lock: Int32

  /// Makes the folder where it is missing and takes it for this process.
  ///
  /// Errors: it cannot be made or written, or another process has it.
  package init(_ path: String) throws(WorldError) {
    self.path = path
    try makeFolder(path)
    let file = path + "/lock"
    lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw WorldError(what: "the data folder cannot be used", place: path, code: errno) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
      close(lock)
      throw WorldError(
        what: "the data folder is in use", place: path,
        why: "another weir\(holder.flatMap { $0.isEmpty ? nil : " (process \($0))" } ?? "") works on it",
        retryHelps: true)
    }
    ftruncate(lock, 0)
    let words = Array("\(getpid())\n".utf8)
    _ = words.withUnsafeBytes { write(lock, $0.baseAddress, $0.count) }
  }

  /// Lets another process have the folder.
  package func release() { flock(lock, LOCK_UN) }

  deinit { close(lock) }
}

/// Makes a folder, with its parents, that only its owner reads.
func makeFolder(_ path: String) throws(WorldError) {
  do {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  } catch {
    throw WorldError(what: "a folder cannot be made", place: path, why: "\(error.localizedDescription)")
  }
}
