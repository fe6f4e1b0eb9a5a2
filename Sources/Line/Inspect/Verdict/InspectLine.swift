import Model

/// `weir inspect`, one line in and one line out: a request as JSON, its verdict as JSON.
///
/// In: `{"id","method","uri","headers","body"}`; `url` and `data` are taken for `uri` and `body`; `headers` is an
/// object (a list of values stands for repeated headers) or a list of pairs. A body that is an object is judged as the
/// JSON it is.
package final class InspectLine {
  /// Why a line holds no request, in words for the person who wrote it.
  package struct Refusal: Error, CustomStringConvertible {
    package let description: String
  }

  private let rules: RuleJudge
  private let judge: VerdictJudge

  package init(rules: RuleSet, patterns: SignalPatterns) throws(SignalError) {
    self.rules = RuleJudge(rules)
    judge = try VerdictJudge(patterns)
  }

  /// The verdict on the request in `line`, without a line break; `number` becomes the id of a request without one.
  package func judge(_ line: [UInt8], number: Int) throws(Refusal) -> (json: [UInt8], isAttack: Bool) {
    guard let value = JSONValue(line[...]) else { throw Refusal(description: "this is not one JSON object") }
    guard case .object(let members) = value else { throw Refusal(description: "a request is a JSON object") }
    let request = try Self.request(value)
    let id = members.last { $0.key.elementsEqual("id".utf8) }?.value
    let crs = rules.judge(request)
    let verdict = judge.judge(request, crs: crs)
    return (Self.json(verdict, id: id, number: number), verdict.verdict == .attack)
  }

  // MARK: Reading

  private static func request(_ value: JSONValue) throws(Refusal) -> InspectedRequest {
    guard let uri = value["uri"] ?? value["url"], let target = uri.bytes else {
      throw Refusal(description: "a request needs \"uri\", a string")
    }
    let method = value["method"]?.bytes ?? Array("GET".utf8)
    let body = (value["body"] ?? value["data"]).map { $0.bytes.map { $0 == Array("null".utf8) ? [] : $0 } ?? $0.text }
    return InspectedRequest(
      method: method, uri: target, headers: try headers(value["headers"]), body: body ?? [])
  }

  private static func headers(_ value: JSONValue?) throws(Refusal) -> [InspectedRequest.Header] {
    switch value {
    case nil, .word: return []
    case .object(let members):
      return members.flatMap { member -> [InspectedRequest.Header] in
        guard case .list(let values) = member.value else {
          return [InspectedRequest.Header(name: member.key, value: member.value.bytes ?? member.value.text)]
        }
        return values.map { InspectedRequest.Header(name: member.key, value: $0.bytes ?? $0.text) }
      }
    case .list(let pairs):
      var headers: [InspectedRequest.Header] = []
      for pair in pairs {
        guard case .list(let two) = pair, two.count == 2, let name = two[0].bytes, let value = two[1].bytes else {
          throw Refusal(description: "\"headers\" as a list wants pairs [\"name\", \"value\"]")
        }
        headers.append(InspectedRequest.Header(name: name, value: value))
      }
      return headers
    case .string: throw Refusal(description: "\"headers\" must be an object or a list of pairs")
    }
  }

  // MARK: Writing

  private static func json(_ verdict: PayloadVerdict, id: JSONValue?, number: Int) -> [UInt8] {
    var out = Array("{\"id\":".utf8)
    out += id?.text ?? Array("\"\(number)\"".utf8)
    out += Array(",\"verdict\":\"\(verdict.verdict.rawValue)\",\"score\":\(verdict.score),\"classes\":".utf8)
    out += JSONValue.list(verdict.classes.names.map { .string(Array($0.utf8)) }).text
    let rules = verdict.rules.map(String.init).joined(separator: ",")
    out += Array(",\"rules\":[\(rules)]".utf8)
    out += Array(",\"crs\":{\"score\":\(verdict.crs.score),\"blocked\":\(verdict.crs.blocked)},\"reasons\":".utf8)
    out += JSONValue.list(verdict.reasons.map { .string(Array($0.utf8)) }).text
    return out + Array("}".utf8)
  }
}

extension JSONValue {
  /// Written out again; bytes that are no UTF-8 become U+FFFD.
  var text: [UInt8] {
    switch self {
    case .word(let word): return word
    case .string(let bytes):
      var out: [UInt8] = []
      bytes.withUnsafeBufferPointer { _ = JSONText.string($0, to: &out) }
      return out
    case .list(let values): return Self.joined(values.map(\.text), open: "[", close: "]")
    case .object(let members):
      let pairs = members.map { JSONValue.string($0.key).text + [ASCII.colon] + $0.value.text }
      return Self.joined(pairs, open: "{", close: "}")
    }
  }

  private static func joined(_ pieces: [[UInt8]], open: String, close: String) -> [UInt8] {
    Array(open.utf8) + pieces.joined(separator: [UInt8(ascii: ",")]) + Array(close.utf8)
  }
}
