import Foundation

/// Logs of real servers that real tools attacked beside ordinary browsing (`Scripts/record-servers`): every actor has an
/// address of its own, attackers are accused and people are not.
enum RecordedTraffic {
  static func run(_ run: Run) throws -> [SetResult] {
    let truth = try Files.json(Files.text(run.folder.appending(path: "truth.json"))) as? [[String: String]] ?? []
    return try Files.all(under: run.folder, suffixes: [".log.gz"]).map { file in
      let name = file.lastPathComponent.prefix { $0 != "." }
      var result = SetResult("recorded here: \(name)", note: "actors rightly accused or left alone")
      let accused = try run.weir.investigate([file]).sources
      for actor in truth {
        let isAttacker = actor["kind"] != "honest"
        let who = "\(actor["tool"] ?? "") \(actor["address"] ?? "")"
        result.count(accused.contains(actor["address"] ?? "") == isAttacker, miss: who)
      }
      return result
    }
  }
}
