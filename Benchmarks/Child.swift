import Foundation

/// A program that ran to its end, and what it cost.
struct Child {
  /// User and system time of all its threads, in seconds.
  let cpu: Double
  let wall: Double
  /// Peak of resident memory, in bytes.
  let memory: Int

  /// Runs a program with this one's standard error and its output in a file, or thrown away.
  static func run(_ program: String, _ arguments: [String], output: String = "/dev/null") throws -> Child {
    let running = try start(program, arguments, output: output)
    let (child, status) = wait(for: running)
    guard status == 0 else {
      throw BenchError("\(program) \(arguments.joined(separator: " ")) ended with status \(status)")
    }
    return child
  }

  /// A program on its way.
  struct Running {
    let process: pid_t
    let start: UInt64
  }

  static func start(_ program: String, _ arguments: [String], output: String) throws -> Running {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let start = DispatchTime.now().uptimeNanoseconds
    let failure = posix_spawn(&process, program, &actions, nil, &words, environ)
    guard failure == 0 else { throw BenchError("\(program): \(String(cString: strerror(failure)))") }
    return Running(process: process, start: start)
  }

  /// Waits for the end; what it cost and its status. Source of the figures: `wait4(2)`.
  static func wait(for running: Running) -> (child: Child, status: Int32) {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(running.process, &status, 0, &usage) < 0, errno == EINTR {}
    let wall = Double(DispatchTime.now().uptimeNanoseconds - running.start) / 1e9
    let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    return (Child(cpu: cpu, wall: wall, memory: usage.ru_maxrss * 1024), status)
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// Runs of several programs, and their medians as a table.
struct Figures {
  private var names: [String] = []
  private var runs: [String: (events: Int, children: [Child])] = [:]

  mutating func add(_ name: String, _ child: Child, events: Int) {
    if runs[name] == nil { names.append(name) }
    runs[name, default: (events, [])].children.append(child)
  }

  var table: String {
    var lines = [
      "| what | events | CPU µs/event | events/s | wall s | peak MB |", "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in names {
      guard let (events, children) = runs[name] else { continue }
      let cpu = median(children.map(\.cpu))
      let wall = median(children.map(\.wall))
      let memory = Double(children.map(\.memory).max() ?? 0) / 1e6
      lines.append(
        "| \(name) | \(events) | "
          + String(
            format: "%.2f | %.0f | %.1f | %.0f |", cpu / Double(events) * 1e6, Double(events) / wall, wall, memory))
    }
    if let ratio { lines.append(String(format: "\nCPU a Cloudflare record, weir to DuckDB: %.2f", ratio)) }
    return lines.joined(separator: "\n")
  }

  private var ratio: Double? {
    guard let ours = runs["weir, cloudflare"],
      let theirs = names.first(where: { $0.hasPrefix("DuckDB") }).flatMap({ runs[$0] })
    else { return nil }
    return median(ours.children.map(\.cpu)) / median(theirs.children.map(\.cpu))
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
