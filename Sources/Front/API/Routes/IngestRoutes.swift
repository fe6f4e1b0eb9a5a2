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
    let key = key(of: lines, call)
    if let key, desk.isKnown(key) {
      desk.count { $0.duplicates += 1 }
      return kept(0, isDuplicate: true)
    }
    do throws(RecordsError) {
      try call.server.floor.accept(customer: call.customer, stream: stream, lines: lines)
    } catch {
      desk.count { $0.refused += 1 }
      throw .later(error.retryHelps ? 507 : 503, "\(error)", seconds: 10)
    }
    if let key { desk.remember(key) }
    desk.count { $0.kept += 1 }
    return kept(lines.count, isDuplicate: false)
  }

  /// Platforms deliver at least once. A delivery is the same where its sender says so, or where it holds records with
  /// an id of their own, byte for byte; equal lines without an id may be two events.
  private static func key(of lines: [UInt8], _ call: Call) -> SHA256? {
    if let word = call.request.header("idempotency-key") {
      return SHA256(of: Array("\(call.customer)\u{0}key\u{0}\(word)".utf8))
    }
    guard lines.first == UInt8(ascii: "{"), String(decoding: lines.prefix(4_096), as: UTF8.self).contains("\"RayID\"")
    else { return nil }
    return SHA256(of: Array(call.customer.utf8) + [0] + SHA256(of: lines).bytes)
  }

  private static func kept(_ bytes: Int, isDuplicate: Bool) -> HTTPResponse {
    HTTPResponse(
      type: "application/json", JSONValue.object([("bytes", .int(bytes)), ("duplicate", .bool(isDuplicate))]).compact)
  }
}
