import Content
import Foundation

/// Payloads under encodings and at places of a request, and harmless texts that only look dangerous.
///
/// Every payload is put at every place in every encoding that its file names.
enum PlacedPayloads {
  static func run(_ run: Run) throws -> [SetResult] {
    var found = SetResult("gotestwaf: attacks", note: "payload × encoding × place")
    var quiet = SetResult("gotestwaf: harmless texts")
    var unreadable: [String] = []
    var placed: [(request: WebRequest, isHarmless: Bool)] = []
    for file in Files.all(under: run.folder, suffixes: [".yml"]) {
      guard let document = try? Files.yaml(file).first else {
        unreadable.append(file.lastPathComponent)
        continue
      }
      let isHarmless = file.path.contains("/false-pos/")
      placed += requests(document, name: file.deletingPathExtension().lastPathComponent).map { ($0, isHarmless) }
    }
    let verdicts = try run.weir.inspect(placed.map(\.request))
    for (request, isHarmless) in placed {
      let isAttack = verdicts[request.id]?.isAttack
      let miss = "\(request.id) \(request.uri) \(request.body)"
      if isHarmless { quiet.count(isAttack == false, miss: miss) } else { found.count(isAttack == true, miss: miss) }
    }
    if !unreadable.isEmpty { found.note += "; no YAML: \(unreadable.joined(separator: ", "))" }
    let name = "gotestwaf: as libmodsecurity"
    return [try RuleSetEquality.compare(placed.map(\.request), name: name), found, quiet]
  }

  private static func requests(_ document: ContentNode, name: String) -> [WebRequest] {
    var requests: [WebRequest] = []
    for (number, payload) in (document["payload"]?.list ?? []).compactMap(\.text).enumerated() {
      for encoder in document["encoder"]?.list ?? [] {
        for place in document["placeholder"]?.list ?? [] {
          let encoding = encoder.text ?? ""
          let placeName = place.text ?? place.map?.first?.key.text ?? ""
          let id = "\(name)-\(number + 1)-\(encoding)-\(placeName)"
          guard let text = encoded(payload, encoding) else { continue }
          if let request = request(text, at: placeName, details: place.map?.first?.value, id: id) {
            requests.append(request)
          }
        }
      }
    }
    return requests
  }

  private static func encoded(_ payload: String, _ encoder: String) -> String? {
    switch encoder {
    case "Plain": payload
    case "URL": WebRequest.encoded(payload)
    case "Base64": Data(payload.utf8).base64EncodedString()
    case "Base64Flat": Data(payload.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
    case "JSUnicode": payload.utf16.map { String(format: "\\u%04x", $0) }.joined()
    case "XMLEntity": payload.unicodeScalars.map { String(format: "&#x%x;", $0.value) }.joined()
    default: nil
    }
  }

  private static func request(_ text: String, at place: String, details: ContentNode?, id: String) -> WebRequest? {
    var request = WebRequest(id: id, uri: "/", headers: WebRequest.browser)
    switch place {
    case "URLParam": request.uri = "/?id=" + text
    case "URLPath": request.uri = "/" + text
    case "Header": request.headers.append(("X-Sample", text))
    case "UserAgent": request.headers = request.headers.map { $0.name == "User-Agent" ? ($0.name, text) : $0 }
    case "HTMLForm", "RequestBody": post("id=" + text, as: "application/x-www-form-urlencoded", in: &request)
    case "JSONRequest", "JSONBody": post(json(text), as: "application/json", in: &request)
    case "XMLBody": post(text, as: "text/xml", in: &request)
    case "HTMLMultipartForm":
      let part = "--b0undary\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n\(text)\r\n--b0undary--\r\n"
      post(part, as: "multipart/form-data; boundary=b0undary", in: &request)
    case "RawRequest": return raw(text, details, id: id)
    default: return nil
    }
    return request
  }

  private static func post(_ body: String, as type: String, in request: inout WebRequest) {
    request.method = "POST"
    request.body = body
    request.describeBody(as: type)
  }

  private static func json(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: ["id": text])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  private static func raw(_ text: String, _ details: ContentNode?, id: String) -> WebRequest? {
    guard let details else { return nil }
    var request = WebRequest(id: id, method: details["method"]?.text ?? "POST", uri: details["path"]?.text ?? "/")
    let body = (details["body"]?.text ?? "").replacingOccurrences(of: "{{payload}}", with: text)
    request.body = body.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\n", with: "\r\n")
    request.headers = WebRequest.browser
    for header in details["headers"]?.map ?? [] {
      request.headers.append((header.key.text ?? "", header.value.text ?? ""))
    }
    request.headers.append(("Content-Length", "\(request.body.utf8.count)"))
    return request
  }
}
