import Content
import Model

/// A layout as a server's configuration spells it, made into a pattern.
enum ServerLayout {
  /// The format that an nginx `log_format` or an Apache, lighttpd, Tomcat or varnishncsa `LogFormat` text describes.
  ///
  /// Errors: `ContentError` where a variable is unknown to the server's own documentation, or the text is neither.
  static func format(_ text: String, name: String = "format-string") throws(ContentError) -> LineFormat {
    let text = text.trimmingBlanks
    let parts: [Piece]
    if text.hasPrefix("log_format") || text.contains("$") {
      parts = try NginxLayout.pieces(NginxLayout.body(of: text))
    } else if text.contains("%") {
      parts = try ApacheLayout.pieces(ApacheLayout.body(of: text))
    } else {
      throw problem("neither an nginx layout ($variables) nor an Apache one (%directives): '\(text.prefix(60))'")
    }
    do throws(PatternProblem) {
      let pattern = LinePattern(parts: merged(parts))
      return try LineFormat(
        name: name, patterns: [pattern], escaping: .c, constants: RowConstants(eventClass: "http"))
    } catch {
      throw problem(error.message)
    }
  }

  enum Piece: Equatable {
    case text(String)
    case value(Value)
  }

  /// What a variable holds.
  enum Value: Equatable {
    case sink(Sink)
    /// Apache's `%t`: the time in brackets.
    case bracketedTime
    /// The host and the URI of one request: with `scheme://` before them one absolute URI.
    case scheme, host, uri, path
    /// The query with its question mark, or nothing.
    case markedQuery
    case skip
  }

  static func problem(_ message: String, suggestion: String? = nil) -> ContentError {
    ContentError(ContentProblem(file: "format string", line: 0, column: 0, message: message, suggestion: suggestion))
  }

  /// The parts of a pattern: values without text between them are read as one.
  private static func merged(_ pieces: [Piece]) -> [LinePattern.Part] {
    var parts: [LinePattern.Part] = []
    var at = 0
    while at < pieces.count {
      if case .text(let text) = pieces[at] {
        append(Array(text.utf8), to: &parts)
        at += 1
        continue
      }
      // `$scheme://$host$request_uri` is one URI.
      if pieces[at] == .value(.scheme), at + 3 < pieces.count, pieces[at + 1] == .text("://"),
        pieces[at + 2] == .value(.host), pieces[at + 3] == .value(.uri)
      {
        parts.append(.capture(Sink(kind: .uri, field: .uri)))
        at += 4
        continue
      }
      var values: [Value] = []
      while at < pieces.count, case .value(let value) = pieces[at] {
        values.append(value)
        at += 1
      }
      appendValues(values, to: &parts)
    }
    return parts
  }

  private static func appendValues(_ values: [Value], to parts: inout [LinePattern.Part]) {
    if values == [.bracketedTime] {
      append([0x5B], to: &parts)
      parts.append(.capture(Sink(kind: .time, field: .time)))
      append([0x5D], to: &parts)
      return
    }
    parts.append(.capture(sink(of: values)))
  }

  private static func sink(of values: [Value]) -> Sink {
    if values == [.path, .markedQuery] { return Sink(kind: .uri, field: .uri) }
    guard values.count == 1 else { return .skip }
    switch values[0] {
    case .sink(let sink): return sink
    case .uri: return Sink(kind: .uri, field: .uri)
    case .scheme: return Sink(kind: .text, field: .scheme)
    case .host: return Sink(kind: .host, field: .host)
    case .path: return Sink(kind: .text, field: .path)
    case .markedQuery: return Sink(kind: .text, field: .query, changes: .emptyIsAbsent)
    case .bracketedTime, .skip: return .skip
    }
  }

  private static func append(_ text: [UInt8], to parts: inout [LinePattern.Part]) {
    guard !text.isEmpty else { return }
    if case .literal(let before)? = parts.last {
      parts[parts.count - 1] = .literal(before + text)
    } else {
      parts.append(.literal(text))
    }
  }
}

extension String {
  /// Without blanks and line ends at both ends.
  var trimmingBlanks: String {
    let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
    guard let first = firstIndex(where: { !blanks.contains($0) }), let last = lastIndex(where: { !blanks.contains($0) })
    else { return "" }
    return String(self[first...last])
  }
}
