import Foundation
import Model
import Net
import Records
import Reports

extension Route {
  /// Where platforms push their logs. Sources: Cloudflare Logpush to HTTP destinations, which first sends a gzipped
  /// `test.txt.gz`; Fastly's HTTPS log endpoint, which first asks for a challenge.
  static let ingest: [Route] = [
    push(path: "/ingest/{customer}", id: "push"),
    push(path: "/ingest/{customer}/{stream}", id: "pushStream"),
    Route(
      path: "/.well-known/fastly/logging/challenge", id: "fastlyChallenge",
      sentence: "The Fastly services that may log here, as digests of their ids; `*` where any may that has a token.",
      permission: nil, answer: Answer(status: 200, type: "text/plain", sentence: "one digest a line")
    ) { call, _ throws(Problem) in
      let services = call.server.fastlyServices.map { SHA256(of: Array($0.utf8)).description }
      return HTTPResponse(type: "text/plain", services.isEmpty ? "*\n" : services.joined(separator: "\n") + "\n")
    },
  ]

  private static func push(path: String, id: String) -> Route {
    Route(
      method: "POST", path: path, id: id,
      sentence: "Lines of a log in any format, plain, gzip or zstd. Answered when they are durable.",
      permission: .ingest,
      query: [],
      body: ("application/octet-stream", "whole lines; NDJSON, or any format that `weir investigate` reads"),
      answer: Answer(status: 200, type: "application/json", sentence: "kept, and safe from a stop at any instant"),
      problems: [400, 413, 503], sink: { call throws(Problem) in try call.server.intake.sink(call) }
    ) { call, body throws(Problem) in
      guard let sink = body as? PushSink else { throw .badRequest("the body is missing") }
      return try keep(sink.finish(), call)
    }
  }

  private static func keep(_ lines: [UInt8], _ call: Call) throws(Problem) -> HTTPResponse {
    let stream = call.values["stream"] ?? "push"
    guard Spool.isName(stream) else { throw .badRequest("a stream's name is letters, digits, -, _ and .") }
    // What Logpush sends to see whether this place takes deliveries.
    if lines.count < 64,
      String(decoding: lines, as: UTF8.self).filter({ !$0.isWhitespace }) == "{\"content\":\"tests\"}"
    {
      return kept(0, isDuplicate: false)
    }
    let desk = call.server.intake
    let key = DeliveryKeys.key(of: lines, customer: call.customer, call.request)
    if let key {
      switch desk.keys.claim(key) {
      case .new: break
      case .running: throw .later(503, "this delivery is being kept already", seconds: 1)
      case .known:
        desk.count { $0.duplicates += 1 }
        return kept(0, isDuplicate: true)
      }
    }
    do throws(WorldError) {
      try call.server.floor.accept(
        customer: call.customer, stream: stream, lines: lines, mark: key.map(DeliveryKeys.mark) ?? DeliveryMark())
    } catch {
      if let key { desk.keys.end(key, isKept: false) }
      desk.count { $0.refused += 1 }
      throw .later(error.retryHelps ? 507 : 503, "\(error)", seconds: 10)
    }
    if let key { desk.keys.end(key, isKept: true) }
    desk.count { $0.kept += 1 }
    return kept(lines.count, isDuplicate: false)
  }

  private static func kept(_ bytes: Int, isDuplicate: Bool) -> HTTPResponse {
    HTTPResponse(
      type: "application/json", JSONValue.object([("bytes", .int(bytes)), ("duplicate", .bool(isDuplicate))]).compact)
  }
}
