import Model

/// Which keys of a record mean which fields: the compiled form of a format's key table.
///
/// A key's path is its names joined with points, so that `{"client":{"ip":…}}` and `{"client.ip":…}` are the same.
/// A loose map folds names to lower-case letters and digits (`clientIp`, `client_ip` and `Client-IP` are one) and also
/// tries a key's last names alone. Shared by all threads; asked once per distinct key and worker, so strings are fine.
struct RecordMap: Sendable {
  let isLoose: Bool
  private let actions: [String: FieldAction]
  /// Loose maps only: names that mean their field wherever they stand.
  private let anywhere: [String: FieldAction]
  private let apart: [String]
  /// Paths that have keys below.
  private let parents: Set<String>
  let fields: [EventField]
  /// Where a record's time may stand, best first.
  let timePaths: [(keys: [[UInt8]], power: Int8)]

  /// Objects nested deeper than this are kept as they are.
  static let depthLimit = 6

  init(
    _ entries: [(path: String, action: FieldAction)], anywhere: [(path: String, action: FieldAction)] = [],
    apart: [String] = [], isLoose: Bool = false
  ) {
    self.isLoose = isLoose
    self.apart = apart.map(Self.folded)
    var actions: [String: FieldAction] = [:]
    var parents: Set<String> = []
    let contested = Self.contested(entries + anywhere)
    func ranked(_ action: FieldAction, _ rank: Int) -> FieldAction {
      var action = action
      action.rank = contested.contains(action.field) ? UInt8(min(rank + 1, 254)) : 0
      if action.take == .end { action.rank = CellWriter.endRank }
      return action
    }
    for (rank, entry) in entries.enumerated() {
      let path = isLoose ? Self.folded(entry.path) : entry.path
      if actions[path] == nil { actions[path] = ranked(entry.action, rank) }
      var prefix = Substring(path)
      while let point = prefix.lastIndex(of: ".") {
        prefix = prefix[..<point]
        parents.insert(String(prefix))
      }
    }
    var everywhere: [String: FieldAction] = [:]
    for (rank, entry) in anywhere.enumerated() {
      let name = Self.folded(entry.path)
      if everywhere[name] == nil { everywhere[name] = ranked(entry.action, entries.count + rank) }
    }
    self.actions = actions
    self.anywhere = everywhere
    self.parents = parents
    timePaths = entries.filter { $0.action.field == .time }.map { entry in
      (entry.path.split(separator: ".").map { Array($0.utf8) }, entry.action.power)
    }
    fields = Self.fields(of: (entries + anywhere).map(\.action))
  }

  /// What to do with `name` below `prefix`, the path by which its own keys are found, and whether to look at them.
  func resolve(_ name: String, below prefix: String) -> (action: FieldAction, path: String, descends: Bool) {
    let own = isLoose ? Self.folded(name) : name
    let path = prefix.isEmpty ? own : isLoose ? prefix + own : prefix + "." + own
    let action = actions[path] ?? (isLoose && !apart.contains(where: prefix.hasPrefix) ? anywhere[own] : nil) ?? .skip
    return (action, path, !action.take.takesObjects && (isLoose || parents.contains(path)))
  }

  /// Letters and digits only, in lower case.
  static func folded(_ name: String) -> String {
    String(
      decoding: name.utf8.compactMap { byte -> UInt8? in
        let low = foldedByte(byte)
        return low &- 0x61 < 26 || low &- 0x30 < 10 || low >= 0x80 ? low : nil
      }, as: UTF8.self)
  }

  private static func contested(_ entries: [(path: String, action: FieldAction)]) -> Set<EventField> {
    var seen: Set<EventField> = []
    var twice: Set<EventField> = []
    for entry in entries where !seen.insert(entry.action.field).inserted { twice.insert(entry.action.field) }
    return twice
  }

  private static func fields(of actions: [FieldAction]) -> [EventField] {
    var fields: Set<EventField> = [.eventClass]
    for action in actions {
      fields.insert(action.field)
      switch action.take {
      case .address, .addressList: fields.insert(.sourcePort)
      case .matches:
        fields.formUnion([.ruleID, .ruleIDs, .ruleName, .ruleMessage, .ruleScore, .action, .securitySource, .message])
      case .rules: fields.insert(.ruleIDs)
      case .speech: fields.formUnion(CellWriter.toldFields)
      case .target, .requestLine, .path, .query:
        fields.formUnion([.uri, .path, .query, .scheme, .host, .method, .version])
      case .headers:
        fields.formUnion([.headers, .host, .cookie, .referer, .userAgent, .contentType, .forwardedFor])
      case .proto: fields.insert(.ipProtocolNumber)
      default: break
      }
    }
    // What a row is completed with once all its keys are read.
    if fields.contains(.destinationPort) || fields.contains(.ipProtocolNumber) {
      fields.formUnion([
        .sourcePort, .destinationPort, .udpSourcePort, .udpDestinationPort, .ipProtocol, .ipProtocolNumber, .amplifier,
      ])
    }
    if fields.contains(.dnsName) { fields.formUnion([.dnsIsResponse, .dnsDomain]) }
    return EventField.allCases.filter(fields.contains)
  }
}
