import Foundation
import Samples

/// One generated log and the truth about it; made anew only when it is not there yet.
struct Input {
  let name: String
  let path: String
  let truth: SampleTruth

  var bytes: Int { (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0 }

  static func make(_ format: SampleFormat, events: Int, name: String, in folder: String, days: Int64 = 1) throws
    -> Input
  {
    let path = "\(folder)/\(name)-\(events).log"
    let truthPath = path + ".truth.json"
    if FileManager.default.fileExists(atPath: path), let data = FileManager.default.contents(atPath: truthPath),
      let truth = try? JSONDecoder().decode(SampleTruth.self, from: data)
    {
      return Input(name: name, path: path, truth: truth)
    }
    var settings = SampleSettings()
    settings.format = format
    settings.events = events
    settings.seconds *= days
    let truth = try SampleWriter(settings).write(to: path)
    try JSONEncoder().encode(truth).write(to: URL(filePath: truthPath))
    return Input(name: name, path: path, truth: truth)
  }
}

/// Where a figure was measured.
enum Machine {
  static var description: String {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = cpu.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    let memory = ProcessInfo.processInfo.physicalMemory >> 30
    return "\(name), \(ProcessInfo.processInfo.processorCount) cores, \(memory) GiB"
  }
}
