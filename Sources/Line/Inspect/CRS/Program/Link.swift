/// Where a rule looks: one entry of its variable list.
struct Source: Sendable {
  enum Place: Hashable, Sendable {
    case request(ValueKind)
    /// Arguments of the query or of the body alone.
    case part(ValueKind, fromBody: Bool)
    case tx
    case matchedVar, matchedVarName, matchedVars, matchedVarsNames
    /// A collection without values in any request that is judged here: XML, files, parts of a body, IP and GEO.
    case nothing
    /// A single value that is the same for every request judged here.
    case constant([UInt8])
    /// Known to libmodsecurity only.
    case foreign
  }

  enum Selector: Sendable {
    case all
    /// In lower case.
    case name([UInt8])
    case pattern(Pattern)
  }

  var place: Place
  var selector: Selector
  /// Keys left out.
  var excluded: [Selector]
  var counts: Bool
  /// The variable's name as ModSecurity prints it.
  var label: String
}

/// A change of a TX variable.
struct Assignment: Sendable {
  enum Operation: Sendable { case set, add, subtract, remove }

  enum Target: Sendable {
    case name(Int)
    case template(Template)
  }

  var target: Target
  var operation: Operation
  var value: Template
  /// Whether it adds to the anomaly score of a paranoia level.
  var isScore: Bool
}

/// One `SecRule` of a chain.
struct Link: Sendable {
  var sources: [Source]
  var op: RuleOperator
  var negated: Bool
  /// The node of the transformation tree whose text the operator sees.
  var node: Int
  /// With `multiMatch`: the nodes before it, in order; the operator sees each text that differs from the one before.
  var stages: [Int]
  var captures: Bool
  var assignments: [Assignment]
  /// A later link reads what the last match left behind: with several matches the order decides, which is
  /// libmodsecurity's hash order, so such requests are left to it.
  var mustBeSingle = false
  /// The link's number among those that look at values of the request; nil for the others.
  var gate: Int?

  /// Whether it looks at values of the request, not only at their number.
  var looksAtRequest: Bool {
    sources.contains { source in
      switch source.place {
      case .request, .part: !source.counts
      default: false
      }
    }
  }
}

/// A rule with the rules chained to it.
struct Chain: Sendable {
  var id: Int
  var phase: Int
  var links: [Link]
  var logs: Bool
  var multiMatch: Bool
  var paranoia: Int
  var tags: [String]
  var message: String
  /// Whether a match skips to a marker, and the chain to go on with then.
  var skips: Bool
  var skipTo: Int?
  /// An action that changes how later rules see the request.
  var hasControl: Bool
  /// Something in it only libmodsecurity knows.
  var isForeign: Bool
  /// Whether a rule between the chain before and this one fails for every request, which empties the list of matched
  /// variables.
  var clearsMatched: Bool
  /// What must have been recorded, because the chain can fire on its absence.
  var needs: Knowledge
}
