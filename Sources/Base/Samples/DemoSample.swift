import Glibc

/// A folder of logs as an analyst gets them: two formats, plain and gzipped, a few lines broken, an attack going on.
package enum DemoSample {
  /// One file of the folder and what is true about it.
  package struct File: Sendable {
    package let path: String
    package let truth: SampleTruth
  }

  /// Makes `folder` and fills it; files that were there before are replaced.
  package static func write(into folder: String, seed: UInt64 = 1) throws -> [File] {
    for name in [folder, folder + "/www", folder + "/edge"] { try makeFolder(name) }
    // The web server's log was turned over at 17:00; nothing happened before.
    return try [
      file(
        folder + "/www/access.log.1.gz", seed: seed &+ 1, .combined, events: 12_000, hour: 15, hours: 2, attacks: false),
      file(folder + "/www/access.log", seed: seed, .combined, events: 45_000, hour: 17, hours: 3, attacks: true),
      file(
        folder + "/edge/http_requests.ndjson.gz", seed: seed, .cloudflare, events: 15_000, hour: 17, hours: 3,
        attacks: true),
    ]
  }

  private static func file(
    _ path: String, seed: UInt64, _ format: SampleFormat, events: Int, hour: Int64, hours: Int64, attacks: Bool
  ) throws -> File {
    var settings = SampleSettings()
    settings.seed = seed
    settings.format = format
    settings.events = events
    settings.start += hour * 3600
    settings.seconds = hours * 3600
    settings.attacks = attacks
    settings.brokenEvery = attacks ? 4_001 : 0
    return File(path: path, truth: try SampleWriter(settings).write(to: path))
  }

  /// Makes a folder with its parents, as `mkdir -p` does.
  private static func makeFolder(_ path: String) throws(SampleError) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      let part = String(path[..<end])
      guard mkdir(part, 0o755) == 0 || errno == EEXIST else {
        throw SampleError(path: part, reason: String(cString: strerror(errno)))
      }
    }
  }
}
