import Access
import Foundation
import Model
import Net
import Records
import Testing
import Watch

@testable import API

/// A floor with two customers and a token of every role, in a folder of its own; an attack on each customer was fed.
final class Desk {
  let folder: String
  let floor: WatchFloor
  let server: APIServer

  /// The rooms, made once for all tests.
  private static let assembly = Result {
    var configuration = Configuration()
    configuration.threads = 1
    return try Assembly(configuration)
  }

  /// The token of a role that is good for customer a alone is the role's name; `lead-all` is good for both.
  init(
    folder: String = NSTemporaryDirectory() + "weir-api-\(UUID().uuidString)", isArchived: Bool = false,
    _ change: (inout APISettings) -> Void = { _ in }
  ) throws {
    self.folder = folder
    var plan = FloorSettings(folder: folder, customers: ["a", "b"])
    plan.archive = isArchived ? ArchivePlan() : nil
    floor = try WatchFloor(plan, Self.assembly.get())
    var tokens = Role.allCases.map { role in
      AccessToken(name: role.rawValue, role: role, customers: ["a"], digest: Self.digest(role.rawValue))
    }
    tokens.append(AccessToken(name: "lead-all", role: .lead, digest: Self.digest("lead-all")))
    var settings = APISettings()
    settings.requestsPerSecond = 0
    change(&settings)
    server = APIServer(floor, tokens: tokens, settings: settings)
  }

  deinit {
    floor.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func digest(_ word: String) -> SHA256 { SHA256(of: Array(word.utf8)) }

  /// Password guessing against one customer, whose name stands in every path.
  func attack(_ customer: String, marker: String = "") throws {
    var lines = ""
    for second in 0..<200 {
      lines += Self.line("198.51.100.\(second % 40)", second, "GET /secret-\(customer)/\(second % 6)", 200)
      lines += Self.line("203.0.113.9", second, "POST /secret-\(customer)/login\(marker)", 401)
    }
    try floor.accept(customer: customer, stream: "push", lines: Array(lines.utf8))
    floor.settle()
  }

  static func line(_ address: String, _ second: Int, _ request: String, _ status: Int) -> String {
    let clock = String(format: "10:%02d:%02d", second / 60, second % 60)
    return "\(address) - - [14/May/2026:\(clock) +0000] \"\(request) HTTP/1.1\" \(status) 512 \"-\" \"Mozilla/5.0\"\n"
  }

  func ask(
    _ path: String, as token: String? = nil, headers: [(String, String)] = [], client: String = "192.0.2.1"
  ) -> HTTPResponse {
    ask("GET", path, as: token, headers: headers, client: client)
  }

  /// Asks as the server would be asked; the body in pieces.
  func ask(
    _ method: String, _ path: String, as token: String? = nil, body: [UInt8] = [],
    headers: [(String, String)] = [], client: String = "192.0.2.1"
  ) -> HTTPResponse {
    let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? String($0) }
      return (name: halves[0], value: halves.count > 1 ? halves[1] : "")
    }
    var fields = headers.map { (name: $0.0, value: $0.1) }
    if let token { fields.append(("authorization", "Bearer \(token)")) }
    let request = HTTPRequest(method: method, path: parts[0], query: query, headers: fields, client: client)
    switch server.begin(request) {
    case .refuse(let response): return response
    case .take(let sink):
      for start in stride(from: 0, to: body.count, by: 10_000) {
        let refusal = body[start..<min(start + 10_000, body.count)].withUnsafeBytes { sink.take($0) }
        if let refusal { return refusal }
      }
      return server.answer(request, sink)
    }
  }
}

extension HTTPResponse {
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var object: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:] }
  var items: [[String: Any]] { object["items"] as? [[String: Any]] ?? [] }
  func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
