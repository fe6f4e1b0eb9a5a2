import Content
import Model
import Testing

@testable import Detect

/// Ordinary traffic that looks a little like an attack; no detection at all may mind it.
@Suite("Ordinary traffic")
struct QuietTrafficTests {
  private static let text = """
    - what: a feed reader that polls every minute for six hours
      repeat: 360
      every: 60s
      event: {ip.src: 198.51.100.4, http.host: www.example, http.request.method: GET, http.request.uri: /feed.xml, http.response.code: 304, http.user_agent: "FeedReader/2.1 (+https://reader.example)", client.class: robot}
    - what: an uptime monitor that checks three pages every ten seconds for two hours
      repeat: 2160
      every: 10s
      event: {ip.src: 198.51.100.5, http.host: www.example, http.request.method: HEAD, http.request.uri: "/check{n%3}", http.response.code: 200, http.user_agent: "Monitor/1.0", client.class: robot}
    - what: an office of two hundred people behind one address, pages and their parts
      steps:
        - repeat: 1600
          every: 700ms
          event: {ip.src: 198.51.100.6, http.host: www.example, http.request.method: GET, http.request.uri: "/style{n%40}.css", http.response.code: 200, http.user_agent: "Mozilla/5.0 (Windows NT 10.0; rv:1{n/8}.0) Gecko/20100101 Firefox/1{n/8}.0", client.class: browser}
        - repeat: 260
          every: 4s
          event: {ip.src: 198.51.100.6, http.host: www.example, http.request.method: GET, http.request.uri: "/news/{n}", http.response.code: 200, http.user_agent: "Mozilla/5.0 (Windows NT 10.0; rv:1{n/8}.0) Gecko/20100101 Firefox/1{n/8}.0", client.class: browser}
    - what: the same office logging in on a Monday, every fifth mistyping once
      steps:
        - repeat: 20
          every: 30s
          event: {ip.src: 198.51.100.6, http.host: www.example, http.request.method: POST, http.request.uri: /login, http.response.code: 302, client.class: browser}
        - repeat: 5
          every: 90s
          event: {ip.src: 198.51.100.6, http.host: www.example, http.request.method: POST, http.request.uri: /login, http.response.code: 401, client.class: browser}
    - what: a link that goes viral, page and parts, from two thousand addresses
      steps:
        - repeat: 900
          every: 2s
          event: {ip.src: "192.0.2.{n%200}", http.host: www.example, http.request.method: GET, http.request.uri: "/page{n%30}", http.response.code: 200, client.class: browser}
        - repeat: 5000
          every: 8ms
          event: {ip.src: "203.0.{n%113}.{n%250}", http.host: www.example, http.request.method: GET, http.request.uri: "/viral/part{n%9}.jpg", http.response.code: 200, http.referer: "https://social.example/", client.class: browser}
    - what: a download of a large file in four hundred ranges
      repeat: 400
      every: 500ms
      event: {ip.src: 198.51.100.7, http.host: www.example, http.request.method: GET, http.request.uri: /files/image.iso, http.response.code: 206, http.response.bytes: 10485760, http.response.duration_us: 900000, client.class: browser}
    - what: a verified search robot that reads two pages a second and meets old addresses
      steps:
        - repeat: 1200
          every: 500ms
          event: {ip.src: 198.51.100.8, http.host: www.example, http.request.method: GET, http.request.uri: "/archive/{n}", http.response.code: 200, client.class: robot, client.robot: verified}
        - repeat: 60
          every: 500ms
          event: {ip.src: 198.51.100.8, http.host: www.example, http.request.method: GET, http.request.uri: "/gone/{n}", http.response.code: 404, client.class: robot, client.robot: verified}
    - what: a build machine that fetches forty packages and posts its result
      steps:
        - repeat: 38
          every: 300ms
          event: {ip.src: 198.51.100.9, http.host: pkg.example, http.request.method: GET, http.request.uri: "/packages/tool-{n}.tgz", http.response.code: 200, http.user_agent: "curl/8.5.0", client.class: tool}
        - event: {ip.src: 198.51.100.9, http.host: pkg.example, http.request.method: POST, http.request.uri: /api/builds, http.response.code: 201, http.user_agent: "curl/8.5.0", client.class: tool}
    - what: a person who mistypes the password three times, on a form and in a mail program
      steps:
        - repeat: 3
          every: 7s
          event: {ip.src: 198.51.100.10, http.host: www.example, http.request.method: POST, http.request.uri: /wp-login.php, http.response.code: 200, client.class: browser}
        - event: {ip.src: 198.51.100.10, http.host: www.example, http.request.method: POST, http.request.uri: /wp-login.php, http.response.code: 302, client.class: browser}
        - repeat: 3
          every: 7s
          event: {event.class: host, ip.src: 198.51.100.10, event.service: mail, auth.account: ada, auth.outcome: failure}
        - event: {event.class: host, ip.src: 198.51.100.10, event.service: mail, auth.account: ada, auth.outcome: success}
    - what: a reader who follows a few dead links and whose browser asks for an icon
      repeat: 8
      every: 15s
      event: {ip.src: 198.51.100.11, http.host: www.example, http.request.method: GET, http.request.uri: "/old/{n}", http.response.code: 404, client.class: browser}
    - what: a customer whose first card is declined
      steps:
        - repeat: 2
          every: 50s
          event: {ip.src: 198.51.100.12, http.host: shop.example, http.request.method: POST, http.request.uri: /checkout/payment, http.response.code: 402, client.class: browser}
        - event: {ip.src: 198.51.100.12, http.host: shop.example, http.request.method: POST, http.request.uri: /checkout/payment, http.response.code: 200, client.class: browser}
    """

  private static let examples: [Example] = {
    do {
      var reader = ContentReader(
        try ContentNode.documents(of: "quiet:\n" + text.split(separator: "\n").map { "  \($0)\n" }.joined())[0])
      let examples = Example.list("quiet", &reader)
      let problems = reader.finish()
      if !problems.isEmpty { Issue.record("\(ContentError(problems))") }
      return examples
    } catch {
      Issue.record("\(error)")
      return []
    }
  }()

  @Test("all of it at once raises no alert in any detection") func everything() throws {
    let detector = try Detector(DetectionFilesTests.all)
    var events = ExampleEvents()
    for example in Self.examples { events.append(example) }
    #expect(events.events.count > 10_000)
    let alerts = ExampleRun.alerts(detector, events, batchSize: 4_000)
    #expect(
      alerts.isEmpty, "\(alerts.map { "\($0.detection) \($0.key.map(\.value)): \($0.reason)" }.joined(separator: "\n"))"
    )
  }
}
