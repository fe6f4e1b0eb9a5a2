import API
import Foundation
import Intake
import Model
import Net
import Records
import Samples
import Watch

/// `weir serve`: the watch floor, until it is told to stop.
struct Serve: Command {
  let name = "serve"
  let sentence = "the watch floor: receives, detects all the time, answers; with no options, a demonstration"
  let operands = "[OPTION…]"
  let options =
    [
      Option(
        name: "config", value: "PATH",
        sentence: "customers, tokens, receivers: a YAML file or a folder of them (Docs/serve.md)"),
      Option(name: "data", value: "DIR", sentence: "where everything is kept (default: nothing outlives the process)"),
      Option(
        name: "listen", value: "ADDRESS:PORT",
        sentence: "where pages, API and pushes are served (default 127.0.0.1:8410)"),
      Option(name: "customer", value: "NAME", sentence: "the one customer, where no file names them (default demo)"),
      Option(name: "syslog-udp", value: "ADDRESS:PORT", repeats: true, sentence: "take syslog over UDP"),
      Option(name: "syslog-tcp", value: "ADDRESS:PORT", repeats: true, sentence: "take syslog over TCP"),
      Option(
        name: "flows", value: "ADDRESS:PORT", repeats: true,
        sentence: "collect NetFlow v5 and v9, IPFIX and sFlow over UDP"),
      Option(name: "capture", value: "INTERFACE", repeats: true, sentence: "watch the packets of an interface"),
      Option(name: "tail", value: "PATH", repeats: true, sentence: "follow a file, or the files of a directory"),
      Option(name: "replay", value: "PATH", repeats: true, sentence: "play recorded logs as if they arrived now"),
      Option(name: "speed", value: "N", sentence: "pace of --replay: times real time, or full (default 1)"),
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.isEmpty else { throw UsageError("serve takes options only") }
    let memory = ProcessMemory()
    let plan = try ServePlan(arguments)
    // Whoever listens may go away at any moment, and SIGTERM is asked for below.
    signal(SIGPIPE, SIG_IGN)
    let stop = StopSignal()
    signal(SIGHUP, SIG_IGN)
    let begun = ContinuousClock.now
    let assembly = try Assembly(InputOptions.configuration(arguments))
    try plan.checkDetections(assembly)
    let floor = try WatchFloor(plan.settings, assembly)
    let station = try ServeStation(floor, plan)
    do { try station.openDoors() } catch {
      station.close()
      throw error
    }
    Greeting(plan, station, seconds: (ContinuousClock.now - begun) / .seconds(1)).print()
    let reload = ReloadSignal { Self.reload(station, plan, arguments) }
    ServiceManager.notify("READY=1")
    try station.play()
    stop.wait()
    reload.end()
    memory.end()
    ServiceManager.notify("STOPPING=1")
    Terminal.print("Stopping: what was accepted is looked at and written down.")
    Terminal.flush()
    station.close()
    plan.cleanUp()
    return .fine
  }
}

extension Serve {
  /// Reads configuration and content anew; a wrong one is told with all its errors, and the old one stays.
  private static func reload(_ station: ServeStation, _ plan: ServePlan, _ arguments: Arguments) {
    do {
      let next = try ServePlan(arguments, replacing: plan)
      let remarks = try station.reload(next, InputOptions.configuration(arguments))
      Terminal.print(
        "Reloaded: \(Words.count(next.settings.customers.count, "customer")), "
          + "\(Words.count(next.settings.exemptions.count, "exemption")). Nothing was forgotten.")
      for remark in remarks { Terminal.print("  \(Escape.terminal(remark))") }
      Terminal.flush()
    } catch {
      station.floor.noteRefusal("\(error)")
      Terminal.complain("the new configuration is refused and the old one stays:\n\(error)")
    }
  }
}

/// Does something at each SIGHUP, one at a time.
final class ReloadSignal {
  private let source: any DispatchSourceSignal

  init(_ act: @escaping @Sendable () -> Void) {
    source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "weir.reload"))
    source.setEventHandler(handler: act)
    source.resume()
  }

  func end() { source.cancel() }
}

/// Waits for SIGTERM or SIGINT; a second one ends the process at once.
final class StopSignal {
  private let given = DispatchSemaphore(value: 0)
  private let sources: [any DispatchSourceSignal]

  init() {
    let given = given
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(number, SIG_DFL)
        given.signal()
      }
      source.resume()
      return source
    }
  }

  func wait() { given.wait() }

  /// Ends the waiting from within.
  func give() { given.signal() }

  /// Waits for a signal, or so many seconds; without end where nil.
  func wait(seconds: Int?) {
    guard let seconds else { return given.wait() }
    _ = given.wait(timeout: .now() + .seconds(seconds))
  }
}
