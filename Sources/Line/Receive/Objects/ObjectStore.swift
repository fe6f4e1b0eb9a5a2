import Foundation
import FoundationNetworking
import Model
import Records

/// Which objects of which bucket are read, with whose key.
package struct ObjectStoreSettings: Sendable, Equatable {
  package var bucket: String
  /// `https://s3.example`; nil: AWS itself, by the bucket's own name.
  package var endpoint: String?
  package var region: String
  /// Keys that begin so; `{date}` stands for yesterday's and today's date (UTC) as `20260514`.
  package var prefix: String
  package var accessKey: String
  /// Path of the file that holds the secret key.
  package var secretFile: String
  /// Seconds from one look to the next.
  package var everySeconds: Int

  package init(
    bucket: String, endpoint: String?, region: String, prefix: String, accessKey: String, secretFile: String,
    everySeconds: Int
  ) {
    self.bucket = bucket
    self.endpoint = endpoint
    self.region = region
    self.prefix = prefix
    self.accessKey = accessKey
    self.secretFile = secretFile
    self.everySeconds = everySeconds
  }
}

/// An S3-compatible store as a client sees it: lists and gets, signed. Source: Amazon S3 API, `ListObjectsV2`,
/// `GetObject`.
struct ObjectStore {
  struct Object: Equatable {
    var key: String
    var tag: String
    var size: Int
  }

  /// The store's answer was no success: its status, and whether trying again helps.
  struct Refusal: Error, CustomStringConvertible {
    let status: Int
    let what: String
    var description: String { "\(what): status \(status)" }
    /// The object is not there, or not for us; anything else may be otherwise later.
    var isFinal: Bool { status == 404 }
  }

  private let settings: ObjectStoreSettings
  private let signature: AWSSignature
  private let session: URLSession
  /// Scheme and host with port; path of the bucket.
  private let origin: String
  private let host: String
  private let base: String

  /// Errors: an endpoint that is no address, a secret that cannot be read.
  init(_ settings: ObjectStoreSettings) throws(WorldError) {
    self.settings = settings
    guard let data = FileManager.default.contents(atPath: settings.secretFile) else {
      throw WorldError(what: "the secret key cannot be read", place: settings.secretFile, code: errno)
    }
    signature = AWSSignature(
      accessKey: settings.accessKey,
      secretKey: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines),
      region: settings.region)
    let address = settings.endpoint ?? "https://\(settings.bucket).s3.\(settings.region).amazonaws.com"
    guard let url = URL(string: address), let host = url.host(), let scheme = url.scheme,
      scheme == "https" || scheme == "http"
    else { throw WorldError(what: "the endpoint is no address", place: address, why: "such as https://s3.example") }
    self.host = url.port.map { "\(host):\($0)" } ?? host
    origin = "\(scheme)://\(self.host)"
    base = settings.endpoint == nil ? "" : "/" + AWSSignature.encoded(settings.bucket)
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = 30
    configuration.timeoutIntervalForResource = 600
    session = URLSession(configuration: configuration)
  }

  /// Every object whose key begins with `prefix`, page by page.
  func list(prefix: String, _ body: (Object) -> Void) throws {
    var token: String?
    repeat {
      var query = [("encoding-type", "url"), ("list-type", "2"), ("prefix", prefix)]
      if let token { query.append(("continuation-token", token)) }
      let page = ObjectList(try get(base + "/", query, limit: 16 << 20))
      page.objects.forEach(body)
      token = page.next
    } while token != nil
  }

  /// An object's bytes.
  func object(_ key: String, limit: Int) throws -> [UInt8] {
    try get(base + "/" + AWSSignature.encoded(key, keepsSlashes: true), [], limit: limit)
  }

  func end() { session.finishTasksAndInvalidate() }

  private func get(_ path: String, _ query: [(String, String)], limit: Int) throws -> [UInt8] {
    let query = query.map { (name: AWSSignature.encoded($0.0), value: AWSSignature.encoded($0.1)) }
    let words = query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    guard let url = URL(string: origin + path + (words.isEmpty ? "" : "?" + words)) else {
      throw Refusal(status: 404, what: path)
    }
    let payload = SHA256(of: []).description
    let headers = [("host", host), ("x-amz-content-sha256", payload), ("x-amz-date", Self.now())]
    var request = URLRequest(url: url)
    for (name, value) in headers.dropFirst() { request.setValue(value, forHTTPHeaderField: name) }
    request.setValue(
      signature.authorization(method: "GET", path: path, query: query, headers: headers, payload: payload),
      forHTTPHeaderField: "Authorization")
    return try answer(to: request, limit: limit)
  }

  /// The answer's bytes. Waits for it: the thread has nothing else to do.
  private func answer(to request: URLRequest, limit: Int) throws -> [UInt8] {
    let done = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var result: (Data?, URLResponse?, (any Error)?)
    let task = session.dataTask(with: request) { data, response, error in
      result = (data, response, error)
      done.signal()
    }
    task.resume()
    done.wait()
    if let error = result.2 { throw error }
    let status = (result.1 as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200, let data = result.0 else {
      throw Refusal(status: status, what: request.url?.path() ?? settings.bucket)
    }
    guard data.count <= limit else { throw Refusal(status: 404, what: "the answer is larger than \(limit) bytes") }
    return [UInt8](data)
  }

  /// `20130524T000000Z`.
  private static func now() -> String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var words = [CChar](repeating: 0, count: 20)
    strftime(&words, words.count, "%Y%m%dT%H%M%SZ", &parts)
    return String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// What `ListObjectsV2` answers, read for the few elements that matter.
struct ObjectList {
  var objects: [ObjectStore.Object] = []
  /// The token of the next page; nil at the last.
  var next: String?

  init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for part in text.split(separator: "<Contents>").dropFirst() {
      guard let key = Self.element("Key", part)?.removingPercentEncoding, let size = Self.element("Size", part)
      else { continue }
      objects.append(
        ObjectStore.Object(key: key, tag: Self.element("ETag", part) ?? "", size: Int(size) ?? 0))
    }
    if Self.element("IsTruncated", text[...]) == "true" { next = Self.element("NextContinuationToken", text[...]) }
  }

  private static func element(_ name: String, _ text: Substring) -> String? {
    guard let begin = text.range(of: "<\(name)>"), let end = text[begin.upperBound...].range(of: "</\(name)>") else {
      return nil
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#34;", "\""), ("&amp;", "&")]
    return entities.reduce(String(text[begin.upperBound..<end.lowerBound])) { $0.replacing($1.0, with: $1.1) }
  }
}
