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
    let written = try Child.run(weir, ["archive", "write", "--archive", archive, "--threads", "1", input.path])
    let events = input.truth.events
    let files = FileManager.default.enumerator(atPath: archive)?.compactMap { $0 as? String } ?? []
    let bytes = files.filter { $0.hasSuffix(".parquet") }.reduce(0) { sum, name in
      sum + ((try? FileManager.default.attributesOfItem(atPath: archive + "/" + name)[.size] as? Int) ?? 0)
    }
    say(
      String(
        format: "written, decoding too: %.2f µs of CPU an event, %.0f events/s a core, %.1f bytes an event, peak %d MB",
        written.cpu / Double(events) * 1e6, Double(events) / written.cpu, Double(bytes) / Double(events),
        written.memory / 1_000_000))
    guard let library = DuckDB.library else { return say("DuckDB is not here: no questions") }
    for _ in 1..<max(1, copies) { _ = try Child.run(weir, ["archive", "write", "--archive", archive, input.path]) }
    _ = try Child.run(weir, ["archive", "compact", "--archive", archive])
    let output = folder + "/questions.txt"
    _ = try Child.run(
      CommandLine.arguments[0], ["--questions", library, archive] + Self.questions.map(\.sql), output: output)
    let native = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").compactMap { Double($0) }
    say(
      "\n| question, \(events * copies) events | weir, s | DuckDB's own table, s | ratio |\n| --- | ---: | ---: | ---: |"
    )
    for (question, own) in zip(Self.questions, native) {
      let runs = try (0..<3).map { _ in
        try Child.run(weir, ["hunt"] + question.hunt + ["--archive", archive, "--threads", "2"]).wall
      }
      let wall = runs.sorted()[1]
      say("| \(question.name) | " + String(format: "%.2f | %.2f | %.2f |", wall, own, wall / own))
    }
  }

  /// The child's part: the files as DuckDB's own table on disk, and the time of each question, the middle of three.
  static func ask(_ library: String, _ archive: String, _ questions: [String]) throws {
    let place = archive + "/native.duckdb"
    for name in [place, place + ".wal"] { try? FileManager.default.removeItem(atPath: name) }
    defer { try? FileManager.default.removeItem(atPath: place) }
    let database = try DuckDB(library: library).open(place)
    try database.run("SET threads = 2")
    let files = (archive + "/*/*/*.parquet").replacingOccurrences(of: "'", with: "''")
    try database.run("CREATE TABLE events AS SELECT * FROM read_parquet('\(files)')")
    try database.run("CHECKPOINT")
    for question in questions {
      let times = try (0..<3).map { _ in
        let begun = ContinuousClock.now
        try database.run(question)
        return (ContinuousClock.now - begun) / .seconds(1)
      }
      say("\(times.sorted()[1])")
    }
  }
}
