import Records

/// Signs requests to S3-compatible stores. Source: AWS Signature Version 4, "Create a signed AWS API request".
package struct AWSSignature: Sendable {
  package var accessKey: String
  package var secretKey: String
  package var region: String
  package var service = "s3"

  package init(accessKey: String, secretKey: String, region: String, service: String = "s3") {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.region = region
    self.service = service
  }

  /// A request's value of `Authorization`.
  ///
  /// `path` and `query` are percent-encoded as they are sent; `headers` are all that are signed, names in lower case,
  /// with `host` and `x-amz-date` (`20130524T000000Z`) among them. `payload` is the body's digest in hexadecimal.
  package func authorization(
    method: String, path: String, query: [(name: String, value: String)], headers: [(name: String, value: String)],
    payload: String
  ) -> String {
    let headers = headers.sorted { $0.name < $1.name }
    let signed = headers.map(\.name).joined(separator: ";")
    let date = headers.first { $0.name == "x-amz-date" }?.value ?? ""
    let canonical = [
      method, path,
      query.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
        .joined(separator: "&"),
      headers.map { "\($0.name):\(Self.trimmed($0.value))\n" }.joined(), signed, payload,
    ].joined(separator: "\n")
    let day = String(date.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let toSign = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(SHA256(of: Array(canonical.utf8)))"
    var key = Array("AWS4\(secretKey)".utf8)
    for part in [day, region, service, "aws4_request"] { key = SHA256.keyed(key, Array(part.utf8)).bytes }
    let signature = SHA256.keyed(key, Array(toSign.utf8))
    return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(signed),Signature=\(signature)"
  }

  /// Percent-encodes all but the unreserved characters of RFC 3986, and slashes where they part a path.
  package static func encoded(_ text: String, keepsSlashes: Bool = false) -> String {
    var out = ""
    for byte in text.utf8 {
      let isLetter = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
      if isLetter || "-._~".utf8.contains(byte) || keepsSlashes && byte == UInt8(ascii: "/") {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }

  /// Without spaces at the ends, and with one where there were several.
  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }
}

extension SHA256 {
  /// HMAC-SHA-256. Source: RFC 2104.
  static func keyed(_ key: [UInt8], _ message: [UInt8]) -> SHA256 {
    var key = key.count > 64 ? SHA256(of: key).bytes : key
    key += [UInt8](repeating: 0, count: 64 - key.count)
    return SHA256(of: key.map { $0 ^ 0x5C } + SHA256(of: key.map { $0 ^ 0x36 } + message).bytes)
  }
}
