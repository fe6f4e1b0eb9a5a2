import Foundation
import Model
import Samples

/// `weir sample`: a shop's traffic from a seed, with attacks whose truth is known.
struct Sample: Command {
  let name = "sample"
  let sentence = "make labelled traffic from a seed, to try everything on"
  let operands = "[OPTION…] PATH"
  let options = [
    Option(
      name: "format", value: "NAME",
      sentence:
        "combined, cloudflare, capture, netflow5, netflow9 or ipfix; makes one file instead of the demo's folder"),
    Option(name: "events", value: "N", sentence: "about how many lines (default 2,000,000; with --format)"),
    Option(name: "seed", value: "N", sentence: "another seed, other traffic (default 1)"),
    Option(name: "quiet-day", sentence: "no attacks: every alarm is false"),
    Option(
      name: "labels", value: "FILE", sentence: "write one byte a line: - for honest traffic, else the attack's letter"),
    Option(name: "truth", value: "FILE", sentence: "write what is true about the attacks as JSON"),
  ]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 1 else { throw UsageError("name one path to write to") }
    let path = arguments.operands[0]
    let seed = UInt64(try arguments.int("seed", in: 0...Int.max) ?? 1)
    guard let word = arguments["format"] else {
      for file in try DemoSample.write(into: path, seed: seed) {
        Terminal.print(
          "\(file.path): \(Words.count(file.truth.events, "line")), \(Words.count(file.truth.attacks.count, "attack"))")
      }
      return .fine
    }
    if let format = PacketSampleFormat(rawValue: word) { return try writePackets(format, to: path, seed, arguments) }
    guard let format = SampleFormat(rawValue: word) else {
      let names = SampleFormat.allCases.map(\.rawValue) + PacketSampleFormat.allCases.map(\.rawValue)
      throw UsageError("--format must be one of \(names.joined(separator: ", ")), not '\(word)'")
    }
    var settings = SampleSettings()
    settings.seed = seed
    settings.format = format
    settings.events = try arguments.int("events", in: 1...1_000_000_000) ?? settings.events
    settings.attacks = !arguments.has("quiet-day")
    return try tell(SampleWriter(settings).write(to: path, labels: arguments["labels"]), path, "line", arguments)
  }

  private func writePackets(
    _ format: PacketSampleFormat, to path: String, _ seed: UInt64, _ arguments: Arguments
  ) throws -> ExitCode {
    guard !arguments.has("labels") else { throw UsageError("--labels goes with lines, not with packets and flows") }
    var settings = PacketSampleSettings()
    settings.seed = seed
    settings.format = format
    settings.packets = try arguments.int("events", in: 1...1_000_000_000) ?? settings.packets
    settings.attacks = !arguments.has("quiet-day")
    return try tell(
      PacketSample(settings).write(to: path), path, format == .capture ? "packet" : "flow", arguments)
  }

  private func tell(_ truth: SampleTruth, _ path: String, _ unit: String, _ arguments: Arguments) throws -> ExitCode {
    if let file = arguments["truth"] { try JSONEncoder().encode(truth).write(to: URL(filePath: file)) }
    Terminal.print("\(path): \(Words.count(truth.events, unit)), \(Words.count(truth.attacks.count, "attack"))")
    return .fine
  }
}
