/// A value of one event that a condition looks at: a field, something derived from fields, or a function of those.
package struct ConditionValue: Sendable, Hashable {
  package indirect enum Kind: Sendable, Hashable {
    case field(EventField)
    case derived(DerivedField)
    /// Any key of a line that is a JSON object: `raw["AnyLogKey"]`.
    case raw(String)
    /// The list under a key of a map.
    case key(ConditionValue, ByteText)
    /// One element of a list, from 0.
    case index(ConditionValue, Int)
    /// Every element of a list, `[*]`: only inside `any` and `all`.
    case each(ConditionValue)
    case call(ConditionFunction, [ConditionValue])
    case literal(ConditionLiteral)
  }

  package var kind: Kind
  package var place: SourcePlace

  package init(_ kind: Kind, place: SourcePlace = SourcePlace()) {
    self.kind = kind
    self.place = place
  }

  package static func field(_ field: EventField) -> ConditionValue { ConditionValue(.field(field)) }
}

/// What kind of thing a value is.
package indirect enum ConditionType: Sendable, Hashable {
  case text, int, bool, ip, time
  case list(ConditionType)
  /// Text keys, each with a list of texts.
  case map
}

/// The functions of the language that make sense on logs; `any` and `all` are quantifiers of a test instead.
package enum ConditionFunction: String, Sendable, Hashable, CaseIterable {
  case lower, upper
  case startsWith = "starts_with"
  case endsWith = "ends_with"
  case len, concat, substring
  case regexReplace = "regex_replace"
  case urlDecode = "url_decode"
  case cidr, cidr6
  case lookupJSONString = "lookup_json_string"
  case lookupJSONInteger = "lookup_json_integer"
  case removeBytes = "remove_bytes"
  case decodeBase64 = "decode_base64"
  case toString = "to_string"
  /// Weir's own: the address that a text spells.
  case toAddress = "to_ip"
}

/// Names of the language that no column holds: they are computed from columns when a condition asks.
package enum DerivedField: String, Sendable, Hashable, CaseIterable {
  case line = "event.line"
  case timestampSeconds = "http.request.timestamp.sec"
  case timestampMilliseconds = "http.request.timestamp.msec"
  case minute = "event.time.minute"
  case hour = "event.time.hour"
  case day = "event.time.day"
  case week = "event.time.week"
  case month = "event.time.month"
  case year = "event.time.year"
  case fullURI = "http.request.full_uri"
  case pathExtension = "http.request.uri.path.extension"
  case args = "http.request.uri.args"
  case argNames = "http.request.uri.args.names"
  case argValues = "http.request.uri.args.values"
  case cookies = "http.request.cookies"
  case headerNames = "http.request.headers.names"
  case headerValues = "http.request.headers.values"
  case ssl
  case clientBot = "cf.client.bot"
  case verifiedBot = "cf.bot_management.verified_bot"
  case inEuropeanUnion = "ip.src.is_in_european_union"
  case wafClass = "cf.waf.score.class"

  package var type: ConditionType {
    switch self {
    case .line, .fullURI, .pathExtension, .wafClass: .text
    case .timestampSeconds, .timestampMilliseconds, .minute, .hour, .day, .week, .month, .year: .int
    case .args, .cookies: .map
    case .argNames, .argValues, .headerNames, .headerValues: .list(.text)
    case .ssl, .clientBot, .verifiedBot, .inEuropeanUnion: .bool
    }
  }

  /// The columns it is computed from.
  package var sources: [EventField] {
    switch self {
    case .line: []
    case .timestampSeconds, .timestampMilliseconds, .minute, .hour, .day, .week, .month, .year: [.time]
    case .fullURI: [.scheme, .tlsVersion, .host, .uri]
    case .pathExtension: [.path]
    case .args, .argNames, .argValues: [.query]
    case .cookies: [.cookie]
    case .headerNames, .headerValues: [.headers]
    case .ssl: [.scheme, .tlsVersion]
    case .clientBot, .verifiedBot: [.verifiedBot, .robot]
    case .inEuropeanUnion: [.sourceCountry]
    case .wafClass: [.wafScore]
    }
  }
}

extension ConditionValue {
  /// Text, int and so on; the type of one element for a mapped value.
  package var type: ConditionType {
    switch kind {
    case .field(let field): field.conditionType
    case .derived(let field): field.type
    case .raw: .text
    case .key: .list(.text)
    case .index(let list, _), .each(let list): if case .list(let element) = list.type { element } else { .text }
    case .call(let function, _): function.result
    case .literal(.text): .text
    case .literal(.int): .int
    case .literal(.ip): .ip
    case .literal(.time): .time
    }
  }

  /// Whether it stands for all elements of a list at once (`[*]`).
  package var isMapped: Bool {
    switch kind {
    case .each: true
    case .call(_, let arguments): arguments.contains(where: \.isMapped)
    case .index(let value, _), .key(let value, _): value.isMapped
    default: false
    }
  }
}

extension ConditionFunction {
  package var result: ConditionType {
    switch self {
    case .startsWith, .endsWith: .bool
    case .len, .lookupJSONInteger: .int
    case .cidr, .cidr6, .toAddress: .ip
    default: .text
    }
  }
}

extension EventField {
  /// How conditions see the field: keywords are their words.
  package var conditionType: ConditionType {
    switch spec.type {
    case .text, .keyword: .text
    case .list: .list(.text)
    case .map: .map
    case .int: .int
    case .bool: .bool
    case .ip: .ip
    case .time: .time
    }
  }
}

// MARK: - What a condition looks at

extension Condition {
  /// The columns that must be filled before the condition can be judged; payload and enrichment fields mean that those
  /// rooms must run.
  package var fields: Set<EventField> {
    var found: Set<EventField> = []
    forEachTest { test in
      test.value.collect(&found)
      if case .value(let other) = test.operand { other.collect(&found) }
    }
    return found
  }

  /// Every test, left to right.
  package func forEachTest(_ body: (ConditionTest) -> Void) {
    switch self {
    case .and(let parts), .or(let parts), .xor(let parts): for part in parts { part.forEachTest(body) }
    case .not(let part): part.forEachTest(body)
    case .test(let test): body(test)
    }
  }
}

extension ConditionValue {
  fileprivate func collect(_ found: inout Set<EventField>) {
    switch kind {
    case .field(let field): found.insert(field)
    case .derived(let field): found.formUnion(field.sources)
    case .raw, .literal: break
    case .key(let inner, let name):
      inner.collect(&found)
      if case .field(.headers) = inner.kind, let own = EventField.header(name) { found.insert(own) }
    case .index(let inner, _), .each(let inner): inner.collect(&found)
    case .call(_, let arguments): for argument in arguments { argument.collect(&found) }
    }
  }
}

extension EventField {
  /// The column that holds a request header with a field of its own.
  package static func header(_ lowerCaseName: ByteText) -> EventField? {
    switch lowerCaseName {
    case "user-agent": .userAgent
    case "referer": .referer
    case "cookie": .cookie
    case "host": .host
    case "x-forwarded-for": .forwardedFor
    case "content-type": .contentType
    default: nil
    }
  }
}
