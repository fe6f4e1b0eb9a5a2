import Foundation
import Model

/// Standard input kept in a file, so that it can be read a second time.
///
/// An investigation reads its input twice: once to find what happened, once to count exactly what it says. The file lies
/// in the system's folder for temporary files, readable by its owner only, and goes when the spool does.
package final class SpooledInput {
  package let path: String

  package init() throws(WorldError) {
    let template = NSTemporaryDirectory() + "weir-stdin-XXXXXX"
    var name = Array(template.utf8CString)
    let descriptor = mkstemp(&name)
    path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else { throw WorldError(what: "standard input cannot be kept", place: template, code: errno) }
    defer { close(descriptor) }
    try Self.copy(STDIN_FILENO, to: descriptor, path: path)
  }

  deinit { unlink(path) }

  private static func copy(_ source: Int32, to target: Int32, path: String) throws(WorldError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(source, buffer.baseAddress, buffer.count)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw WorldError(what: "standard input cannot be read", place: "-", code: errno)
      }
      var written = 0
      while written < count {
        let more = write(target, buffer.baseAddress! + written, count - written)
        if more < 0, errno == EINTR { continue }
        guard more > 0 else {
          let code = errno
          unlink(path)
          throw WorldError(what: "standard input cannot be kept", place: path, code: code)
        }
        written += more
      }
    }
  }
}
