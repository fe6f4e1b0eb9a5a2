extension Chain {
  /// What must have been recorded for this chain to be asked at all: everything whose absence could make it match.
  ///
  /// A link that matches a count of nothing or an empty value would take "not recorded" for "not sent".
  func neededKnowledge(_ derive: (_ text: [UInt8], _ node: Int) -> [UInt8], _ data: MatchData) -> Knowledge {
    links.reduce(into: []) { needs, link in
      for variable in link.op.template?.variables ?? [] {
        if case .header(let name) = variable { needs.formUnion(Knowledge(header: name)) }
      }
      for source in link.sources where link.matches(source.unrecorded, derive, data) {
        needs.formUnion(source.knowledge)
      }
    }
  }
}

extension Source {
  /// What a rule sees of this source when it was not recorded; nil when it sees no value at all.
  fileprivate var unrecorded: [UInt8]? {
    if counts { return Array("0".utf8) }
    switch place {
    case .request(.line): return Array("  HTTP/".utf8)
    case .request(.proto): return Array("HTTP/".utf8)
    case .request(let kind): return kind.isCollection ? nil : []
    default: return nil
    }
  }

  /// Which parts of a request it is made of, apart from the request target, which every record has.
  fileprivate var knowledge: Knowledge {
    guard case .request(let kind) = place else {
      if case .part(_, fromBody: true) = place { return [.body, .contentType] }
      return []
    }
    switch kind {
    case .method: return .method
    case .proto: return .version
    case .line: return [.method, .version]
    case .body: return .body
    case .bodyProcessor: return .contentType
    case .args, .argNames, .argsSize: return [.body, .contentType]
    case .cookies, .cookieNames: return .cookie
    case .headers, .headerNames:
      if case .name(let name) = selector { return Knowledge(header: name) }
      return .everyHeader
    case .uri, .uriRaw, .filename, .basename, .query: return []
    }
  }
}

extension Link {
  fileprivate func matches(_ text: [UInt8]?, _ derive: ([UInt8], Int) -> [UInt8], _ data: MatchData) -> Bool {
    guard let text else { return false }
    if let template = op.template, template.constant == nil { return true }
    if case .foreign = op { return true }
    let seen = derive(text, node)
    var groups = 0
    return (seen + [0]).withUnsafeBufferPointer {
      op.matches(
        $0.baseAddress!, seen.count, argument: op.template?.constant ?? [], data: data, groups: &groups)
    } != negated
  }
}

extension Knowledge {
  /// What has to be known about a header, its name in lower case.
  init(header name: [UInt8]) {
    switch String(decoding: name, as: UTF8.self) {
    case "host": self = .host
    case "user-agent": self = .userAgent
    case "referer": self = .referer
    case "cookie": self = .cookie
    case "content-type": self = .contentType
    default: self = .otherHeaders
    }
  }
}
