import Foundation
import Model
import Records

/// Reads objects of an S3-compatible store as they appear, each once.
///
/// An object is its key and its tag: one that was written anew is another. Which were read is kept in a file beside the
/// data, and the last one with its lines in one piece, so that none is read twice over any stop and none is left out.
package final class ObjectReceiver: Receiver {
  /// An object's bytes as lines: unpacked where they are packed. Errors: it is broken, or unpacks to too much.
  package typealias Unpack = @Sendable (_ bytes: [UInt8]) throws -> [UInt8]

  /// Objects larger than this are left out, and counted as not understood.
  package static let limit = 256 << 20

  private let settings: ObjectStoreSettings
  private let memory: String
  private let lastMark: @Sendable (_ stream: String) -> DeliveryMark?
  private let unpack: Unpack
  private let keep: KeepMarked
  private let thread = ReceiverThread()

  /// `memory` is the folder for the file that says what was read.
  package init(
    _ settings: ObjectStoreSettings, memory: String, lastMark: @escaping @Sendable (_ stream: String) -> DeliveryMark?,
    unpack: @escaping Unpack, keep: @escaping KeepMarked
  ) {
    self.settings = settings
    self.memory = memory
    self.lastMark = lastMark
    self.unpack = unpack
    self.keep = keep
  }

  package var place: String { "objects \(settings.prefix)* of bucket \(settings.bucket)" }
  package var counts: ReceiveCounts { thread.counts }

  package func start() throws(WorldError) {
    let store = try ObjectStore(settings)
    let stream = Self.stream(settings)
    let seen = try ObjectMemory(memory + "/\(stream).seen")
    if let mark = lastMark(stream) { seen.recall(mark.source) }
    nonisolated(unsafe) let handed = (store: store, seen: seen)
    thread.begin { [self] in
      while !thread.isOver {
        look(handed.store, handed.seen, stream)
        thread.rest(.seconds(settings.everySeconds))
      }
      handed.store.end()
    }
  }

  package func stop() { thread.end() }

  /// Takes everything that is new. What the store refuses now is asked for again at the next look.
  private func look(_ store: ObjectStore, _ seen: ObjectMemory, _ stream: String) {
    var listed: Set<UInt64> = []
    do {
      for prefix in Self.prefixes(settings.prefix, at: Date()) {
        var news: [ObjectStore.Object] = []
        try store.list(prefix: prefix) { object in
          let id = Self.id(object)
          listed.insert(id)
          if !seen.holds(id), !object.key.hasSuffix("/") { news.append(object) }
        }
        for object in news.sorted(by: { $0.key < $1.key }) {
          if thread.isOver { return }
          guard try take(object, store, seen, stream) else { return }
        }
      }
      seen.forgetAllBut(listed)
    } catch {
      thread.count { $0.failures += 1 }
    }
  }

  /// Takes one object; false where the end came before it was kept. Errors: the store does not give it now.
  private func take(_ object: ObjectStore.Object, _ store: ObjectStore, _ seen: ObjectMemory, _ stream: String) throws
    -> Bool
  {
    let id = Self.id(object)
    var lines: [UInt8] = []
    do {
      guard object.size <= Self.limit else { throw ObjectStore.Refusal(status: 404, what: object.key) }
      let bytes = try store.object(object.key, limit: Self.limit)
      do { lines = try unpack(bytes) } catch { thread.count { $0.foreign += 1 } }
    } catch let refusal as ObjectStore.Refusal where refusal.isFinal {
      thread.count { $0.foreign += 1 }
    }
    if !lines.isEmpty {
      guard thread.insist({ try keep(stream, lines, DeliveryMark(source: id)) }) else { return false }
      thread.count { counts in
        counts.messages += 1
        counts.bytes += lines.count
      }
    }
    _ = thread.insist { try seen.add(id) }
    return true
  }

  static func stream(_ settings: ObjectStoreSettings) -> String {
    streamName(
      "s3", settings.bucket, of: "\(settings.endpoint ?? settings.region) \(settings.bucket) \(settings.prefix)")
  }

  private static func id(_ object: ObjectStore.Object) -> UInt64 { shortDigest("\(object.key) \(object.tag)") }

  /// Yesterday's and today's where the prefix names a date.
  static func prefixes(_ prefix: String, at now: Date) -> [String] {
    guard prefix.contains("{date}") else { return [prefix] }
    return [-86_400, 0].map { seconds in
      let day = now.addingTimeInterval(seconds).ISO8601Format().prefix(10).replacing("-", with: "")
      return prefix.replacing("{date}", with: day)
    }
  }
}

/// Which objects were read, in a file of eight bytes each; durable when `add` returns.
final class ObjectMemory {
  private let path: String
  private var seen: Set<UInt64> = []
  private var file: Int32 = -1
  private var length = 0

  /// Errors: the file cannot be made or read.
  init(_ path: String) throws(WorldError) {
    self.path = path
    let folder = (path as NSString).deletingLastPathComponent
    _ = try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    for start in stride(from: 0, to: bytes.count / 8 * 8, by: 8) {
      seen.insert(bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
    }
    try openFile()
    // A number that was cut off by a stop.
    length = bytes.count / 8 * 8
    ftruncate(file, off_t(length))
  }

  deinit { close(file) }

  func holds(_ id: UInt64) -> Bool { seen.contains(id) }

  /// What is known from elsewhere to be read.
  func recall(_ id: UInt64) { seen.insert(id) }

  /// Errors: the disk refuses.
  func add(_ id: UInt64) throws(WorldError) {
    let bytes = Self.bytes([id])
    guard write(file, bytes, bytes.count) == bytes.count, fdatasync(file) == 0 else {
      let code = errno
      // Half a number must not shift those behind it.
      ftruncate(file, off_t(length))
      throw WorldError(what: "what was read cannot be kept", place: path, code: code)
    }
    length += bytes.count
    seen.insert(id)
  }

  /// Forgets objects that are no longer there, once they are as many as those that are.
  func forgetAllBut(_ listed: Set<UInt64>) {
    guard seen.count > 2 * listed.count + 1_000 else { return }
    let kept = seen.intersection(listed)
    guard (try? Data(Self.bytes(kept.sorted())).write(to: URL(filePath: path), options: .atomic)) != nil else { return }
    close(file)
    file = -1
    guard (try? openFile()) != nil else { return }
    seen = kept
    length = kept.count * 8
  }

  private func openFile() throws(WorldError) {
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw WorldError(what: "what was read cannot be kept", place: path, code: errno) }
  }

  private static func bytes(_ ids: [UInt64]) -> [UInt8] {
    ids.flatMap { id in (0..<8).map { UInt8(truncatingIfNeeded: id >> UInt64(56 - $0 * 8)) } }
  }
}
