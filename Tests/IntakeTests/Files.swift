import CIsal
import Content
import Foundation
import Model

@testable import Intake

/// A folder of its own for one test, gone afterwards.
final class TemporaryFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "weir-intake-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult func write(_ bytes: some Collection<UInt8>, _ name: String) -> String {
    let file = path + "/" + name
    _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
    return file
  }

  @discardableResult func write(_ text: String, _ name: String) -> String { write(text.utf8, name) }
}

/// One gzip member.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count * 2 + 4096)
  let length = input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      var stream = isal_zstream()
      isal_deflate_stateless_init(&stream)
      stream.gzip_flag = UInt16(IGZIP_GZIP)
      stream.end_of_stream = 1
      stream.flush = UInt16(NO_FLUSH)
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(target.count)
      _ = isal_deflate_stateless(&stream)
      return target.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<length])
}

/// Everything that an intake makes of some paths.
struct Read {
  var rows: [[String: String]] = []
  /// `input:line` of each row.
  var places: [String] = []
  var batches = 0
  var report = IntakeReport()

  init(_ paths: [String], _ options: IntakeOptions = IntakeOptions()) throws {
    let intake = try Intake(paths: paths, options: options, content: ContentFolder(roots: [contentRoot]))
    let worker = intake.makeWorker()
    let batch = EventBatch()
    while intake.next(into: batch) {
      worker.decode(batch)
      rows += IntakeTests.rows(of: batch)
      places += (0..<batch.count).map { "\(batch.lines[$0].source):\(batch.lines[$0].number)" }
      batches += 1
    }
    report = intake.report
  }
}

/// A line of the combined format, `second` seconds after 10:00:00.
func combined(_ second: Int, _ path: String = "/", ip: String = "192.0.2.1") -> String {
  let clock = String(format: "%02d:%02d:%02d", 10 + second / 3600, second / 60 % 60, second % 60)
  return "\(ip) - - [10/Oct/2025:\(clock) +0000] \"GET \(path) HTTP/1.1\" 200 5 \"-\" \"test\"\n"
}
