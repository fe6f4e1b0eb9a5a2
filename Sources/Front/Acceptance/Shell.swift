import Foundation

/// Runs a program to its end, with a limit, its output in files so that neither side waits for the other.
enum Shell {
  struct Ended {
    /// The exit status; nil when a signal ended it, or the time was over.
    let status: Int32?
    let output: Data
    let errors: String
  }

  static func run(_ program: String, _ arguments: [String], seconds: Double) throws -> Ended {
    try inScratch { folder in
      let output = folder.appending(path: "output")
      let errors = folder.appending(path: "errors")
      for file in [output, errors] { try Data().write(to: file) }
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
      let isLate = wait(for: process, seconds: seconds)
      let died = isLate || process.terminationReason == .uncaughtSignal
      return Ended(
        status: died ? nil : process.terminationStatus, output: try Data(contentsOf: output),
        errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
  }

  /// True when the time was over first; the process has ended either way.
  private static func wait(for process: Process, seconds: Double) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(2_000) }
    guard process.isRunning else { return false }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return true
  }

  /// A folder of its own that is gone afterwards.
  static func inScratch<Result>(_ work: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-acceptance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try work(folder)
  }
}
