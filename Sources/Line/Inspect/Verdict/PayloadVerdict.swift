/// The families of attack a payload verdict can name.
package struct PayloadClass: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let sqli = PayloadClass(rawValue: 1)
  package static let xss = PayloadClass(rawValue: 1 << 1)
  package static let rce = PayloadClass(rawValue: 1 << 2)
  package static let lfi = PayloadClass(rawValue: 1 << 3)
  package static let rfi = PayloadClass(rawValue: 1 << 4)
  package static let php = PayloadClass(rawValue: 1 << 5)
  package static let java = PayloadClass(rawValue: 1 << 6)
  package static let nodejs = PayloadClass(rawValue: 1 << 7)
  package static let `protocol` = PayloadClass(rawValue: 1 << 8)
  package static let scanner = PayloadClass(rawValue: 1 << 9)
  package static let sessionFixation = PayloadClass(rawValue: 1 << 10)
  package static let dataLeak = PayloadClass(rawValue: 1 << 11)

  /// Every class beside its name on output, in the order in which they are printed.
  package static let named: [(PayloadClass, String)] = [
    (.sqli, "sqli"), (.xss, "xss"), (.rce, "rce"), (.lfi, "lfi"), (.rfi, "rfi"), (.php, "php"), (.java, "java"),
    (.nodejs, "nodejs"), (.protocol, "protocol"), (.scanner, "scanner"), (.sessionFixation, "session_fixation"),
    (.dataLeak, "data_leak"),
  ]

  package var names: [String] { Self.named.filter { contains($0.0) }.map(\.1) }
}

/// What Weir itself says about the payload of one request, beside what the rule set alone would say.
package struct PayloadVerdict: Sendable, Hashable {
  package enum Verdict: String, Sendable, Hashable {
    case attack, clean
  }

  package var verdict: Verdict
  /// 0…100; `PayloadVerdict.threshold` and above is an attack.
  package var score: Int
  /// The classes of the evidence that carried the verdict; empty when clean.
  package var classes: PayloadClass
  /// The Core Rule Set rules that matched, in rule order, each once.
  package var rules: [Int]
  package var crs: CRSVerdict.Summary
  /// Why, in words: one sentence for each sign that counted, the strongest first.
  package var reasons: [String]

  package static let threshold = 50

  package static let clean = PayloadVerdict(
    verdict: .clean, score: 0, classes: [], rules: [], crs: .init(score: 0, blocked: false), reasons: [])
}

extension CRSVerdict {
  /// The rule set's own answer, for comparison.
  package struct Summary: Sendable, Hashable {
    package var score: Int
    package var blocked: Bool
  }

  package var summary: Summary { Summary(score: score, blocked: blocked) }
}
