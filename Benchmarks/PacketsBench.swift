import Foundation
import Samples

/// Captures and flow exports through all detections: CPU of an event, memory under spoofed sources.
///
/// Settings: `BENCH_PACKETS` (packets of the capture and flows of each export, 2,000,000), `BENCH_SPOOFED` (flows of which
/// each has a source of its own, 0: left out).
struct PacketsBench {
  let weir: String
  let folder: String
  let runs: Int

  func run() throws {
    let packets = Settings.number("BENCH_PACKETS", 2_000_000)
    var figures = Figures()
    var inputs: [(name: String, path: String)] = []
    for format in PacketSampleFormat.allCases {
      inputs.append((format.rawValue, try input(format, packets, spoofs: false)))
    }
    for round in 1...runs {
      for input in inputs {
        // Detection alone, and the whole job: exact numbers, rules drafted and proven.
        figures.add("\(input.name), incidents", try investigate(input.path, ["--no-mitigations"]), events: packets)
        figures.add("\(input.name), with mitigations", try investigate(input.path, []), events: packets)
      }
      say("round \(round) of \(runs) done")
    }
    let spoofed = Settings.number("BENCH_SPOOFED", 0)
    if spoofed > 0 {
      let path = try input(.netflow5, spoofed, spoofs: true)
      figures.add("netflow5, each source once", try investigate(path, ["--no-mitigations"]), events: spoofed)
    }
    say("\n" + figures.table)
  }

  private func input(_ format: PacketSampleFormat, _ packets: Int, spoofs: Bool) throws -> String {
    let path = "\(folder)/\(format.rawValue)-\(packets)\(spoofs ? "-spoofed.gz" : "")"
    if FileManager.default.fileExists(atPath: path) { return path }
    var settings = PacketSampleSettings()
    settings.format = format
    settings.packets = packets
    settings.spoofs = spoofs
    let truth = try PacketSample(settings).write(to: path)
    say(
      "\(path): \(truth.events) packets, attacks: \(truth.attacks.map { "\($0.name) \($0.events)" }.joined(separator: ", "))"
    )
    return path
  }

  private func investigate(_ path: String, _ options: [String]) throws -> Child {
    try Child.run(
      weir, ["investigate", "--quiet", "--threads", "2"] + options + [path, "--out", folder + "/report-packets"])
  }
}
