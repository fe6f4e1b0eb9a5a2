import Foundation
import Synchronization

/// Where words for people go: results to standard output, everything else to standard error.
enum Terminal {
  /// Whether a person watches standard error, so that progress is worth printing.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output takes colours (https://no-color.org).
  static var takesColour: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }

  /// Width of the terminal behind standard output or error, 80 where there is none.
  static var columns: Int {
    var size = winsize()
    let isKnown =
      ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 || ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  static func print(_ text: String) { print(Array((text + "\n").utf8)) }

  /// Results are gathered and written in large pieces; `flush` writes what is left.
  static func print(_ bytes: [UInt8]) {
    pending.withLock { pending in
      pending += bytes
      guard pending.count >= 1 << 16 || isatty(STDOUT_FILENO) == 1 else { return }
      write(pending, to: STDOUT_FILENO)
      pending.removeAll(keepingCapacity: true)
    }
  }

  static func flush() {
    pending.withLock { pending in
      write(pending, to: STDOUT_FILENO)
      pending.removeAll()
    }
  }

  static func complain(_ text: String) {
    flush()
    write(Array(("weir: " + text + "\n").utf8), to: STDERR_FILENO)
  }

  /// Replaces the progress line; empty clears it.
  static func progress(_ text: String) {
    write(Array(("\r\u{1b}[K" + text).utf8), to: STDERR_FILENO)
  }

  private static let pending = Mutex<[UInt8]>([])

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var left = bytes[...]
    while !left.isEmpty {
      let written = left.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      // A full disk behind standard output must not look like success.
      guard written > 0 else { exit(ExitCode.unreadable.rawValue) }
      left = left.dropFirst(written)
    }
  }
}
