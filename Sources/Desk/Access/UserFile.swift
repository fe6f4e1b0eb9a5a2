import Foundation
import Model
import Records
import Synchronization

/// The users of an installation, in a file of its data folder that only its owner reads.
///
/// `weir user` writes it whole, under a lock, while a floor may be running, which reads it again when it has changed.
package final class UserFile: Sendable {
  package let path: String
  private let known = Mutex(Known())

  private struct Known: Sendable {
    var users: [User] = []
    var print: [Int64] = []
  }

  package init(folder: String) { path = folder + "/users.json" }

  /// The users as the file has them now. Cost: one look at the file where it did not change.
  ///
  /// Errors: it cannot be read or understood; nobody signs in then.
  package func users() throws(WorldError) -> [User] {
    let print = Self.print(of: path)
    if let users = known.withLock({ $0.print == print && !print.isEmpty ? $0.users : nil }) { return users }
    if print.isEmpty { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw WorldError(what: "the users cannot be read", place: path, why: String(cString: strerror(errno)))
    }
    do {
      let users = try JSONDecoder().decode([User].self, from: data)
      known.withLock { $0 = Known(users: users, print: print) }
      return users
    } catch {
      throw WorldError(what: "the users cannot be read", place: path, why: "the file is not what was written")
    }
  }

  /// Changes the list in one step, one process at a time. Errors: the file cannot be read or replaced; `change`'s own.
  package func edit(_ change: (inout [User]) throws -> Void) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw refused(errno) }
    defer { close(lock) }
    guard flock(lock, LOCK_EX) == 0 else { throw refused(errno) }
    var users = try users()
    try change(&users)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = Array(try encoder.encode(users.sorted { $0.name < $1.name }))
    let fresh = path + ".new"
    let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw refused(errno) }
    let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    close(file)
    guard isWritten, rename(fresh, path) == 0 else { throw refused(errno) }
  }

  private func refused(_ code: Int32) -> WorldError {
    WorldError(what: "the users cannot be written", place: path, why: String(cString: strerror(code)))
  }

  /// What tells one state of the file from another; empty where there is none.
  private static func print(of path: String) -> [Int64] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return [
      Int64(bitPattern: UInt64(status.st_ino)), Int64(status.st_size), Int64(status.st_mtim.tv_sec),
      Int64(status.st_mtim.tv_nsec),
    ]
  }
}
