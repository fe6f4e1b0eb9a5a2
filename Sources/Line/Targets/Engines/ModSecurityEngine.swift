import CModSecurity
import Model

extension Engine {
  static let modsecurity = Engine(name: "modsecurity", target: .modsecurity, tool: nil) {
    artifacts throws(EngineError) in
    try ModSecuritySession(artifacts.map(\.text))
  }
}

/// libmodsecurity in this process, one set of rules an artifact.
final class ModSecuritySession: EngineSession {
  private var engines: [OpaquePointer] = []

  init(_ texts: [String]) throws(EngineError) {
    for text in texts {
      guard let engine = modsec_create() else {
        throw EngineError(engine: "modsecurity", words: "libmodsecurity could not be started")
      }
      engines.append(engine)
      var words = [CChar](repeating: 0, count: 2000)
      guard modsec_add_text(engine, "SecRuleEngine On\n" + text, &words, words.count) else {
        let complaint = String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        throw EngineError(engine: "modsecurity", words: complaint + Self.line(complaint, of: "\n" + text))
      }
    }
  }

  /// The line that the parser complains about.
  private static func line(_ complaint: String, of text: String) -> String {
    guard let number = complaint.firstMatch(of: /Line: (\d+)/).flatMap({ Int($0.1) }) else { return "" }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.contains(number - 1) ? ": " + lines[number - 1] : ""
  }

  deinit { stop() }

  func stop() {
    for engine in engines { modsec_destroy(engine) }
    engines = []
  }

  func ask(_ artifact: Int, _ batch: EventBatch, rows: [Int], asked: Set<EventField>) throws(EngineError)
    -> [EngineVerdict]
  {
    rows.map { row in
      do throws(RecordedRequest.Unplayable) {
        let request = try RecordedRequest(batch, row, asked: asked)
        let status = Self.status(engines[artifact], request)
        return status == 0 ? .passed : status == 403 ? .stopped : .refused(status: Int(status))
      } catch { return .unplayable(error.why) }
    }
  }

  private static func status(_ engine: OpaquePointer, _ request: RecordedRequest) -> Int32 {
    // One run of bytes, so that every text the library is shown lies still.
    var bytes: [CChar] = []
    func keep(_ text: some Sequence<UInt8>) -> Range<Int> {
      let start = bytes.count
      bytes += text.map(CChar.init(bitPattern:))
      bytes.append(0)
      return start..<(bytes.count - 1)
    }
    let method = keep(request.method), uri = keep(request.uri), version = keep(request.version.dropFirst(5).utf8)
    let source = keep("\(request.source)".utf8)
    let headers = request.headers.map { (keep($0.name.utf8), keep($0.value)) }
    return bytes.withUnsafeBufferPointer { bytes in
      func text(_ range: Range<Int>) -> modsec_text {
        modsec_text(bytes: bytes.baseAddress! + range.lowerBound, count: range.count)
      }
      let list = headers.map { modsec_header(name: text($0.0), value: text($0.1)) }
      return list.withUnsafeBufferPointer { list in
        var asked = modsec_request(
          method: text(method), uri: text(uri), version: text(version), headers: list.baseAddress,
          header_count: list.count, body: modsec_text(bytes: bytes.baseAddress!, count: 0))
        return modsec_stops(engine, &asked, text(source).bytes, Int32(request.port))
      }
    }
  }
}

extension SyntaxCheck {
  /// The library's own parser, in this process.
  static let modsecurity = SyntaxCheck(
    "libmodsecurity",
    reading: { text in
      do throws(EngineError) {
        _ = try ModSecuritySession([text])
        return nil
      } catch { return error.words }
    })
}
