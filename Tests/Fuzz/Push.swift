import API
import Foundation
import Intake
import Net
import Records
import Watch

/// libFuzzer's way into the HTTP receiver: bodies that unpack, hostile requests to every route, and raw bytes to a socket.
///
/// The first byte says which. The floor behind it is a real one in a folder of its own, made anew now and then. Run with
/// `make fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPush(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 3 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data + 2, count: count - 2))
  switch data[0] & 15 {
  case 0...5: unpack(bytes, step: Int(data[1]) + 1)
  case 6...14: ask(bytes, isKnown: data[1] & 1 == 0)
  default: connect(bytes, cutAt: Int(data[1]))
  }
  return 0
}

/// Pieces of any size must give what the whole gives, and never more than the limit.
private func unpack(_ bytes: [UInt8], step: Int) {
  let limit = 1 << 20
  func taken(by step: Int) -> [UInt8]? {
    var body = PushBody(limit: limit)
    do {
      for start in stride(from: 0, to: bytes.count, by: step) {
        let piece = Array(bytes[start..<min(start + step, bytes.count)])
        try piece.withUnsafeBytes { try body.take($0) }
      }
      return try body.finish()
    } catch { return nil }
  }
  let whole = taken(by: max(1, bytes.count))
  precondition(whole == taken(by: step), "another cut gives another body")
  precondition((whole?.count ?? 0) <= limit, "a body is larger than its limit")
}

/// A request as the library hands it over: `METHOD PATH?QUERY`, headers, an empty line, the body.
private func ask(_ bytes: [UInt8], isKnown: Bool) {
  let end = bytes.indices.first { $0 + 1 < bytes.count && bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A } ?? bytes.count
  var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  let words = lines.removeFirst().split(separator: " ", maxSplits: 1).map(String.init)
  let place = (words.count > 1 ? words[1] : "/").split(separator: "?", maxSplits: 1).map(String.init)
  let query = (place.count > 1 ? place[1] : "").split(separator: "&").map { pair in
    let halves = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? String($0) }
    return (name: halves.first ?? "", value: halves.count > 1 ? halves[1] : "")
  }
  var headers = lines.compactMap { line -> (name: String, value: String)? in
    let halves = line.split(separator: ":", maxSplits: 1).map(String.init)
    return halves.isEmpty ? nil : (halves[0].lowercased(), halves.count > 1 ? String(halves[1].drop { $0 == " " }) : "")
  }
  if isKnown { headers.append(("authorization", "Bearer fuzz")) }
  let path = place.first.map { $0.removingPercentEncoding ?? $0 } ?? "/"
  // A stream of changes does not end, and hunts that go through all that was pushed take long.
  if path.hasSuffix("/events") || path.contains("/hunt") { return }
  let request = HTTPRequest(
    method: words.first ?? "GET", path: path, query: query, headers: headers, client: "192.0.2.\(bytes.count % 250)")
  Desk.use { desk in
    guard case .take(let sink) = desk.server.begin(request) else { return }
    let refusal = bytes[min(end + 2, bytes.count)...].withUnsafeBytes { sink.take($0) }
    let response = refusal ?? desk.server.answer(request, sink)
    precondition((200...599).contains(response.status), "an answer has no status")
  }
}

/// The same server over a socket, whatever bytes come.
private func connect(_ bytes: [UInt8], cutAt place: Int) {
  Desk.use { desk in
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = desk.http.endpoint.port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let channel = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(channel) }
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(channel, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return }
    let cut = min(place, bytes.count)
    for piece in [bytes[..<cut], bytes[cut...]] where !piece.isEmpty {
      _ = piece.withUnsafeBytes { send(channel, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
    shutdown(channel, Int32(SHUT_WR))
    var answer = [UInt8](repeating: 0, count: 4_096)
    var ready = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
    while poll(&ready, 1, 50) > 0, recv(channel, &answer, answer.count, 0) > 0 {}
  }
}

/// A floor with one customer, its doors, and a token that may do everything.
private final class Desk {
  let server: APIServer
  let http: HTTPServer
  private let floor: WatchFloor
  private let folder: String
  private var asked = 0
  nonisolated(unsafe) private static var current: Desk?
  /// After so many requests another begins, so that neither the disk nor a ledger fills.
  private static let most = 20_000

  private init() throws {
    folder = NSTemporaryDirectory() + "weir-fuzz-\(getpid())-\(UUID().uuidString.prefix(8))"
    var configuration = Configuration()
    configuration.threads = 1
    floor = try WatchFloor(FloorSettings(folder: folder, customers: ["acme"]), Assembly(configuration))
    var settings = APISettings()
    settings.requestsPerSecond = 0
    settings.pushBytes = 1 << 20
    let token = AccessToken(name: "fuzz", role: .lead, digest: SHA256(of: Array("fuzz".utf8)))
    server = APIServer(floor, tokens: [token], settings: settings)
    http = try HTTPServer(Endpoint("127.0.0.1:0")!, application: server)
  }

  static func use(_ body: (Desk) -> Void) {
    if let desk = current, desk.asked >= most {
      desk.http.stop()
      desk.floor.stop()
      try? FileManager.default.removeItem(atPath: desk.folder)
      current = nil
    }
    do {
      let desk = try current ?? Desk()
      current = desk
      desk.asked += 1
      body(desk)
    } catch {
      preconditionFailure("the floor cannot be made: \(error)")
    }
  }
}
