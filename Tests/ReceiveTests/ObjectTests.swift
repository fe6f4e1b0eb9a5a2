import Foundation
import Net
import Records
import Synchronization
import Testing

@testable import Receive

@Suite("Signatures of AWS")
struct AWSSignatureTests {
  /// The key, the time and the answers of the examples in Amazon's documentation "Signature Calculations for the
  /// Authorization Header".
  @Test(
    "requests are signed as the documentation's examples are",
    arguments: [
      ("/test.txt", "", "bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
      ("/", "lifecycle=", nil, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
      ("/", "max-keys=2&prefix=J", nil, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ] as [(String, String, String?, String)])
  func documented(path: String, query: String, range: String?, wanted: String) {
    let signature = AWSSignature(
      accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")
    let empty = SHA256(of: []).description
    var headers = [
      ("x-amz-date", "20130524T000000Z"), ("host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", empty),
    ]
    if let range { headers.append(("range", range)) }
    let pairs = query.split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      return (name: halves[0], value: halves[1])
    }
    let words = signature.authorization(
      method: "GET", path: path, query: pairs, headers: headers.map { (name: $0.0, value: $0.1) }, payload: empty)
    #expect(words.hasSuffix("Signature=\(wanted)"), "\(words)")
  }

  @Test("the suite's plain request has the suite's signature") func suite() {
    let signature = AWSSignature(
      accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1",
      service: "service")
    let words = signature.authorization(
      method: "GET", path: "/", query: [],
      headers: [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")],
      payload: SHA256(of: []).description)
    #expect(words.hasSuffix("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"), "\(words)")
  }

  @Test("what is not unreserved is encoded") func encoding() {
    #expect(AWSSignature.encoded("a/b c~é+") == "a%2Fb%20c~%C3%A9%2B")
    #expect(AWSSignature.encoded("a/b", keepsSlashes: true) == "a/b")
  }
}

/// A store of this process: checks signatures, lists in pages of two, and gives objects.
private final class TestStore: HTTPApplication {
  private let objects = Mutex<[String: (bytes: [UInt8], tag: String)]>([:])
  private let asked = Mutex<[String]>([])
  private let broken = Mutex(false)
  private let signature = AWSSignature(accessKey: "key", secretKey: "secret", region: "test")

  var gets: [String] { asked.withLock { $0 } }
  func put(_ key: String, _ text: String, tag: String = "1") {
    objects.withLock { $0[key] = (Array(text.utf8), tag) }
  }
  func remove(_ key: String) { objects.withLock { $0[key] = nil } }
  func fail(_ fails: Bool) { broken.withLock { $0 = fails } }

  func begin(_ request: HTTPRequest) -> HTTPBeginning {
    .take(BoundedBody(limit: 0, refusal: HTTPResponse(status: 413)))
  }

  func answer(_ request: HTTPRequest, _ body: any BodySink) -> HTTPResponse {
    guard isSigned(request) else { return HTTPResponse(status: 403) }
    if broken.withLock({ $0 }) { return HTTPResponse(status: 503) }
    if request.path == "/logs/" { return list(request) }
    let key = String(request.path.dropFirst("/logs/".count))
    asked.withLock { $0.append(key) }
    guard let object = objects.withLock({ $0[key] }) else { return HTTPResponse(status: 404) }
    return HTTPResponse(status: 200, body: .bytes(object.bytes))
  }

  private func isSigned(_ request: HTTPRequest) -> Bool {
    let headers = ["host", "x-amz-content-sha256", "x-amz-date"].map { (name: $0, value: request.header($0) ?? "") }
    let query = request.query.map {
      (name: AWSSignature.encoded($0.name), value: AWSSignature.encoded($0.value))
    }
    return request.header("authorization")
      == signature.authorization(
        method: "GET", path: AWSSignature.encoded(request.path, keepsSlashes: true), query: query, headers: headers,
        payload: headers[1].value)
  }

  private func list(_ request: HTTPRequest) -> HTTPResponse {
    let prefix = request.query("prefix") ?? ""
    let all = objects.withLock { $0.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key } }
    let start = request.query("continuation-token").flatMap { Int($0) } ?? 0
    let page = all.dropFirst(start).prefix(2)
    var text = "<?xml version=\"1.0\"?><ListBucketResult>"
    if start + 2 < all.count {
      text += "<IsTruncated>true</IsTruncated><NextContinuationToken>\(start + 2)</NextContinuationToken>"
    }
    for (key, object) in page {
      text += "<Contents><Key>\(AWSSignature.encoded(key))</Key><ETag>&quot;\(object.tag)&quot;</ETag>"
      text += "<Size>\(object.bytes.count)</Size></Contents>"
    }
    return HTTPResponse(type: "application/xml", text + "</ListBucketResult>")
  }
}

@Suite("Objects of a store")
struct ObjectTests {
  private func receiver(
    _ server: HTTPServer, _ folder: TemporaryFolder, _ shelf: Shelf, secret: String = "secret"
  ) throws -> ObjectReceiver {
    try Data(secret.utf8).write(to: URL(filePath: folder / "secret"))
    let settings = ObjectStoreSettings(
      bucket: "logs", endpoint: "http://\(server.endpoint)", region: "test", prefix: "cf/", accessKey: "key",
      secretFile: folder / "secret", everySeconds: 0)
    return ObjectReceiver(
      settings, memory: folder / "sources", lastMark: { _ in shelf.mark },
      unpack: { bytes in
        struct Broken: Error {}
        if bytes.first == UInt8(ascii: "!") { throw Broken() }
        return bytes
      }, keep: { _, lines, mark in try shelf.keep(lines, mark) })
  }

  @Test("each object is read once, in pages, over stops; new ones and changed ones are; broken ones are counted")
  func once() throws {
    let (store, shelf, folder) = (TestStore(), Shelf(), try TemporaryFolder())
    let server = try HTTPServer(#require(Endpoint("127.0.0.1:0")), application: store)
    defer { server.stop() }
    for number in 0..<5 { store.put("cf/a b&\(number).log", "line \(number)\n") }
    store.put("other/x", "no\n")
    store.put("cf/broken", "!\n")
    let first = try receiver(server, folder, shelf)
    try first.start()
    shelf.wait(for: 5)
    store.put("cf/late", "late\n")
    shelf.wait(for: 6)
    first.stop()
    #expect(shelf.lines == (0..<5).map { "line \($0)" } + ["late"])
    #expect(first.counts.foreign == 1 && first.counts.messages == 6)
    // As after a kill between the spool and the memory: the mark alone knows the last one.
    let memory = try #require(FileManager.default.enumerator(atPath: folder / "sources")?.allObjects.first as? String)
    let file = folder / "sources" + "/" + memory
    let bytes = try #require(FileManager.default.contents(atPath: file))
    try bytes.dropLast(11).write(to: URL(filePath: file))
    store.put("cf/a b&0.log", "anew\n", tag: "2")
    let second = try receiver(server, folder, shelf)
    try second.start()
    shelf.wait(for: 7)
    second.stop()
    #expect(shelf.lines.filter { $0 == "late" }.count == 1 && shelf.lines.filter { $0 == "anew" }.count == 1)
  }

  @Test("a store that fails is asked again, one that refuses the key is counted, and nothing is lost") func failing()
    throws
  {
    let (store, shelf, folder) = (TestStore(), Shelf(), try TemporaryFolder())
    let server = try HTTPServer(#require(Endpoint("127.0.0.1:0")), application: store)
    defer { server.stop() }
    store.put("cf/x", "x\n")
    store.fail(true)
    let first = try receiver(server, folder, shelf)
    try first.start()
    for _ in 0..<200 where first.counts.failures == 0 { usleep(10_000) }
    #expect(first.counts.failures > 0 && shelf.lines.isEmpty)
    store.fail(false)
    shelf.wait(for: 1)
    first.stop()
    #expect(shelf.lines == ["x"])
    let stranger = try receiver(server, folder, shelf, secret: "wrong")
    try stranger.start()
    for _ in 0..<200 where stranger.counts.failures == 0 { usleep(10_000) }
    stranger.stop()
    #expect(stranger.counts.failures > 0)
  }

  @Test("a date in a prefix stands for yesterday's and today's") func dates() {
    let now = Date(timeIntervalSince1970: 1_778_716_800 + 10)
    #expect(ObjectReceiver.prefixes("cf/{date}/", at: now) == ["cf/20260513/", "cf/20260514/"])
    #expect(ObjectReceiver.prefixes("cf/", at: now) == ["cf/"])
  }
}
