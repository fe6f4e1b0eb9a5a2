import Foundation
import Reports
import Synchronization
import Watch

/// The progress line of a long pass: shown on a terminal only, at most five times a second.
final class ProgressMeter: Sendable {
  private let isShown: Bool
  private let started = ContinuousClock.now
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  init(quiet: Bool) { isShown = !quiet && Terminal.showsProgress }

  func show(_ progress: Investigation.Progress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    let isDue = lastShown.withLock { last in
      if let last, now - last < .milliseconds(200) { return false }
      // Nothing flickers by when all is over at once.
      if last == nil, now - started < .milliseconds(400) { return false }
      last = now
      return true
    }
    if isDue { Terminal.progress(line(progress, elapsed: (now - started) / .seconds(1))) }
  }

  func clear() {
    if isShown, lastShown.withLock({ $0 != nil }) { Terminal.progress("") }
  }

  private func line(_ progress: Investigation.Progress, elapsed: Double) -> String {
    let text = ProgressLine(
      events: progress.events, bytesRead: progress.bytesRead, bytesTotal: progress.totalBytes, elapsedSeconds: elapsed
    ).text(columns: Terminal.columns - 10)
    return Self.verb(progress.pass) + text
  }

  private static func verb(_ pass: Investigation.Pass) -> String {
    switch pass {
    case .watching: "reading "
    case .recounting: "counting "
    case .proving: "proving "
    }
  }
}
