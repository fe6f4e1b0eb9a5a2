import Content
import Model
import Testing

@testable import Intake

/// What the last resort reads from a line of text.
private func read(_ line: String) -> [String: String]? { decodedRows([line], TextFormat(takesMessages: true)).first }

@Suite("log-ins told in words") struct LogInTextTests {
  @Test(
    "a failed log-in is known with its client and account, whatever the product",
    arguments: [
      ("2026-11-21 10:00:00 WARN Failed login for 'amy' from 203.0.113.7", "203.0.113.7", "amy"),
      ("[2026-11-21 10:00:00,123] auth: invalid credentials, user=amy rhost=[2001:db8::7]:4711", "2001:db8::7", "amy"),
      (
        "Nov 21 10:00:00 box app[7]: authentication failure for amy@shop.example, ip 203.0.113.7", "203.0.113.7",
        "amy@shop.example"
      ),
      ("2026/11/21 10:00:00 [error] sign-in denied (client: 203.0.113.7, username: \"amy b\")", "203.0.113.7", "amy b"),
      (
        "time=\"2026-11-21T10:00:00Z\" level=warn msg=\"Incorrect password\" client_ip=203.0.113.7 username=amy",
        "203.0.113.7", "amy"
      ),
      ("11/21/2026, 10:00:00 AM WARN user amy was not found, address 203.0.113.7", "203.0.113.7", "amy"),
      ("2026-11-21 10:00:00 amy 203.0.113.7 failed to log in", "203.0.113.7", "amy"),
      (
        "2026-11-21 10:00:00 proxy 127.0.0.1: bad password for amy (X-Forwarded-For: 203.0.113.7)", "203.0.113.7", "amy"
      ),
      (
        "2026-11-21 10:00:00 Fehlgeschlagene Anmeldung von 203.0.113.7, Benutzer 'amy' falsches Passwort",
        "203.0.113.7", "amy"
      ),
      (
        "2026-11-21T10:00:00Z [AUTH] loginFailed account=amy remoteAddr=203.0.113.7 server=192.0.2.1", "203.0.113.7",
        "amy"
      ),
      (
        "2026-11-21 10:00:00 Unable to log in user amy from 203.0.113.7", "203.0.113.7", "amy"
      ),
      (
        "2026-11-21 10:00:00 Échec de connexion pour amy depuis 203.0.113.7", "203.0.113.7", "amy"
      ),
      (
        "2026-11-21 10:00:00 registration from sip:amy@192.0.2.1 failed for '203.0.113.7:5060', wrong password: account amy",
        "203.0.113.7", "amy"
      ),
      (
        "2026-11-21 10:00:00 not logged in: password mismatch for [amy] from 203.0.113.7:5000 to 192.0.2.1:443",
        "203.0.113.7", "amy"
      ),
    ])
  func failures(_ line: String, _ address: String, _ account: String) {
    let row = read(line)
    #expect(row?["auth.outcome"] == "failure")
    #expect(row?["ip.src"] == address)
    #expect(row?["auth.account"] == account)
    #expect(row?["event.class"] == "host")
    #expect(
      row?["event.time"]?.hasSuffix("11-21T10:00:00Z") == true
        || row?["event.time"]?.hasSuffix("11-21T10:00:00.123Z") == true)
  }

  @Test(
    "a log-in that worked is a success",
    arguments: [
      "2026-11-21 10:00:00 Accepted password for amy from 203.0.113.7 port 2228",
      "2026-11-21 10:00:00 auth: user \"amy\" successfully logged in from ip 203.0.113.7",
      "2026-11-21 10:00:00 Authentication request for amy has succeeded (IP: 203.0.113.7)",
      "2026-11-21 10:00:00 login success, username amy, address 203.0.113.7",
    ])
  func successes(_ line: String) {
    let row = read(line)
    #expect(row?["auth.outcome"] == "success")
    #expect(row?["auth.account"] == "amy")
    #expect(row?["ip.src"] == "203.0.113.7")
  }

  @Test(
    "what is no log-in is a message and no failure",
    arguments: [
      "2026-11-21 10:00:00 [error] Request to https://push.example/login?error=invalid failed for 203.0.113.7",
      "2026-11-21 10:00:00 Listening on 203.0.113.7:80",
      "2026-11-21 10:00:00 disk check failed on /dev/sda1",
      "2026-11-21 10:00:00 user amy uploaded report.pdf",
      "2026-11-21 10:00:00 client 203.0.113.7: TLS handshake error",
      "2026-11-21 10:00:00 auth module loaded, no errors, listening on 192.0.2.1",
      "2026-11-21 10:00:00 cache miss for /account/password/invalid.html",
    ])
  func others(_ line: String) {
    let row = read(line)
    #expect(row?["event.class"] == "host")
    #expect(row?["auth.outcome"] == nil)
    #expect(row?["event.message"] != nil)
  }

  @Test(
    "a request that a program mentions is a request",
    arguments: [
      "2026-11-21 10:00:00 203.0.113.7 POST /api/login took 8ms and returned 401 65 bytes",
      "2026-11-21 10:00:00 INFO: 203.0.113.7:52782 - \"POST /api/login HTTP/1.1\" 401 Unauthorized",
      "2026-11-21 10:00:00 [203.0.113.7:32894] 401 Unauthorized \"POST /api/login HTTP/1.1\"",
      "2026-11-21 10:00:00 App: 203.0.113.7: 38 B: POST /api/login (401) (1ms)",
    ])
  func requests(_ line: String) {
    let row = read(line)
    #expect(row?["event.class"] == "http")
    #expect(row?["http.request.method"] == "POST" && row?["http.request.uri"] == "/api/login")
    #expect(row?["http.response.code"] == "401" && row?["ip.src"] == "203.0.113.7")
  }

  @Test(
    "broken access lines and noise are not taken for messages",
    arguments: [
      "203.0.113.7 - - [21/Nov/2026:10:00:00 +0000] \"GET /login?failed HTT", "no time here", "",
      "\u{1}\u{2}2026-11-21 10:00:00",
    ])
  func refused(_ line: String) {
    #expect(read(line) == nil)
  }

  @Test(
    "a time is neither a version nor a quoted number, and may stand behind a colour or a key",
    arguments: [
      "eventtime=1795255200000000000 logid=\"1234567890\" msg=\"login failed for amy from 203.0.113.7\"",
      "logid=\"1234567890\" eventtime=1795255200000000000 msg=\"login failed for amy from 203.0.113.7\"",
      "CEF:0|Maker|Thing|9.4.19|544|login failed for amy|1|src=203.0.113.7 deviceTime=2026-11-21T10:00:00Z",
      "\u{1b}[33m[Nest] 6 - \u{1b}[39m11/21/2026, 10:00:00 AM WARN Failed login attempt for user amy from 203.0.113.7",
    ])
  func oddTimes(_ line: String) {
    let row = read(line)
    #expect(row?["event.time"] == "2026-11-21T10:00:00Z")
    #expect(row?["auth.outcome"] == "failure" && row?["ip.src"] == "203.0.113.7")
  }

  @Test("a message whose time stands far behind a key is one") func keyedMessage() {
    let row = read(
      "CEF:0|Maker|Thing|9.4.19|544|Somebody looked at the settings page|1|part=System host=Thing One deviceTime=2026-11-21T10:00:00Z msg=seen"
    )
    #expect(row?["event.time"] == "2026-11-21T10:00:00Z" && row?["event.class"] == "host")
  }

  @Test("where messages are not taken, only a log-in or a request with an address counts")
  func strict() {
    let format = TextFormat(takesMessages: false)
    #expect(decodedRows(["2026-11-21 10:00:00 disk check failed"], format).isEmpty)
    #expect(decodedRows(["Failed login for amy from 203.0.113.7"], format).count == 1)
  }

  @Test("an error line that another format keeps is read the same way")
  func hostLines() {
    let line =
      #"2026/11/21 10:00:00 [error] 31#31: *46 FastCGI sent in stderr: "PHP message: Failed login for amy@shop.example" while"#
      + #" reading response header from upstream, client: 203.0.113.7, server: shop, request: "POST /login HTTP/1.1", host: "s""#
    let row = decodedRows([line], authored["nginx-error"]!).first
    #expect(row?["auth.outcome"] == "failure" && row?["auth.account"] == "amy@shop.example")
    #expect(row?["ip.src"] == "203.0.113.7")
  }

  @Test("random bytes never trap the reading of words")
  func damage() {
    var random = SystemRandomNumberGenerator()
    let words = Array(
      "user 'x failed: for login= [1.2.3.4]:80 ::1 POST /a 401 2026-11-21 10:00:00 \"\\( [id \"1\"]".utf8)
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 1...120, using: &random)).map { _ in
        Bool.random(using: &random)
          ? words[Int.random(in: words.indices, using: &random)] : UInt8.random(in: 11...255, using: &random)
      }
      #expect(decodedRows(bytes, TextFormat(takesMessages: true)).count <= 1)
    }
  }
}
