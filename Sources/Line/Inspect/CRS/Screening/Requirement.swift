/// What a text must hold for a link to match it: the shape in which needs are tested.
struct Requirement {
  var shortest = 0
  /// The text must have bytes of each of these kinds.
  var classes: [ByteClasses] = []
  /// And fulfil each of these, at most two.
  var clauses: [Need.Clause] = []

  /// One text in a thousand.
  private static let rare = 100

  init() {}

  init(_ need: Need) {
    shortest = need.shortest
    let useful = Set(need.flat.filter(\.isUseful))
    classes = useful.filter(\.literals.isEmpty).map(\.classes)
    // A literal that begins with NUL cannot be searched for: such a clause asks for nothing.
    let searchable = useful.filter { !$0.literals.isEmpty && !$0.literals.contains { $0.first == 0 } }
    let rarest = searchable.map(\.withoutRepeats).sorted { $0.commonness < $1.commonness }
    // Where the first is rare the second would hardly ever be asked, and its literals cost every scan.
    clauses = Array(rarest.prefix(rarest.first.map { $0.commonness < Self.rare } ?? false ? 1 : 2))
  }

  /// The requirement of a link's operator; a negated one asks for nothing.
  init(_ link: Link) {
    self.init()
    guard !link.negated else { return }
    switch link.op {
    case .rx(let pattern):
      if let need = PatternReader.need(of: pattern.source) { self = Requirement(need) }
    case .phrases(let tree): self = Requirement(phrases: tree.phrases)
    case .contains(let template), .beginsWith(let template), .endsWith(let template), .streq(let template):
      if let text = template.constant, !text.isEmpty { self = Requirement(phrases: [text]) }
    // Every tag begins with `<`, every attribute's value with `=`: libinjection_xss.c decides on nothing else.
    case .detectXSS: classes = [.of("<=")]
    // A single word or number is one token, and no fingerprint of libinjection's is that short.
    case .detectSQLi: classes = [ByteClasses.all.subtracting([.lower, .upper, .digit])]
    case .byteRange(let allowed):
      classes = [(0...255).reduce(into: []) { if !allowed.contains(UInt8($1)) { $0.formUnion(.of(UInt8($1))) } }]
    case .urlEncoding: classes = [.of("%")]
    default: break
    }
  }

  /// One of the phrases, case ignored.
  private init(phrases: [[UInt8]]) {
    var clause = Need.Clause()
    for phrase in phrases where !phrase.isEmpty {
      if phrase.count == 1 {
        clause.classes.formUnion(.of(phrase[0]))
      } else {
        clause.literals.insert(phrase.map(lowered))
      }
    }
    shortest = phrases.map(\.count).min() ?? 0
    guard clause.isUseful else { return }
    if clause.literals.isEmpty { classes = [clause.classes] } else { clauses = [clause] }
  }
}
