import Foundation
import Reports
import Watch

/// When the run began; tells what it cost when it is over.
struct RunClock {
  private let startedAt = Date()
  private let started = ContinuousClock.now

  func facts(paths: [String], _ configuration: Configuration, caveats: [String]) -> RunFacts {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let elapsed = ContinuousClock.now - started
    return RunFacts(
      version: Weir.version, commandLine: CommandLine.arguments, paths: paths,
      startedAt: Int64(startedAt.timeIntervalSince1970 * 1e9), elapsedSeconds: elapsed / .seconds(1),
      cpuSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime), threads: configuration.threads,
      peakBytes: usage.ru_maxrss * 1024,
      settings: [
        .init(name: "paranoia", value: String(configuration.paranoia)),
        .init(name: "threads", value: String(configuration.threads)),
        .init(name: "format", value: configuration.intake.format ?? configuration.intake.formatString ?? "recognised"),
      ], caveats: caveats)
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
