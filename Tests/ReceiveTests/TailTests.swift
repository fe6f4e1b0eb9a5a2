import Foundation
import Records
import Testing

@testable import Receive

@Suite("Tail")
struct TailTests {
  /// Reads a file to its end.
  private func read(_ file: TailedFile) -> String {
    var text = ""
    while let lines = file.next(limit: 1 << 20) { text += String(decoding: lines, as: UTF8.self) }
    return text
  }

  @Test("whole lines come once, a half one when it is whole")
  func grows() throws {
    let folder = try TemporaryFolder()
    let file = TailedFile(folder / "a.log", after: nil)
    #expect(read(file) == "")
    append("one\ntwo\nhal", to: folder / "a.log")
    #expect(read(file) == "one\ntwo\n")
    append("f\n", to: folder / "a.log")
    #expect(read(file) == "half\n")
    #expect(read(file) == "")
  }

  @Test("a renamed file is read to its end, then the new one from its beginning")
  func rotation() throws {
    let folder = try TemporaryFolder()
    let file = TailedFile(folder / "a.log", after: nil)
    append("one\n", to: folder / "a.log")
    #expect(read(file) == "one\n")
    rename(folder / "a.log", folder / "a.log.1")
    append("late", to: folder / "a.log.1")
    #expect(read(file) == "")
    append("two\n", to: folder / "a.log")
    #expect(read(file) == "latetwo\n")
  }

  @Test("a file that was emptied, and one that was refilled past the old place, are read from the beginning")
  func copytruncate() throws {
    let folder = try TemporaryFolder()
    let file = TailedFile(folder / "a.log", after: nil)
    append("one\ntwo\n", to: folder / "a.log")
    #expect(read(file) == "one\ntwo\n")
    truncate(folder / "a.log", 0)
    append("3\n", to: folder / "a.log")
    #expect(read(file) == "3\n")
    truncate(folder / "a.log", 0)
    append("four and much longer\n", to: folder / "a.log")
    #expect(read(file) == "four and much longer\n")
  }

  @Test("after a stop reading goes on behind the mark, also where the file was renamed meanwhile")
  func resumes() throws {
    let folder = try TemporaryFolder()
    append("one\ntwo\n", to: folder / "a.log")
    let first = TailedFile(folder / "a.log", after: nil)
    #expect(read(first) == "one\ntwo\n")
    append("three\n", to: folder / "a.log")
    #expect(read(TailedFile(folder / "a.log", after: first.mark)) == "three\n")
    rename(folder / "a.log", folder / "a.log.1")
    append("four\n", to: folder / "a.log")
    #expect(read(TailedFile(folder / "a.log", after: first.mark)) == "three\nfour\n")
    // An inode that is used again for another file is not the old file.
    let stranger = DeliveryMark(source: first.mark.source, print: first.mark.print &+ 1, offset: first.mark.offset)
    #expect(read(TailedFile(folder / "a.log.1", after: stranger)) == "one\ntwo\nthree\n")
  }

  @Test("a directory's files are followed, new ones too, over rotation, refusals and restarts: each line once")
  func directory() throws {
    let folder = try TemporaryFolder()
    let shelf = Shelf()
    let marks = Marks()
    append("a1\n", to: folder / "a.log")
    append("old\n", to: folder / "a.log.1")
    func receiver() -> TailReceiver {
      TailReceiver([folder.path], lastMark: { marks[$0] }) { stream, lines, mark in
        try shelf.keep(lines)
        marks[stream] = mark
      }
    }
    let first = receiver()
    try first.start()
    shelf.wait(for: 1)
    append("b1\n", to: folder / "b.log")
    shelf.refuse(true)
    append("a2\n", to: folder / "a.log")
    usleep(300_000)
    shelf.refuse(false)
    shelf.wait(for: 3)
    first.stop()
    rename(folder / "a.log", folder / "a.log.2")
    append("a3\n", to: folder / "a.log.2")
    append("a4\n", to: folder / "a.log")
    let second = receiver()
    try second.start()
    shelf.wait(for: 5)
    append("b2\n", to: folder / "b.log")
    shelf.wait(for: 6)
    second.stop()
    #expect(shelf.lines.sorted() == ["a1", "a2", "a3", "a4", "b1", "b2"])
    #expect(second.counts.messages == 3)
  }

  @Test("streams have names that can be folders", arguments: ["/var/log/nginx/access.log", "/x/ä b;.log", "/"])
  func streams(path: String) {
    #expect(Spool.isName(TailReceiver.stream(for: path)))
  }

  @Test("names that say a log was turned over")
  func rotated() {
    #expect(["a.log.1", "a.log-20260514", "a.log.2.gz", "a.zst"].allSatisfy(TailReceiver.isRotated))
    #expect(!["access.log", "log", "app-web.log", "a.log.txt"].contains(where: TailReceiver.isRotated))
  }
}

/// The last mark of each stream, as the spool would know it.
private final class Marks: @unchecked Sendable {
  private let lock = NSLock()
  private var known: [String: DeliveryMark] = [:]

  subscript(stream: String) -> DeliveryMark? {
    get { lock.withLock { known[stream] } }
    set { lock.withLock { known[stream] = newValue } }
  }
}
