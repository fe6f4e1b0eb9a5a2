import Foundation
import Glibc

/// A path that a person gave, or a file found below a folder that was given.
struct FoundInput {
  var path: String
  /// Last change, seconds since 1970; now for streams.
  var modified: Int64
  /// Bytes on disk; nil for streams.
  var size: Int?
  /// Whether it can be opened and read again from its start.
  var isRepeatable: Bool
  var remarks: [String] = []
  var failure: InputFailure?

  /// All inputs below `paths`: folders are walked in the order of names, without hidden files and symbolic loops.
  static func all(in paths: [String]) -> [FoundInput] {
    var found: [FoundInput] = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      if path == "-" {
        found.append(FoundInput(path: path, modified: Int64(time(nil)), size: nil, isRepeatable: false))
      } else {
        visit(path, isGiven: true, &found, &seen)
      }
    }
    return found
  }

  private static func visit(
    _ path: String, isGiven: Bool, _ found: inout [FoundInput], _ seen: inout Set<FileIdentity>
  ) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let words = "cannot be read: \(systemWords(errno))"
      found.append(
        FoundInput(path: path, modified: 0, size: 0, isRepeatable: true, failure: InputFailure(words: words)))
      return
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR {
      guard seen.insert(FileIdentity(status)).inserted else { return }
      visitFolder(path, &found, &seen)
      return
    }
    let isFile = kind == S_IFREG
    // A file that two paths lead to would be counted twice.
    if isFile, !seen.insert(FileIdentity(status)).inserted { return }
    found.append(
      FoundInput(
        path: path, modified: isFile ? Int64(status.st_mtim.tv_sec) : Int64(time(nil)),
        size: isFile ? Int(status.st_size) : nil, isRepeatable: isFile))
  }

  private static func visitFolder(_ path: String, _ found: inout [FoundInput], _ seen: inout Set<FileIdentity>) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      let failure = InputFailure(words: "cannot be listed: \(systemWords(errno))")
      found.append(FoundInput(path: path, modified: 0, size: 0, isRepeatable: true, failure: failure))
      return
    }
    let hidden = names.count { $0.hasPrefix(".") }
    let first = found.count
    for name in names where !name.hasPrefix(".") {
      visit(path.hasSuffix("/") ? path + name : path + "/" + name, isGiven: false, &found, &seen)
    }
    if hidden > 0, found.count > first {
      found[first].remarks.append("\(hidden) hidden \(hidden == 1 ? "file" : "files") beside it left out")
    }
  }
}

/// What makes a file the same file under another name.
private struct FileIdentity: Hashable {
  let device: UInt
  let inode: UInt

  init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}
