import Model
import Testing

@testable import Inspect

private let rules = [
  "selection:\n    cs-uri-query|contains|all: [one, two]\n    cs-uri-query|endswith: end\n  condition: selection",
  "a:\n    c-uri|re: '^/(x|y)[0-9]{3}\\.(php|asp)$'\n  b:\n    sc-status|gte: 500\n  condition: a and b",
  "s:\n    c-ip|cidr: 192.0.2.0/24\n    cs-method|neq: GET\n    cs-cookie|exists: true\n  condition: s",
  "k:\n    - 'left*right'\n    - 'a?c'\n  f:\n    cs-host|endswith: .safe.example\n  condition: k and not f",
  "x_1:\n    cs-referer|base64offset|contains: secret\n  x_2:\n    cs-user-agent: null\n  condition: all of x_*",
  "s:\n    c-uri-extension: [php, asp]\n    sc-status: [200, '3*']\n  condition: s",
].enumerated().map { number, detection in
  ("\(number).yml", "title: Rule \(number)\nlogsource:\n  category: webserver\ndetection:\n  \(detection)\n")
}

@Test("an event made from a rule makes that rule fire") func firing() throws {
  let library = try SigmaLibrary(rules.map { (name: $0.0, text: $0.1) })
  for verdict in try sigmaAcceptance(library.signatures) {
    #expect(verdict.fires, "\(verdict.title)")
    #expect(!verdict.event.isEmpty)
  }
}

@Test("a rule that contradicts itself fires on nothing") func contradiction() throws {
  let text = rules[0].1.replacing("condition: selection", with: "condition: selection and not selection")
  let library = try SigmaLibrary([(name: "rule.yml", text: text)])
  #expect(try sigmaAcceptance(library.signatures).map(\.fires) == [false])
}

@Test("a broken rule is refused or read, never a crash", arguments: 0..<8) func broken(seed: Int) {
  var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1
  func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
  let pieces = [
    "|", "'", "*", "\\", "(", "[", "{", ":", "-", "%", "not ", "1 of ", "null", "\n  ", "é", "|re", "|cidr", "|lt",
  ]
  for round in 0..<60 {
    var text = Array(rules[(seed + round) % rules.count].1)
    for _ in 0...next(4) {
      let place = next(text.count)
      if next(2) == 0 { text.remove(at: place) } else { text.insert(contentsOf: pieces[next(pieces.count)], at: place) }
    }
    if let library = try? SigmaLibrary([(name: "rule.yml", text: String(text))]) {
      _ = try? sigmaAcceptance(library.signatures)
    }
  }
}
