import Foundation

/// Flows against another collector's answers: addresses, ports, protocol, packets, bytes, and times where it gives them.
enum CollectedFlows {
  /// What makes a flow the same in both.
  private struct Key: Hashable {
    let source, destination: String
    let sourcePort, destinationPort: Int
  }

  private struct Sum: Equatable {
    var packets = 0
    var bytes = 0
  }

  static func run(_ run: Run) throws -> [SetResult] {
    var flows = SetResult(
      "pmacct-flows", note: "packets and bytes of each pair of ends, as the other collector sums them")
    var times = SetResult("pmacct-flows: times", note: "first and last time, to a second, of flows that it did not sum")
    for folder in Files.folders(in: run.folder) {
      guard let answers = Files.plainOrPacked(folder.appending(path: "output-flow-00.json")) else { continue }
      let captures = Files.all(under: folder, suffixes: [".pcap"])
      let wanted = Weir.objects(try Files.data(answers)).filter { $0["packets"] != nil && $0["ip_src"] != nil }
      let found = try run.weir.decode(captures).filter { $0["flow.packets"] != nil || $0["flow.bytes"] != nil }
      let (theirs, ours) = (
        sums(wanted, theirKey, "packets", "bytes"), sums(found, ourKey, "flow.packets", "flow.bytes")
      )
      for (key, sum) in theirs.sorted(by: { "\($0.key)" < "\($1.key)" }) {
        flows.count(
          ours[key] == sum,
          miss: "\(folder.lastPathComponent): \(key) \(sum), here \(ours[key].map { "\($0)" } ?? "none")")
      }
      compareTimes(wanted, found, &times, folder.lastPathComponent)
    }
    return [flows, times]
  }

  private static func sums(
    _ rows: [[String: Any]], _ key: ([String: Any]) -> Key, _ packets: String, _ bytes: String
  ) -> [Key: Sum] {
    var sums: [Key: Sum] = [:]
    for row in rows {
      sums[key(row), default: Sum()].packets += row[packets] as? Int ?? 0
      sums[key(row), default: Sum()].bytes += row[bytes] as? Int ?? 0
    }
    return sums
  }

  private static func compareTimes(
    _ wanted: [[String: Any]], _ found: [[String: Any]], _ times: inout SetResult, _ name: String
  ) {
    let alone = Dictionary(grouping: found, by: ourKey).filter { $0.value.count == 1 }
    for row in wanted {
      guard let start = row["timestamp_start"] as? String, let end = row["timestamp_end"] as? String,
        let seconds = Double(start), seconds > 0, let flow = alone[theirKey(row)]?.first
      else { continue }
      let isEqual = isNear(flow["flow.start"], seconds) && isNear(flow["flow.end"], Double(end) ?? 0)
      times.count(
        isEqual, miss: "\(name): \(start) \(end), here \(flow["flow.start"] ?? "-") \(flow["flow.end"] ?? "-")")
    }
  }

  /// Within a second: exports give their own time in whole seconds, and collectors cut or keep the rest.
  private static func isNear(_ text: Any?, _ seconds: Double) -> Bool {
    guard let text = text as? String, let date = try? Date(String(text.prefix(19)) + "Z", strategy: .iso8601) else {
      return false
    }
    return abs(date.timeIntervalSince1970 - seconds) <= 1
  }

  /// The other collector writes an ICMP message's type and code as a port; those are left out of the key.
  private static func theirKey(_ row: [String: Any]) -> Key {
    let hasPorts = ["tcp", "udp"].contains(row["ip_proto"] as? String)
    return Key(
      source: Addresses.canonical(row["ip_src"] as? String ?? ""),
      destination: Addresses.canonical(row["ip_dst"] as? String ?? ""),
      sourcePort: hasPorts ? row["port_src"] as? Int ?? 0 : 0,
      destinationPort: hasPorts ? row["port_dst"] as? Int ?? 0 : 0)
  }

  private static func ourKey(_ row: [String: Any]) -> Key {
    Key(
      source: row["ip.src"] as? String ?? "", destination: row["ip.dst"] as? String ?? "",
      sourcePort: (row["tcp.srcport"] ?? row["udp.srcport"]) as? Int ?? 0,
      destinationPort: (row["tcp.dstport"] ?? row["udp.dstport"]) as? Int ?? 0)
  }
}

/// Saved datagrams of many vendors, templates and data in separate files: each is decoded, or refused with a reason.
enum ExportDatagrams {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult(
      "netflow-ipfix-datagrams",
      note: "understood behind its vendor's templates; the two broken ones are refused in words or in part")
    let files = Files.all(under: run.folder, suffixes: [".dat"])
    for file in files {
      let name = file.lastPathComponent
      let isData = name.contains("_data") && !name.contains("tpl")
      let templates = isData ? files.filter { isTemplate($0.lastPathComponent, for: name) } : []
      let (events, refused, words) = try read(templates + [file], run)
      let isInvalid = name.contains("invalid")
      let isRight = isInvalid ? refused || events > 0 : !refused
      result.count(isRight, miss: "\(name): \(events) events, \(words.prefix(160))")
    }
    return [result]
  }

  /// Whether a file holds templates of the same vendor and version: the names agree up to the part that tells them apart.
  private static func isTemplate(_ other: String, for name: String) -> Bool {
    guard other.contains("tpl"), !other.contains("tpl_data"), let cut = name.range(of: "_data") else { return false }
    return other.hasPrefix(name[..<cut.lowerBound])
  }

  private static func read(_ files: [URL], _ run: Run) throws -> (events: Int, refused: Bool, words: String) {
    try Shell.inScratch { folder in
      let joined = folder.appending(path: "exports")
      try files.reduce(into: Data()) { $0 += try Files.data($1) }.write(to: joined)
      let ended = try run.weir.run(["decode", joined.path(percentEncoded: false)])
      return (Weir.objects(ended.output).count, !ended.errors.isEmpty, ended.errors)
    }
  }

  static func runFile(_ run: Run) throws -> [SetResult] {
    var result = SetResult("ipfix-file", note: "read to its end with nothing refused")
    for file in Files.all(under: run.folder, suffixes: [".ipfix"]) {
      let ended = try run.weir.run(["decode", file.path(percentEncoded: false)])
      let events = Weir.objects(ended.output).count
      result.count(events > 0 && ended.errors.isEmpty, miss: "\(file.lastPathComponent): \(ended.errors)")
      result.note += "; \(events) flows"
    }
    return [result]
  }

  /// Sampled packets and their rates against the text of another decoder.
  static func runSamples(_ run: Run) throws -> [SetResult] {
    var result = SetResult("sflow-pcaps", note: "number and rates of sampled packets as in the other decoder's text")
    for file in Files.all(under: run.folder, suffixes: [".pcap"]) {
      let text = try Files.text(file.deletingPathExtension().appendingPathExtension("out"))
      let wanted = text.matches(of: /flow sample \([13]\).*?rate (\d+)/).map { Int($0.1) ?? 0 }.sorted()
      let rows = try run.weir.decode([file]).filter { $0["flow.exporter"] != nil && $0["flow.packets"] == nil }
      let found = rows.map { $0["event.weight"] as? Int ?? 1 }.sorted()
      result.count(wanted == found, miss: "\(file.lastPathComponent): rates \(wanted), here \(found)")
    }
    return [result]
  }
}
