import Foundation
import Records

/// One file that grows: gives the whole lines that were added, over rotation, truncation and copies.
///
/// It is the same file while its inode is the same and its first bytes are: an inode number alone is used again soon.
final class TailedFile {
  let path: String
  private var descriptor: Int32 = -1
  private var inode: UInt64 = 0
  private var print: UInt64 = 0
  private var printedBytes = 0
  private(set) var offset = 0

  /// A line longer than this is handed over in pieces.
  static let pieceBytes = 1 << 20
  private static let printBytes = 256

  /// Goes on behind `mark`: in the file itself, or in the one beside it that the file was renamed to meanwhile, and then
  /// in the file. Begins at the beginning where the mark fits neither.
  init(_ path: String, after mark: DeliveryMark?) {
    self.path = path
    guard let mark else { return }
    if open(path), resume(at: mark) { return }
    let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      var status = stat()
      let other = folder + "/" + name
      guard other != path, stat(other, &status) == 0, UInt64(status.st_ino) == mark.source else { continue }
      if open(other), resume(at: mark) { return }
    }
    shut()
  }

  /// Takes up a mark if the open file is the one it speaks of.
  private func resume(at mark: DeliveryMark) -> Bool {
    let printed = Int(min(mark.offset, UInt64(Self.printBytes)))
    guard mark.source == inode, mark.offset <= UInt64(size), fingerprint(of: printed) == mark.print else {
      return false
    }
    (offset, print, printedBytes) = (Int(mark.offset), mark.print, printed)
    return true
  }

  private func shut() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  deinit { shut() }

  /// The place behind what was read.
  var mark: DeliveryMark { DeliveryMark(source: inode, print: print, offset: UInt64(offset)) }

  /// Whole lines behind the last ones, about `limit` bytes at most; nil where there are none.
  func next(limit: Int) -> [UInt8]? {
    if descriptor < 0, !open(path) { return nil }
    if size < offset || !isStillItself { startOver() }
    if let lines = read(limit, isEnded: false) { return lines }
    guard wasReplaced else { return nil }
    // What was written between the last look and the rotation, with or without a line end.
    if let rest = read(limit, isEnded: true) { return rest }
    startOver()
    return open(path) ? read(limit, isEnded: false) : nil
  }

  /// Takes back a read whose lines could not be kept.
  func rewind(to mark: DeliveryMark) {
    guard mark.source == inode else { return }
    offset = Int(mark.offset)
    print = mark.print
    printedBytes = min(offset, Self.printBytes)
  }

  private func startOver() {
    offset = 0
    print = 0
    printedBytes = 0
  }

  private func open(_ path: String) -> Bool {
    shut()
    descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      shut()
      return false
    }
    inode = UInt64(status.st_ino)
    return true
  }

  private var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Whether the name leads to another file now.
  private var wasReplaced: Bool {
    var status = stat()
    return stat(path, &status) == 0 && UInt64(status.st_ino) != inode
  }

  /// Whether the beginning is what it was: a file that was emptied and refilled past the old place is another.
  private var isStillItself: Bool { printedBytes == 0 || fingerprint(of: printedBytes) == print }

  private func fingerprint(of count: Int) -> UInt64 {
    var bytes = [UInt8](repeating: 0, count: count)
    guard pread(descriptor, &bytes, count, 0) == count else { return 0 }
    return SHA256(of: bytes).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func read(_ limit: Int, isEnded: Bool) -> [UInt8]? {
    let wanted = min(limit, size - offset)
    guard wanted > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: wanted)
    let count = pread(descriptor, &bytes, wanted, off_t(offset))
    guard count > 0 else { return nil }
    bytes.removeLast(wanted - count)
    if let end = bytes.lastIndex(of: 0x0A) {
      bytes.removeLast(bytes.count - end - 1)
    } else if !isEnded, bytes.count < Self.pieceBytes {
      return nil
    }
    offset += bytes.count
    if printedBytes < Self.printBytes {
      printedBytes = min(offset, Self.printBytes)
      print = fingerprint(of: printedBytes)
    }
    return bytes
  }
}
