import Conditions
import Model

/// Reads one comparison of the condition language as one that web servers can make.
struct LeafReader {
  private let test: ConditionTest

  init(_ test: ConditionTest) { self.test = test }

  func question() throws(Refusals) -> Question {
    if test.quantifier != nil {
      throw refusal("any and all over several values; only Cloudflare looks at each of them")
    }
    switch test.value.kind {
    case .field(.ipSource): return .leaf(leaf(.address, .addresses(try addresses())))
    case .field(.sourcePort): return .leaf(leaf(.port, .ports(try numbers())))
    default: break
    }
    if case .call(.len, let arguments) = test.value.kind { return try length(of: arguments[0]) }
    if case .call(let function, let arguments) = test.value.kind, function == .startsWith || function == .endsWith {
      return try affix(function, arguments)
    }
    let (subject, folding) = try text(test.value)
    return try text(subject, folding)
  }

  // MARK: What is looked at

  private func text(_ value: ConditionValue) throws(Refusals) -> (Subject, BytePattern.Folding) {
    switch value.kind {
    case .call(let function, let arguments) where function == .lower || function == .upper:
      let (subject, folding) = try text(arguments[0])
      guard folding == .exact else { throw refusal("case folded twice") }
      return (subject, function == .lower ? .lower : .upper)
    default: if let subject = Self.subject(of: value) { return (subject, .exact) }
    }
    throw refusal(Self.reason(value))
  }

  /// What a plain value is to a web server: a field, or the first value of a header.
  static func subject(of value: ConditionValue) -> Subject? {
    switch value.kind {
    case .field(let field): return subject(field)
    case .index(let list, 0):
      guard case .key(let map, let name) = list.kind, map.kind == .field(.headers) else { return nil }
      return headerName(name).map(Subject.header)
    default: return nil
    }
  }

  static func subject(_ field: EventField) -> Subject? {
    switch field {
    case .method: .method
    case .uri: .uri
    case .path: .path
    case .query: .query
    case .version: .version
    case .host: .header("host")
    case .userAgent: .header("user-agent")
    case .referer: .header("referer")
    case .cookie: .header("cookie")
    case .forwardedFor: .header("x-forwarded-for")
    case .contentType: .header("content-type")
    default: nil
    }
  }

  /// A name that every dialect can write: letters, digits and dashes.
  private static func headerName(_ name: ByteText) -> String? {
    guard (1...64).contains(name.bytes.count),
      name.bytes.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 0x2D })
    else { return nil }
    return String(decoding: name.bytes, as: UTF8.self)
  }

  private static func reason(_ value: ConditionValue) -> String {
    switch value.kind {
    case .field(let field): reason(field)
    case .derived(let field): "\(field.rawValue) is worked out from the log; the engine has no such value"
    case .raw: "a key of the log line is no part of a request"
    case .key, .index, .each: "one value among several; engines differ in which they take"
    case .call(let function, _): "the engine has no function that does exactly what \(function.rawValue) does"
    case .literal: "a value without a field"
    }
  }

  private static func reason(_ field: EventField) -> String {
    switch field {
    case .status, .responseBytes, .responseBodyBytes, .responseType, .duration, .originStatus, .originDuration,
      .cacheStatus:
      "\(field.name) is known only after the request was answered"
    case .pathNormal, .queryNormal, .agentClass, .robot, .addressLists, .payloadVerdict, .payloadScore, .payloadClasses,
      .payloadRules, .crsScore, .sigmaRules:
      "\(field.name) is what Weir worked out; no other engine computes it"
    case .sourceASN, .sourceASName, .sourceCountry, .sourceCity:
      "\(field.name) needs a database that the engine does not carry by itself"
    default: "\(field.name) is not known to the engine"
    }
  }

  // MARK: What is asked

  private func text(_ subject: Subject, _ folding: BytePattern.Folding) throws(Refusals) -> Question {
    switch (test.relation, test.operand) {
    case (.isIn, .set(let members)):
      let texts = members.compactMap { if case .text(let text) = $0 { text.bytes } else { nil } }
      return pattern(subject, .oneOf(texts, folding))
    case (_, .literal(.text(let text))): return try pattern(subject, comparing(text.bytes, folding))
    case (_, .list(let name)): throw refusal("the named list $\(name); write its members")
    case (_, .value): throw refusal("two values of one request are not compared by any engine in the same way")
    default: throw refusal("no engine compares texts this way")
    }
  }

  private func comparing(_ bytes: [UInt8], _ folding: BytePattern.Folding) throws(Refusals) -> BytePattern? {
    switch test.relation {
    case .equal: return .oneOf([bytes], folding)
    case .notEqual: return .other(than: bytes, folding)
    case .contains: return .affix(bytes, folding, start: false, end: false)
    case .wildcard: return .wildcard(bytes, folding == .upper ? .upper : .exact, ignoringCase: true)
    case .strictWildcard: return .wildcard(bytes, folding, ignoringCase: false)
    case .matches:
      guard folding == .exact else { throw refusal("a regex over \(test.value) is not the regex with case ignored") }
      do throws(Refusals) { return .regex(try PortableRegex.text(bytes)) } catch {
        throw refusal(error.reasons[0].why)
      }
    default: throw refusal("engines do not order texts")
    }
  }

  private func affix(_ function: ConditionFunction, _ arguments: [ConditionValue]) throws(Refusals) -> Question {
    let (subject, folding) = try text(arguments[0])
    guard arguments.count == 2, case .literal(.text(let text)) = arguments[1].kind else {
      throw refusal("the second text must be written out")
    }
    return pattern(
      subject, .affix(text.bytes, folding, start: function == .startsWith, end: function == .endsWith))
  }

  private func length(of value: ConditionValue) throws(Refusals) -> Question {
    let (subject, _) = try text(value)
    let ranges = try numbers().compactMap { $0.overlaps(0...Int64.max) ? $0.clamped(to: 0...Int64.max) : nil }
    if ranges == [0...Int64.max] { return .leaf(leaf(subject, .present)) }
    guard ranges.allSatisfy({ $0.lowerBound <= 60_000 && ($0.upperBound <= 60_000 || $0.upperBound == .max) }) else {
      throw refusal("lengths above 60,000")
    }
    return pattern(subject, .lengths(ranges))
  }

  /// nil for a pattern that nothing matches.
  private func pattern(_ subject: Subject, _ pattern: BytePattern?) -> Question {
    guard let pattern, !pattern.alternatives.isEmpty else { return .constant(false) }
    return .leaf(leaf(subject, .text(pattern)))
  }

  private func leaf(_ subject: Subject, _ ask: Leaf.Ask) -> Leaf {
    Leaf(subject: subject, ask: ask, test: test, holdsWhenEmpty: EmptyValue.satisfies(test))
  }

  func addresses() throws(Refusals) -> AddressRanges {
    switch (test.relation, test.operand) {
    case (.equal, .literal(.ip(let address))): return AddressRanges([address...address])
    case (.notEqual, .literal(.ip(let address))): return AddressRanges([address...address]).complement
    case (.isIn, .set(let members)):
      return AddressRanges(written: members.compactMap { if case .addresses(let range) = $0 { range } else { nil } })
    case (_, .list(let name)): throw refusal("the named list $\(name); write its members")
    default: throw refusal("addresses are compared with eq, ne and in")
    }
  }

  func numbers() throws(Refusals) -> [ClosedRange<Int64>] {
    if case .set(let members) = test.operand, test.relation == .isIn {
      return members.compactMap { if case .ints(let range) = $0 { range } else { nil } }
    }
    guard case .literal(.int(let number)) = test.operand else { throw refusal("numbers must be written out") }
    guard let ranges = test.relation.ranges(of: number) else { throw refusal("no engine compares numbers this way") }
    return ranges
  }

  func refusal(_ why: String) -> Refusals { Refusals(test.description, why) }
}

/// Asks the evaluator itself what a test says of a value that is there and empty.
enum EmptyValue {
  static func satisfies(_ test: ConditionTest) -> Bool {
    guard let set = try? ConditionSet([.test(test)]) else { return true }
    let batch = EventBatch(capacity: 16, arenaBytes: 4096)
    for field in set.fields where field.spec.type == .text {
      batch.touch(field)
      batch.set(field, 0, batch.arena.append(UnsafeBufferPointer(start: nil, count: 0)))
    }
    if set.fields.contains(.headers), case .index(let list, _) = Self.innermost(test.value).kind,
      case .key(_, let name) = list.kind
    {
      var json = Array("{".utf8)
      JSONText.key(String(decoding: name.bytes, as: UTF8.self), to: &json)
      json += Array("\"\"}".utf8)
      batch.touch(.headers)
      batch.set(.headers, 0, json.withUnsafeBufferPointer { batch.arena.append($0) })
    }
    batch.commitRow(.absent)
    let scratch = set.makeScratch()
    set.evaluate(batch, scratch)
    return scratch.matches(0)[0]
  }

  private static func innermost(_ value: ConditionValue) -> ConditionValue {
    if case .call(_, let arguments) = value.kind { return innermost(arguments[0]) }
    return value
  }
}
