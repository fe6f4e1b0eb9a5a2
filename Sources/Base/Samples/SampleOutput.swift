/// Lines on their way into a file, and one label byte a line into another.
final class SampleOutput {
  private let format: SampleFormat
  private let brokenEvery: Int
  private var written = 0
  private var combined = CombinedLine()
  private var cloudflare = CloudflareRecord()
  private var lines = ByteSink(capacity: 1 << 20)
  private var labels = ByteSink(capacity: 1 << 16)
  private let linesFile: OutputFile
  private let labelsFile: OutputFile?

  /// More than the longest line: paths and referrers hold 8 KiB at most, and an escape is four times as long.
  private static let room = 160 << 10

  init(format: SampleFormat, brokenEvery: Int, path: String, labels: String?) throws(SampleError) {
    self.format = format
    self.brokenEvery = brokenEvery
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
    written += 1
    if brokenEvery > 0, written % brokenEvery == 0 { spoil() }
  }

  /// A line that nobody can read: cut off, binary, or from another program.
  private func spoil() {
    switch written / brokenEvery % 4 {
    case 0: lines.put("100.64.3.9 - - [02/Mar/2026:17:0\n")
    case 1: lines.put("2026/03/02 17:30:11 [warn] 1071#1071: 4096 worker_connections exceed open file resource limit\n")
    case 2: lines.put("\u{1}\u{2}\u{0}\u{7f}PNG\u{1a}\u{3}\u{4}\n")
    default: lines.put("{\"ClientIP\":\"100.64.3.9\",\"ClientRequestHost\":\"www.river\n")
    }
    labels.put(UInt8(ascii: "!"))
  }

  /// Called after each actor's turn, which writes a few lines at most.
  func flushIfFull() throws(SampleError) {
    if lines.room < Self.room || labels.room < 64 { try flush() }
  }

  func finish() throws(SampleError) {
    try flush()
    try linesFile.finish()
    try labelsFile?.finish()
  }

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
