import CModSecurity

/// libmodsecurity with a rule set loaded: the judge every other way of judging must agree with.
///
/// Cost: some 500 µs a request, and 100 ms and 60 MB to load, so it is loaded on first use and asked only about
/// requests whose exact evaluation needs it.
final class ModSecurity: @unchecked Sendable {
  // The engine is immutable after `init`; each call works on a transaction of its own.
  private let engine: OpaquePointer

  /// The client's address that rules see: the documentation network, so that no exception for a local address applies.
  static let client = "192.0.2.1"

  /// One message of a rule.
  struct Message {
    var rule: Int
    /// What ModSecurity writes in its log: `Matched "Operator `Rx' … against variable `ARGS:p' (Value: `…' )`.
    var match: [UInt8]

    /// The variable it names last.
    var variable: String {
      String(decoding: text(after: "against variable `", before: "' (Value: `"), as: UTF8.self)
    }

    /// The value it shows, of which it keeps 100 bytes and spells the unprintable ones `\\xHH`.
    var value: [UInt8] { text(after: "(Value: `", before: "' )") }

    private func text(after start: StaticString, before end: StaticString) -> [UInt8] {
      guard let first = place(of: start, from: 0) else { return [] }
      let begin = first + start.utf8CodeUnitCount
      return Array(match[begin..<(place(of: end, from: begin) ?? match.count)])
    }

    private func place(of wanted: StaticString, from start: Int) -> Int? {
      let count = wanted.utf8CodeUnitCount
      guard start + count <= match.count else { return nil }
      return (start...(match.count - count)).first { at in
        (0..<count).allSatisfy { match[at + $0] == wanted.utf8Start[$0] }
      }
    }
  }

  struct Verdict {
    var score: Int
    var messages: [Message]
  }

  /// Loads rule texts and files in the order given.
  init(_ sources: [RuleSource]) throws(RuleSetError) {
    guard let engine = modsec_create() else { throw .unavailable("libmodsecurity") }
    self.engine = engine
    var words = [CChar](repeating: 0, count: 4096)
    for source in sources {
      let understood =
        switch source {
        case .text(let text): modsec_add_text(engine, text, &words, words.count)
        case .file(let path): modsec_add_file(engine, path, &words, words.count)
        }
      if !understood {
        modsec_destroy(engine)
        let reason = String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw .refused(path: source.name, reason: reason)
      }
    }
  }

  deinit { modsec_destroy(engine) }

  /// Runs phases 1 and 2; nil when the library threw.
  func judge(_ request: RequestView) -> Verdict? {
    let version = request.version.droppingProtocolName
    var lines = request.headers.map { modsec_header(name: text($0.name), value: text($0.value)) }
    if lines.isEmpty { lines.reserveCapacity(1) }
    var messages: [Message] = []
    var score = 0
    let ran = lines.withUnsafeBufferPointer { lines in
      var asked = modsec_request(
        method: text(request.method), uri: text(request.uri), version: text(version), headers: lines.baseAddress,
        header_count: lines.count, body: text(request.body))
      return withUnsafeMutablePointer(to: &messages) { messages in
        modsec_judge(
          engine, &asked, "anomaly_score", &score,
          { context, match in
            let found = match.pointee
            let messages = context!.assumingMemoryBound(to: [Message].self)
            let bytes = UnsafeRawBufferPointer(start: found.match.bytes, count: found.match.count)
            messages.pointee.append(Message(rule: Int(found.rule), match: Array(bytes)))
          }, messages)
      }
    }
    return ran ? Verdict(score: score, messages: messages) : nil
  }
}

/// A piece of a rule set: text written here, or a file.
enum RuleSource {
  case text(String)
  case file(String)

  var name: String {
    switch self {
    case .text: "the rule set's preamble"
    case .file(let path): path
    }
  }
}

private func text(_ bytes: UnsafeRawBufferPointer) -> modsec_text {
  guard let base = bytes.baseAddress else { return modsec_text(bytes: nowhere.text, count: 0) }
  return modsec_text(bytes: base.assumingMemoryBound(to: CChar.self), count: bytes.count)
}

/// A valid address for texts without bytes.
private let nowhere = Nowhere()

private struct Nowhere: @unchecked Sendable {
  let text = UnsafePointer(UnsafeMutablePointer<CChar>.allocate(capacity: 1))
}

extension UnsafeRawBufferPointer {
  /// `HTTP/1.1` as `1.1`, which is what libmodsecurity wants to be told.
  var droppingProtocolName: UnsafeRawBufferPointer {
    guard starts(with: "HTTP/".utf8) else { return self }
    return UnsafeRawBufferPointer(rebasing: self[5...])
  }
}
