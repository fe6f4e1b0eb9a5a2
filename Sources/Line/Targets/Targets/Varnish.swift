import Model

extension Target {
  /// Varnish 6 and later: a `vcl_recv` of its own, which Varnish joins to the others.
  ///
  /// Source: Varnish documentation, VCL syntax and `std`; tried with 7.1.
  static let varnish = Target(
    name: "varnish", sentence: "Varnish VCL: acl, synth in vcl_recv", fileName: "varnish.vcl",
    embedding: .lines(comment: "#"),
    actions: Actions(.block, otherwise: "Varnish itself has nothing that does just that"), check: .varnish
  ) { mitigation, _ throws(Refusals) in
    var writer = VCLWriter(mitigation.reference, .varnish)
    let expression: String
    switch mitigation.rule {
    case .filter(let condition): expression = try writer.expression(Question(condition))
    case .addresses(let networks): expression = writer.addresses(AddressRanges(networks))
    case .rateLimit: throw Refusals("a rate", "Varnish counts only with vmod_vsthrottle, which it does not carry")
    }
    return Draft(
      text: "import std;\n\(writer.acls)sub vcl_recv {\n  if (\(expression)) {\n    return (synth(403));\n  }\n}\n",
      notes: [
        "a text that takes PCRE more steps than pcre2_match_limit makes Varnish answer 503",
        "requests that an earlier vcl_recv returns from are not judged",
      ],
      apply: [
        "put it before every other vcl_recv: include it first", "varnishd -C -f FILE, then varnishreload",
      ], undo: ["take it out again, varnishreload"])
  }
}

/// A whole VCL around artifacts, of which the port that the client asked for chooses one.
enum VarnishFrame {
  static func whole(_ artifacts: [String]) -> String {
    var cases = "", router = ""
    for (index, artifact) in artifacts.enumerated() {
      cases += artifact.replacing("sub vcl_recv {", with: "sub weir_case_\(index) {") + "\n"
      router += "  if (std.port(server.ip) == \(index + 1)) { call weir_case_\(index); }\n"
    }
    return "vcl 4.1;\nimport std;\nbackend default none;\n\(cases)sub vcl_recv {\n\(router)  return (synth(200));\n}\n"
  }
}

extension SyntaxCheck {
  static let varnish = SyntaxCheck("varnishd", ["-C", "-j", "none", "-n", "%DIR%/work", "-f", "%FILE%"], file: "v.vcl")
  {
    "vcl 4.1;\nbackend default none;\n" + $0
  }
}
