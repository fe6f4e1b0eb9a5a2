import Glibc

/// Bytes of one input after decompression, as UTF-8 where it was UTF-16, in order, once.
///
/// Owns its file descriptor unless that is standard input. Belongs to one thread at a time.
package final class ByteSource {
  package enum Compression: String, Sendable {
    case plain, gzip, zstd
  }

  package private(set) var compression = Compression.plain
  /// Bytes taken from the file so far.
  package private(set) var bytesRead = 0
  /// Why reading ended before the input's end, in words.
  package private(set) var failure: String?

  private let descriptor: Int32
  private let owned: Bool
  private var decoder: (any Decompressor)?
  /// File bytes read and not yet handed out or decompressed.
  private var window: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var fileEnded = false
  private var finished = false
  private var wide: UTF16Reader?
  private var isAtStart = true

  /// Opens `path`, `-` for standard input; a reason in words when that cannot be.
  package static func open(_ path: String) -> Result<ByteSource, InputFailure> {
    if path == "-" { return .success(ByteSource(descriptor: 0, owned: false)) }
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(InputFailure(words: "cannot be opened: \(systemWords(errno))")) }
    return .success(ByteSource(descriptor: descriptor, owned: true))
  }

  private init(descriptor: Int32, owned: Bool) {
    self.descriptor = descriptor
    self.owned = owned
    window = .allocate(byteCount: 256 << 10, alignment: 64)
  }

  /// Plain text that is already in memory, handed out as it is.
  init(text: [UInt8]) {
    descriptor = -1
    owned = false
    window = .allocate(byteCount: max(text.count, 1), alignment: 64)
    window.copyBytes(from: text)
    end = text.count
    bytesRead = text.count
    fileEnded = true
    isAtStart = false
  }

  deinit {
    window.deallocate()
    if owned { Glibc.close(descriptor) }
  }

  /// Reads up to `capacity` bytes to `target`; 0 at the end of the input or of what could be read of it (see `failure`).
  package func read(into target: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    if bytesRead == 0, !fileEnded { begin() }
    if isAtStart {
      isAtStart = false
      let count = unwrapped(into: target, capacity: capacity)
      wide = UTF16Reader(head: UnsafeBufferPointer(start: target, count: count))
      if wide == nil { return count }
    }
    guard wide != nil else { return unwrapped(into: target, capacity: capacity) }
    return wide!.read(into: target, capacity: capacity) { unwrapped(into: $0, capacity: $1) }
  }

  private func unwrapped(into target: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    while !finished {
      let count = decoder == nil ? plain(into: target, capacity: capacity) : unpacked(into: target, capacity: capacity)
      if count > 0 { return count }
    }
    return 0
  }

  /// Fills the window and looks at the first bytes.
  private func begin() {
    while end < 4096, refill() {}
    let head = UnsafeRawBufferPointer(window)[0..<end]
    if head.starts(with: [0x1F, 0x8B]) {
      compression = .gzip
      decoder = GzipDecompressor()
    } else if ZstdDecompressor.recognises(head) {
      compression = .zstd
      decoder = ZstdDecompressor()
    } else if let name = foreignName(of: head) {
      failure = "is \(name), which is not read here; unpack it first"
      finished = true
    }
  }

  /// Reads from the file behind `end`; false at the file's end or an error.
  private func refill() -> Bool {
    if fileEnded || end == window.count { return false }
    while true {
      let count = Glibc.read(descriptor, window.baseAddress! + end, window.count - end)
      if count > 0 {
        end += count
        bytesRead += count
        return true
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { failure = "reading stopped after \(bytesRead) bytes: \(systemWords(errno))" }
      fileEnded = true
      return false
    }
  }

  private func plain(into target: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    if start < end {
      let count = min(capacity, end - start)
      UnsafeMutableRawPointer(target).copyMemory(from: window.baseAddress! + start, byteCount: count)
      start += count
      return count
    }
    while !fileEnded {
      let count = Glibc.read(descriptor, target, capacity)
      if count > 0 {
        bytesRead += count
        return count
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { failure = "reading stopped after \(bytesRead) bytes: \(systemWords(errno))" }
      fileEnded = true
    }
    finished = true
    return 0
  }

  private func unpacked(into target: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    if start == end {
      start = 0
      end = 0
      _ = refill()
    }
    let input = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(window)[start..<end])
    let step = decoder!.step(input, isLast: fileEnded, into: target, capacity: capacity)
    start += step.taken
    if let words = step.failure {
      if failure == nil { failure = words }
      finished = true
    } else if step.taken == 0, step.given == 0, fileEnded {
      finished = true
    }
    return step.given
  }
}

/// Why an input could not be used, in words that follow its name.
package struct InputFailure: Error, Sendable {
  package let words: String
}

/// Undoes one kind of compression, piece by piece.
protocol Decompressor: AnyObject {
  /// Takes some of `input` and gives up to `capacity` bytes; a failure ends the stream, what was given still counts.
  /// `isLast` says that no bytes follow `input`.
  func step(
    _ input: UnsafeRawBufferPointer, isLast: Bool, into target: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> (taken: Int, given: Int, failure: String?)
}

/// What the system says about an error number.
func systemWords(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }

/// The name of a well-known kind of file that is no log, by its first bytes.
private func foreignName(of head: Slice<UnsafeRawBufferPointer>) -> String? {
  let known: [([UInt8], String)] = [
    ([0x42, 0x5A, 0x68], "a bzip2 file"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip file"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip file"),
    ([0x04, 0x22, 0x4D, 0x18], "an lz4 file"), ([0x50, 0x41, 0x52, 0x31], "a Parquet file"),
    ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65, 0x20, 0x66], "an SQLite database"), ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ([0x25, 0x50, 0x44, 0x46], "a PDF file"),
    ([0x89, 0x50, 0x4E, 0x47], "a picture"), ([0xFF, 0xD8, 0xFF], "a picture"),
  ]
  return known.first { head.starts(with: $0.0) }?.1
}
