import Conditions
import Glibc
import Model

/// How long a hundred conditions take for one event of an access log, every condition together.
///
/// The batch is made from a seed: 5,000 paths and 400 user agents met as often as on a real site, one query in four.
/// A new batch for every round, so that what is remembered of texts is worth what it is worth in the field.
enum ConditionsBench {
  /// CPU time of this process in microseconds an event, and how many conditions there were.
  static func run(rounds: Int = 40) throws -> (microseconds: Double, conditions: Int) {
    let conditions = try templates().map { try Condition(parsing: $0) }
    let set = try ConditionSet(conditions)
    let scratch = set.makeScratch()
    var random = SystemRandomNumberGenerator()
    var spent = 0, events = 0
    let batches = (0..<rounds).map { _ in batch(rows: 4096, &random) }
    for (round, batch) in batches.enumerated() {
      let start = clock()
      set.evaluate(batch, scratch)
      let took = clock() - start
      // The first rounds fill memories and caches.
      if round >= 4 {
        spent += took
        events += batch.count
      }
    }
    return (Double(spent) / Double(events), conditions.count)
  }

  private static func templates() -> [String] {
    var all: [String] = []
    for code in [400, 401, 403, 404, 405, 429, 444, 499, 500, 502] { all.append("http.response.code eq \(code)") }
    for word in [
      "wp-login", "xmlrpc", ".env", ".git/", "phpmyadmin", "actuator", "cgi-bin", "admin", "login", "signin",
    ] {
      all.append("lower(http.request.uri.path) contains \"\(word)\"")
      all.append(
        "http.request.method eq \"POST\" and http.request.uri.path contains \"\(word)\" and http.response.code in {401 403}"
      )
      all.append("ends_with(http.request.uri.path, \"\(word).php\") or http.request.uri.path eq \"/\(word)\"")
    }
    for tool in ["sqlmap", "nikto", "curl", "python", "go-http", "wpscan", "nuclei", "masscan", "zgrab", "httpx"] {
      all.append("lower(http.user_agent) contains \"\(tool)\"")
      all.append("http.user_agent wildcard \"\(tool)*\" and not http.response.code in {200..299}")
      all.append("http.user_agent matches r\"(?i)\\b\(tool)/\\d\" or len(http.user_agent) lt 5")
    }
    for text in [
      "union select", "../", "%00", "<script", "${jndi", "etc/passwd", "sleep(", "xp_cmd", "base64", "eval(",
    ] {
      all.append("lower(http.request.uri.query) contains \"\(text)\"")
      all.append("http.request.uri contains \"\(text)\" and http.response.code lt 400")
    }
    for network in 0..<10 {
      all.append("ip.src in {10.\(network).0.0/16 192.0.\(network).0/24} and http.response.bytes gt \(network * 10000)")
    }
    return all
  }

  private static func batch(rows: Int, _ random: inout SystemRandomNumberGenerator) -> EventBatch {
    let batch = EventBatch(capacity: rows + 1)
    for field: EventField in [.ipSource, .method, .path, .query, .uri, .status, .userAgent, .responseBytes, .referer] {
      batch.touch(field)
    }
    let rank = { (random: inout SystemRandomNumberGenerator, count: Double) in
      Int(count * .random(in: 0..<1, using: &random) * .random(in: 0..<1, using: &random))
    }
    for row in 0..<rows {
      let text = { (field: EventField, text: String) in batch.set(field, row, batch.arena.append(text.utf8)) }
      let path = "/shop/category-\(rank(&random, 70))/product-\(rank(&random, 70))/details.html"
      let isSearch = Int.random(in: 0..<4, using: &random) == 0
      let query = isSearch ? "q=word\(rank(&random, 100_000))&page=\(rank(&random, 9))" : ""
      text(.method, row % 10 == 0 ? "POST" : "GET")
      text(.path, path)
      text(.uri, isSearch ? path + "?" + query : path)
      if isSearch { text(.query, query) }
      text(
        .userAgent,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(rank(&random, 400)).0.0.0 Safari/537.36"
      )
      text(.referer, "https://shop.example/category-\(rank(&random, 70))")
      batch.set(.status, row, row % 20 == 0 ? 404 : 200)
      batch.set(.responseBytes, row, Int64.random(in: 100..<100_000, using: &random))
      batch.addresses[row] = IPAddress(v4: UInt32(0x0a00_0000 + rank(&random, 200_000)))
      batch.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
    }
    return batch
  }
}
