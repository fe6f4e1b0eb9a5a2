import Foundation
import Testing

@testable import Samples

@Test("the same seed gives the same bytes and the same truth, another seed others", arguments: SampleFormat.allCases)
func seedDecides(format: SampleFormat) throws {
  let first = try Sample(seed: 7, format: format)
  let second = try Sample(seed: 7, format: format)
  let third = try Sample(seed: 8, format: format)
  #expect(first.log == second.log)
  #expect(first.truth.attacks.map(\.sources) == second.truth.attacks.map(\.sources))
  #expect(first.log != third.log)
}

@Test("there are about as many lines as were asked for, in order of time", arguments: SampleFormat.allCases)
func sizeIsRight(format: SampleFormat) throws {
  let sample = try Sample(seed: 3, format: format)
  let lines = sample.lines
  #expect(lines.count == sample.truth.events)
  #expect(lines.count > 8_500 && lines.count < 11_500)
}

@Test("the labels count what the truth counts, attack by attack")
func labelsAgree() throws {
  let sample = try Sample(seed: 5, format: .combined)
  #expect(sample.labels.count == sample.truth.events)
  for attack in sample.truth.attacks {
    let letter = attack.label.utf8.first!
    #expect(attack.events > 0 && sample.labels.filter { $0 == letter }.count == attack.events)
    #expect(!attack.sources.isEmpty && attack.firstSeen <= attack.lastSeen)
  }
}

@Test("two requests in a hundred carry a payload, and nearly all of those differ")
func payloadsDiffer() throws {
  let sample = try Sample(seed: 2, format: .combined)
  let letters = Set(sample.truth.attacks.filter { $0.kind == "exploitation" }.map { $0.label.utf8.first! })
  let attacks = zip(sample.lines, sample.labels).filter { letters.contains($1) }.map { $0.0 }
  #expect(attacks.count > 150 && attacks.count < 250)
  let requests = Set(attacks.map { $0.split(separator: "\"")[1] })
  #expect(Double(requests.count) > Double(attacks.count) * 0.95)
}

@Test("a Cloudflare record is a JSON object of 48 fields and about a kilobyte and a half")
func recordsAreWhole() throws {
  let sample = try Sample(seed: 4, format: .cloudflare)
  let counts = try sample.lines.map { line in
    (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?.count
  }
  #expect(Set(counts) == [48])
  let mean = sample.log.count / sample.lines.count
  #expect(mean > 1_300 && mean < 1_700)
}

@Test("without attacks nothing is labelled")
func quietTraffic() throws {
  let sample = try Sample(seed: 1, format: .combined, attacks: false)
  #expect(sample.truth.attacks.isEmpty && sample.labels.allSatisfy { $0 == UInt8(ascii: "-") })
}

/// Some ten thousand lines in memory.
private struct Sample {
  let log: Data
  let labels: Data
  let truth: SampleTruth

  var lines: [Substring] { String(decoding: log, as: UTF8.self).split(separator: "\n") }

  init(seed: UInt64, format: SampleFormat, attacks: Bool = true) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-sample-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var settings = SampleSettings()
    (settings.seed, settings.format, settings.attacks) = (seed, format, attacks)
    (settings.events, settings.seconds, settings.clients) = (10_000, 7_200, 3_000)
    let log = folder.appending(path: "log")
    let labels = folder.appending(path: "labels")
    truth = try SampleWriter(settings).write(to: log.path(), labels: labels.path())
    self.log = try Data(contentsOf: log)
    self.labels = try Data(contentsOf: labels)
  }
}

@Test("the demo's folder holds plain and gzipped files that begin as their names say")
func demoFolder() throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "weir-demo-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  let files = try DemoSample.write(into: folder.path() + "/logs")
  #expect(files.count == 3)
  for file in files {
    let start = try Data(contentsOf: URL(filePath: file.path)).prefix(2)
    #expect((start == Data([0x1f, 0x8b])) == file.path.hasSuffix(".gz"), "\(file.path)")
    #expect(file.truth.events > 10_000)
  }
}
