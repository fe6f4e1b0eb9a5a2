import Foundation

/// Measures the archive: what writing an event costs and takes, and four questions beside DuckDB's own table.
struct ArchiveBench {
  let weir: String
  let folder: String
  let input: Input
  /// How often the input is written, for enough events to ask.
  let copies: Int

  /// What analysts ask, as a hunt and as DuckDB would be asked itself.
  private static let questions: [(name: String, hunt: [String], sql: String)] = [
    (
      "top sources", [#"http.response.code ge 0"#, "--group-by", "ip.src", "--top", "20"],
      "SELECT ip_src, count(*) AS n FROM events WHERE http_response_code >= 0 GROUP BY 1 ORDER BY n DESC LIMIT 20"
    ),
    (
      "rate per minute and host", [#"http.response.code ge 0"#, "--every", "1m", "--group-by", "http.host"],
      """
      SELECT date_trunc('minute', event_time) AS t, http_host, count(*) AS n FROM events WHERE http_response_code >= 0 \
      GROUP BY 1, 2 ORDER BY 1, 3 DESC
      """
    ),
    (
      "distinct paths per source",
      [#"http.response.code ge 0"#, "--group-by", "ip.src", "--distinct", "http.request.uri.path", "--top", "20"],
      """
      SELECT ip_src, count(*) AS n, count(DISTINCT http_request_uri_path) FROM events WHERE http_response_code >= 0 \
      GROUP BY 1 ORDER BY n DESC LIMIT 20
      """
    ),
    (
      "regex on the URI", [##"http.request.uri matches r#"(login|admin|wp-[a-z]{4,8})\.php"#"##, "--count"],
      "SELECT count(*) FROM events WHERE regexp_matches(http_request_uri, '(login|admin|wp-[a-z]{4,8})\\.php')"
    ),
  ]

  func run() throws {
    let archive = folder + "/archive"
    try? FileManager.default.removeItem(atPath: archive)
    let events = input.truth.events
    let written = try (0..<3).map { _ in
      try? FileManager.default.removeItem(atPath: archive)
      return try Child.run(weir, ["archive", "write", "--archive", archive, "--threads", "1", input.path])
    }
    let cpu = Self.middle(written.map(\.cpu)) / Double(events)
    say(
      String(
        format: "written, decoding too: %.2f µs of CPU an event, %.0f events/s a core, %.1f bytes an event, peak %d MB",
        cpu * 1e6, 1 / cpu, Double(bytes(archive)) / Double(events), (written.map(\.memory).max() ?? 0) / 1_000_000))
    guard let library = DuckDB.library else { return say("DuckDB is not here: no questions") }
    for _ in 1..<max(1, copies) {
      _ = try Child.run(weir, ["archive", "write", "--again", "--archive", archive, input.path])
    }
    let compacted = try Child.run(weir, ["archive", "compact", "--archive", archive])
    let all = events * max(1, copies)
    say(
      String(
        format: "compacted: %.2f µs of CPU an event, peak %d MB", compacted.cpu / Double(all) * 1e6,
        compacted.memory / 1_000_000))
    let place = folder + "/native.duckdb"
    defer { Self.remove(place) }
    // In a process of its own, which lets go of the file.
    _ = try Child.run(CommandLine.arguments[0], ["--table", library, archive, place])
    try ask(archive, library, place, events: all)
  }

  private func bytes(_ archive: String) -> Int {
    let files = FileManager.default.enumerator(atPath: archive)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".parquet") }.reduce(0) { sum, name in
      sum + ((try? FileManager.default.attributesOfItem(atPath: archive + "/" + name)[.size] as? Int) ?? 0)
    }
  }

  /// Both programs from their start to their end, in turns, so that a slow spell of the machine meets both.
  private func ask(_ archive: String, _ library: String, _ place: String, events: Int) throws {
    say(
      "\n| question, \(events) events | weir, s (CPU) | DuckDB, its own table, s (CPU) | ratio (CPU) | DuckDB, running, s |"
    )
    say("| --- | ---: | ---: | ---: | ---: |")
    for question in Self.questions {
      var (own, theirs): ([Child], [Child]) = ([], [])
      for _ in 0..<5 {
        own.append(
          try Child.run(weir, ["hunt"] + question.hunt + ["--archive", archive, "--threads", "2"]))
        theirs.append(try Child.run(CommandLine.arguments[0], ["--question", library, place, question.sql]))
      }
      let output = folder + "/question.txt"
      _ = try Child.run(CommandLine.arguments[0], ["--question", library, place, question.sql, "5"], output: output)
      let running = Double(try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").last ?? "") ?? 0
      let (wall, cpu) = (Self.middle(own.map(\.wall)), Self.middle(own.map(\.cpu)))
      let (theirWall, theirCPU) = (Self.middle(theirs.map(\.wall)), Self.middle(theirs.map(\.cpu)))
      say(
        "| \(question.name) | "
          + String(
            format: "%.2f (%.2f) | %.2f (%.2f) | %.2f (%.2f) | %.2f |", wall, cpu, theirWall, theirCPU,
            wall / theirWall, cpu / theirCPU, running))
    }
  }

  private static func middle(_ figures: [Double]) -> Double { figures.sorted()[figures.count / 2] }

  private static func remove(_ place: String) {
    for name in [place, place + ".wal"] { try? FileManager.default.removeItem(atPath: name) }
  }

  /// The child's part: the files as DuckDB's own table on disk.
  static func makeTable(_ library: String, _ archive: String, _ place: String) throws {
    remove(place)
    let database = try DuckDB(library: library).open(place)
    try database.run("SET threads = 2")
    let files = (archive + "/*/*/*.parquet").replacingOccurrences(of: "'", with: "''")
    try database.run("CREATE TABLE events AS SELECT * FROM read_parquet('\(files)')")
    try database.run("CHECKPOINT")
  }

  /// The child's part: opens the table, asks one question so many times, and says how long the middle one took.
  static func ask(_ library: String, _ place: String, _ question: String, times: Int) throws {
    let database = try DuckDB(library: library).open(place)
    try database.run("SET threads = 2")
    let walls = try (0..<times).map { _ in
      let begun = ContinuousClock.now
      try database.run(question)
      return (ContinuousClock.now - begun) / .seconds(1)
    }
    say("\(middle(walls))")
  }
}
