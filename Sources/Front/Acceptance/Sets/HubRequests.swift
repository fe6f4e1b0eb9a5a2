import Foundation

/// Attacks on known holes, each a whole request: every one is an attack.
enum HubRequests {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("hub-appsec", note: "every request of a case called an attack")
    var cases: [(name: String, requests: [WebRequest])] = []
    for folder in Files.folders(in: run.folder.appending(path: "appsec-tests")) {
      let requests = try Files.all(under: folder, suffixes: [".yaml", ".yml"])
        .filter { $0.lastPathComponent != "config.yaml" }
        .flatMap { try Self.requests($0, name: folder.lastPathComponent) }
      if !requests.isEmpty { cases.append((folder.lastPathComponent, requests)) }
    }
    let verdicts = try run.weir.inspect(cases.flatMap(\.requests))
    for (name, requests) in cases {
      // A case may log in or look around first; the attack is what the virtual patch must catch: the last request.
      let isFound = requests.last.map { verdicts[$0.id]?.isAttack == true } ?? false
      result.count(isFound, miss: "\(name) \(requests.last.map { "\($0.method) \($0.uri) \($0.body)" } ?? "")")
    }
    result.note = "the last request of each case called an attack"
    return [result]
  }

  private static func requests(_ file: URL, name: String) throws -> [WebRequest] {
    let steps = try Files.yaml(file).first?["http"]?.list ?? []
    return steps.flatMap { step in
      (step["raw"]?.list ?? []).compactMap(\.text)
        + (step["path"]?.list ?? []).compactMap(\.text).map { path in
          let body = step["body"]?.text ?? ""
          let headers = (step["headers"]?.map ?? []).map { "\($0.key.text ?? ""): \($0.value.text ?? "")\n" }.joined()
          let target = path.replacingOccurrences(of: "{{BaseURL}}", with: "")
          return "\(step["method"]?.text ?? "GET") \(target) HTTP/1.1\nHost: {{Hostname}}\n\(headers)\n\(body)"
        }
    }.enumerated().compactMap { number, text in request(filled(text), id: "\(name)-\(number + 1)") }
  }

  private static func request(_ text: String, id: String) -> WebRequest? {
    guard var request = WebRequest(wire: text, id: id) else { return nil }
    let names = Set(request.headers.map { $0.name.lowercased() })
    if !request.body.isEmpty, !names.contains("content-length") {
      request.headers.append(("Content-Length", "\(request.body.utf8.count)"))
    }
    return request
  }

  /// The template's own functions and variables, done or replaced by a harmless word.
  private static func filled(_ text: String) -> String {
    text.replacing(/\{\{base64\(["'](.*?)["']\)\}\}/) { Data($0.1.utf8).base64EncodedString() }
      .replacing(/\{\{url_encode\(["'](.*?)["']\)\}\}/) { WebRequest.encoded(String($0.1)) }
      .replacing("{{Hostname}}", with: "www.example.com")
      .replacing("{{BaseURL}}", with: "http://www.example.com")
      .replacing(/\{\{[^}]*\}\}/, with: "example")
  }
}
