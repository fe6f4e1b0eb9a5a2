import Foundation

/// An ordinary site's log with a handful of probes in it: whoever did not probe must not be accused.
enum QuietLogs {
  /// What makes a line a probe, whoever looks at it.
  private static let probes = [
    "../", "%2e%2e", "/etc/passwd", "<script", "%3cscript", "union+select", "union%20select", "phpmyadmin", "wp-login",
    "wp-admin", "xmlrpc.php", "/cgi-bin/", "setup.php", "/admin", "/manager/", "=http://", "=http%3a", ".env", "/.git",
    "base64_decode", "/etc/", "() {", "connect ", "\\x", "fckeditor", "config.php", "/proxy", "/register", "/signup",
  ]

  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("web-access-logs", note: "clients not accused unless they probed; ")
    for file in Files.all(under: run.folder) {
      let lines = try Files.lines(file).filter { !$0.isEmpty }
      var clients: [String: Bool] = [:]
      for line in lines {
        let client = String(line.prefix { $0 != " " })
        let lower = line.lowercased()
        clients[client] = clients[client] == true || probes.contains { lower.contains($0) }
      }
      let findings = try run.weir.investigate([file])
      let accused = findings.sources
      for (client, probed) in clients.sorted(by: { $0.key < $1.key }) {
        result.count(probed || !accused.contains(client), miss: "\(client) \(findings.titles.sorted())")
      }
      let events = try run.weir.decode([file]).count
      result.note +=
        "\(findings.incidents.count) incidents, \(accused.count) accused, \(events) of \(lines.count) lines read"
    }
    return [result]
  }
}
