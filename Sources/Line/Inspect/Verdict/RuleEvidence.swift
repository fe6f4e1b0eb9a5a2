/// What a match of a Core Rule Set rule is worth beside Weir's own signals.
///
/// The rule set's own score treats a missing header like an SQL injection. Here a rule that looks at payloads is worth
/// a verdict at paranoia level 1 and nothing above it; rules of protocol policy are worth nothing, because on
/// real sites they are what ordinary clients break; and rules known to cry wolf are worth little.
enum RuleEvidence {
  static let payloadRule = 50
  static let halfSureRule = 40
  static let doubtfulRule = 12

  /// Rules of level 1 that fire on ordinary requests of real sites: JSON with type names, browser extensions' update
  /// pings, URLs that end in a question mark, links in serialised page elements, version strings, stack traces.
  private static let doubtful: Set<Int> = [
    942190, 942230, 941120, 941310, 932105, 932115, 931120, 941210, 941170, 933210, 932130, 932100, 932110, 932150,
    921130, 934100, 941180,
    920450, 921110, 921150, 921160,
  ]

  /// Rules whose patterns also fit harmless short texts: a style attribute, the names of some download tools.
  private static let halfSure: Set<Int> = [941100, 913100]

  /// Rules of level 1 in the 920 and 921 families that see an attack rather than a breach of policy.
  private static let protocolAttacks: Set<Int> = [921110, 921120, 921130, 921140, 921150, 921160, 921190, 921200]

  static func points(of match: RuleMatch) -> Int {
    let family = match.ruleID / 1000
    guard [913, 921, 930, 931, 932, 933, 934, 941, 942, 944].contains(family) else { return 0 }
    // Higher levels match more ordinary requests than attacks; without them the verdict is the same at every level.
    guard match.paranoia <= 1 else { return 0 }
    if family == 921, !protocolAttacks.contains(match.ruleID) { return 0 }
    if halfSure.contains(match.ruleID) { return halfSureRule }
    return doubtful.contains(match.ruleID) ? doubtfulRule : payloadRule
  }

  /// Whether a rule's match may be about this part: the variable it names holds such parts, under that name.
  static func concerns(_ sign: Sign, _ part: RequestPart) -> Bool {
    let collection = sign.name.prefix { $0 != ASCII.colon }
    let selector = sign.name.dropFirst(collection.count + 1)
    let places = Self.places(of: collection)
    guard places.contains(part.place) else { return false }
    // ModSecurity names a JSON leaf by its path: `json.payload.url`.
    return selector.isEmpty || part.name.isEmpty || selector.reversed().starts(with: part.name.reversed())
  }

  /// The places a collection of ModSecurity's holds; a variable of the rule's own making may stand for any.
  private static func places(of collection: ArraySlice<UInt8>) -> PartPlaces {
    if collection.beginsCaseless("args_names") { return PartPlaces(.name) }
    if collection.beginsCaseless("args") { return PartPlaces(.value, .document) }
    if collection.beginsCaseless("request_cookies") { return PartPlaces(.cookie) }
    if collection.beginsCaseless("request_headers") {
      return PartPlaces(.headerName, .header, .userAgent, .referer, .cookie)
    }
    if collection.beginsCaseless("request_basename") || collection.beginsCaseless("request_filename") {
      return PartPlaces(.path)
    }
    if collection.beginsCaseless("request_uri") || collection.beginsCaseless("request_line") {
      return PartPlaces(.path, .value, .name)
    }
    if collection.beginsCaseless("files") || collection.beginsCaseless("multipart") {
      return PartPlaces(.fileName, .value)
    }
    if collection.beginsCaseless("xml") || collection.beginsCaseless("request_body") {
      return PartPlaces(.value, .document, .name)
    }
    return .anywhere
  }

  static func payloadClass(of rule: Int) -> PayloadClass {
    switch rule / 1000 {
    case 913: .scanner
    case 930: .lfi
    case 931: .rfi
    case 932: .rce
    case 933: .php
    case 934: .nodejs
    case 941: .xss
    case 942: .sqli
    case 943: .sessionFixation
    case 944: .java
    case 950...959: .dataLeak
    default: .protocol
    }
  }
}
