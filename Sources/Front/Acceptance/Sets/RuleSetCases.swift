import Content
import Foundation

/// The Core Rule Set's own regression cases: requests that a rule must find, and near misses that it must not.
enum RuleSetCases {
  static func run(_ run: Run) throws -> [SetResult] {
    let levels = try paranoiaLevels(run.folder.appending(path: "rule-levels.csv"))
    let cases = try Files.all(under: run.folder.appending(path: "tests"), suffixes: [".yaml", ".yaml.gz"]).flatMap(read)
    let verdicts = try run.weir.inspect(cases.map(\.request))
    var found = SetResult("owasp-crs: attacks", note: "attack classes at paranoia 1 and 2, by Weir's own verdict")
    var quiet = SetResult("owasp-crs: near misses", note: "no verdict of the silent rule's class")
    for one in cases {
      guard let verdict = verdicts[one.request.id] else {
        found.count(false, miss: "\(one.request.id) unanswered")
        continue
      }
      let wanted = one.mustFire.filter { RuleClass.of($0) != nil && levels[$0] ?? 1 <= 2 }
      if !wanted.isEmpty {
        found.count(verdict.isAttack, miss: "\(one.request.id) \(one.request.uri) \(one.request.body)")
      }
      let silent = one.mustStaySilent.compactMap(RuleClass.of)
      if !silent.isEmpty, one.mustFire.isEmpty {
        let isFalse = verdict.isAttack && !Set(silent).isDisjoint(with: verdict.classes)
        quiet.count(!isFalse, miss: "\(one.request.id) \(one.request.uri) \(one.request.body) → \(verdict.classes)")
      }
    }
    return [
      try RuleSetEquality.compare(cases.map(\.request), name: "owasp-crs: as libmodsecurity"), found,
      quiet,
    ]
  }

  struct Case {
    let request: WebRequest
    let mustFire: [Int]
    let mustStaySilent: [Int]
  }

  private static func read(_ file: URL) throws -> [Case] {
    var cases: [Case] = []
    for document in try Files.yaml(file) {
      for test in document["tests"]?.list ?? [] {
        for (number, stage) in (test["stages"]?.list ?? []).enumerated() {
          let id = "\(document["rule_id"]?.text ?? "?")-\(test["test_id"]?.text ?? "?")-\(number)"
          guard let input = stage["input"], let request = request(input, id: id) else { continue }
          let log = stage["output"]?["log"]
          cases.append(
            Case(request: request, mustFire: ids(log?["expect_ids"]), mustStaySilent: ids(log?["no_expect_ids"])))
        }
      }
    }
    return cases
  }

  private static func ids(_ node: ContentNode?) -> [Int] { node?.list?.compactMap(\.int) ?? [] }

  private static func request(_ input: ContentNode, id: String) -> WebRequest? {
    if let packed = input["encoded_request"]?.text {
      return Data(base64Encoded: packed).flatMap { WebRequest(wire: String(decoding: $0, as: UTF8.self), id: id) }
    }
    var request = WebRequest(id: id, method: input["method"]?.text ?? "GET", uri: input["uri"]?.text ?? "/")
    request.headers = (input["headers"]?.map ?? []).map { ($0.key.text ?? "", $0.value.text ?? "") }
    request.body = input["data"]?.text ?? ""
    let names = Set(request.headers.map { $0.name.lowercased() })
    // The runner that these cases were written for completes what a client would send.
    if !request.body.isEmpty, input["autocomplete_headers"]?.bool != false {
      if !names.contains("content-length") { request.headers.append(("Content-Length", "\(request.body.utf8.count)")) }
      if !names.contains("content-type") {
        request.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
      }
    }
    return request
  }

  private static func paranoiaLevels(_ file: URL) throws -> [Int: Int] {
    var levels: [Int: Int] = [:]
    for line in try Files.lines(file).dropFirst() {
      let columns = line.split(separator: ",", omittingEmptySubsequences: false)
      if columns.count > 1, let rule = Int(columns[0]), let level = Int(columns[1]) { levels[rule] = level }
    }
    return levels
  }
}

/// Which payload class a rule's number stands for; nil for policy, the answer's rules and bookkeeping.
enum RuleClass {
  static func of(_ rule: Int) -> String? {
    switch rule / 1000 {
    case 913: "scanner"
    case 921, 922: "protocol"
    case 930: "lfi"
    case 931: "rfi"
    case 932: "rce"
    case 933: "php"
    case 934: "nodejs"
    case 941: "xss"
    case 942: "sqli"
    case 943: "session_fixation"
    case 944: "java"
    default: nil
    }
  }
}
