import Content
import Model
import Testing

@testable import Intake

@Suite("W3C extended logs") struct W3CTests {
  let folder = TemporaryFolder()

  @Test("IIS columns follow the header, also where it changes within the file")
  func iis() throws {
    let text = """
      #Software: Microsoft Internet Information Services 10.0
      #Version: 1.0
      #Date: 2025-10-10 13:00:00
      #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken
      2025-10-10 13:00:01 10.0.0.5 GET /a.aspx id=1 443 - 192.0.2.7 Mozilla/5.0+(Windows+NT) - 404 0 2 15\r
      #Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status
      2025-10-10 13:00:02 192.0.2.8 POST /login - 200

      """
    let read = try Read([folder.write(text, "iis.log")])
    #expect(
      read.rows == [
        [
          "event.class": "http", "event.time": "2025-10-10T13:00:01Z", "cf.edge.server_ip": "10.0.0.5",
          "http.request.method": "GET", "http.request.uri": "/a.aspx?id=1", "http.request.uri.path": "/a.aspx",
          "http.request.uri.query": "id=1", "ip.src": "192.0.2.7", "http.user_agent": "Mozilla/5.0 (Windows NT)",
          "http.response.code": "404", "http.response.duration_us": "15000",
        ],
        [
          "event.class": "http", "event.time": "2025-10-10T13:00:02Z", "ip.src": "192.0.2.8",
          "http.request.method": "POST", "http.request.uri": "/login", "http.request.uri.path": "/login",
          "http.response.code": "200",
        ],
      ])
    #expect(read.places == ["0:5", "0:7"])
    #expect(read.report.rejected == 0)
  }

  static let cloudFront =
    "2025-10-10\t15:22:28\tCDG50-P2\t703\t192.0.2.7\tGET\td1.cloudfront.net\t/a%20b\t400\t-\tcurl/8.5%2520(x%252Cy)\tq=4%252\t-\tError\tabc==\tshop.example\thttps\t62\t0.113\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tError\tHTTP/2.0\t-\t-\t51754\t0.110\tError\ttext/html\t20\t-\t-"

  @Test(
    "CloudFront is known without a header, its user agent's percent-encoding is undone once, its host is the client's")
  func cloudFront() throws {
    let row = try #require(try Read([folder.write(Self.cloudFront + "\n", "cf")]).rows.first)
    #expect(row["http.host"] == "shop.example")
    #expect(row["cf.zone.name"] == "d1.cloudfront.net")
    #expect(row["http.user_agent"] == "curl/8.5%20(x%2Cy)")
    #expect(row["http.request.uri"] == "/a%20b?q=4%252")
    #expect(row["http.response.duration_us"] == "113000")
    #expect(row["cf.cache_status"] == "error")
  }

  @Test("a line with other columns than the header says is rejected with that reason")
  func columnCount() throws {
    let read = try Read([
      folder.write("#Fields: date time c-ip\n2025-10-10 13:00:01 192.0.2.7\n2025-10-10 13:00:01\n", "x")
    ])
    #expect(read.rows.count == 1)
    #expect(read.report.inputs[0].reasons.map(\.reason) == [Rejection.columnCount.rawValue])
  }
}
