import Glibc

/// Lines on their way into a file, and one label byte a line into another.
final class SampleOutput {
  private let format: SampleFormat
  private var combined = CombinedLine()
  private var cloudflare = CloudflareRecord()
  private var lines = ByteSink(capacity: 1 << 20)
  private var labels = ByteSink(capacity: 1 << 16)
  private let linesFile: OutputFile
  private let labelsFile: OutputFile?

  /// More than the longest line: paths and referrers hold 8 KiB at most, and an escape is four times as long.
  private static let room = 160 << 10

  init(format: SampleFormat, path: String, labels: String?) throws(SampleError) {
    self.format = format
    linesFile = try OutputFile(path: path)
    labelsFile = if let labels { try OutputFile(path: labels) } else { nil }
  }

  func write(_ exchange: Exchange, path: UnsafeBufferPointer<UInt8>, referrer: UnsafeBufferPointer<UInt8>) {
    switch format {
    case .combined: combined.write(exchange, path: path, referrer: referrer, to: &lines)
    case .cloudflare: cloudflare.write(exchange, path: path, referrer: referrer, to: &lines)
    }
    labels.put(
      exchange.label == 0 ? UInt8(ascii: "-") : UInt8(ascii: "A") + UInt8(truncatingIfNeeded: exchange.label - 1))
  }

  /// Called after each actor's turn, which writes a few lines at most.
  func flushIfFull() throws(SampleError) {
    if lines.room < Self.room || labels.room < 64 { try flush() }
  }

  func finish() throws(SampleError) { try flush() }

  private func flush() throws(SampleError) {
    try linesFile.write(lines.bytes)
    try labelsFile?.write(labels.bytes)
    lines.clear()
    labels.clear()
  }
}

/// A file that could not be written; whether trying again helps depends on the reason.
package struct SampleError: Error, CustomStringConvertible {
  package let path: String
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}

/// A file open for writing, emptied first.
private final class OutputFile {
  private let path: String
  private let descriptor: Int32

  init(path: String) throws(SampleError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SampleError(path: path, reason: String(cString: strerror(errno))) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(SampleError) {
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw SampleError(path: path, reason: String(cString: strerror(errno))) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
