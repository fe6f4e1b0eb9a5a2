import Foundation
import Intake
import Model
import Watch

/// Options that every verb shares which reads logs.
enum InputOptions {
  /// How lines are to be read.
  static let reading = [
    Option(name: "format", value: "NAME", sentence: "read every input as this format instead of recognising it"),
    Option(
      name: "format-string", value: "TEXT",
      sentence: "a layout as in nginx's log_format or Apache's LogFormat, for lines that need it"),
    Option(name: "mapping", value: "FILE", sentence: "which keys of NDJSON or CSV are which fields (YAML)"),
    Option(
      name: "timezone", value: "NAME",
      sentence: "the zone of times that carry none: Europe/Berlin, +02:00 (default UTC)"),
    Option(name: "year", value: "YYYY", sentence: "the year of times that carry none"),
    Option(name: "content", value: "DIR", repeats: true, sentence: "lay a folder over the project's own Content"),
    Option(name: "threads", value: "N", sentence: "threads that carry the work (default: one per processor)"),
  ]

  /// What enriches and judges lines.
  static let judging = [
    Option(name: "geo", value: "FILE", repeats: true, sentence: "a MaxMind database with countries or networks"),
    Option(name: "list", value: "NAME=FILE", repeats: true, sentence: "an address list: a feed, an office, partners"),
    Option(name: "robot", value: "NAME=FILE", repeats: true, sentence: "newer address ranges of a robot"),
    Option(
      name: "routes", value: "FILE", repeats: true,
      sentence: "prefixes and who may announce them (203.0.113.0/24 AS64500 a line), for BGP dumps"),
    Option(name: "sigma", value: "PATH", repeats: true, sentence: "Sigma rules: a file, or a folder with all below it"),
    Option(name: "paranoia", value: "1..4", sentence: "paranoia level of the Core Rule Set (default 1)"),
  ]

  static func configuration(_ arguments: Arguments) throws -> Configuration {
    var configuration = Configuration()
    configuration.intake.format = arguments["format"]
    configuration.intake.formatString = arguments["format-string"]
    configuration.intake.mappingFile = arguments["mapping"]
    configuration.intake.defaultYear = try arguments.int("year", in: 1970...2200)
    configuration.intake.zone = try zone(arguments)
    configuration.overlays = arguments.all("content")
    let processors = min(ProcessInfo.processInfo.activeProcessorCount, 64)
    configuration.threads = try arguments.int("threads", in: 1...256) ?? processors
    configuration.enrich.databases = arguments.all("geo")
    configuration.enrich.lists = try arguments.pairs("list")
    configuration.enrich.robots = try arguments.pairs("robot")
    configuration.enrich.routes = arguments.all("routes")
    configuration.sigma = arguments.all("sigma")
    configuration.paranoia = try arguments.int("paranoia", in: 1...4) ?? 1
    return configuration
  }

  private static func zone(_ arguments: Arguments) throws(UsageError) -> ClockZone {
    guard let name = arguments["timezone"] else { return .utc }
    if let zone = ClockZone(name) { return zone }
    let hint = nearestWord(to: name, in: ClockZone.names).map { "; did you mean \($0)?" } ?? ""
    throw UsageError(
      "--timezone must be a name of the IANA time zone database or an offset such as +02:00, not '\(name)'\(hint)")
  }

  /// At least one path, `-` once at most.
  static func paths(_ arguments: Arguments, after operands: Int = 0) throws(UsageError) -> [String] {
    let paths = Array(arguments.operands.dropFirst(operands))
    guard !paths.isEmpty else { throw UsageError("name at least one file, directory or - for standard input") }
    guard paths.filter({ $0 == "-" }).count <= 1 else { throw UsageError("standard input (-) can be read only once") }
    return paths
  }
}
