import Content
import Model
import Patterns

/// What a user agent says it is: browser, robot, tool, empty, impossible or other.
///
/// Authored in `Content/agents/*.yaml`. Cost: one scan per distinct user agent and worker.
package final class AgentClasses: Sendable {
  private let patterns: PatternSet
  /// Place of the class in `order`, per pattern.
  private let ranks: [UInt8]
  /// Keyword of `client.class` per rank.
  private let order: [UInt8]

  /// Classes that have patterns.
  package var count: Int { order.count }

  static let other = UInt8(EventField.agentClasses.firstIndex(of: "other")!)
  static let empty = UInt8(EventField.agentClasses.firstIndex(of: "empty")!)

  package convenience init(folder: ContentFolder) throws(ContentError) {
    var order: [UInt8] = []
    var patterns: [(String, UInt8)] = []
    for file in folder.files(in: "agents") {
      for document in try ContentNode.documents(ofFile: file.path) {
        try Self.read(document, order: &order, patterns: &patterns)
      }
    }
    try self.init(order: order, patterns: patterns)
  }

  private init(order: [UInt8], patterns: [(String, UInt8)]) throws(ContentError) {
    self.patterns = try PatternSet(patterns.map(\.0))
    ranks = patterns.map(\.1)
    self.order = order
  }

  private static func read(
    _ document: ContentNode, order: inout [UInt8], patterns: inout [(String, UInt8)]
  ) throws(ContentError) {
    var top = ContentReader(document)
    for node in top.required("classes")?.list ?? [] {
      var reader = ContentReader(node)
      let name = reader.requiredText("class")
      if let place = EventField.agentClasses.firstIndex(of: name) {
        let rank = order.firstIndex(of: UInt8(place)) ?? order.count
        if rank == order.count { order.append(UInt8(place)) }
        patterns += reader.texts("patterns").map { ($0, UInt8(rank)) }
      } else {
        let hint = nearestWord(to: name, in: EventField.agentClasses)
        reader.complain(node.problem("'\(name)' is no class of user agents", suggestion: hint))
      }
      top.complain(reader.finish())
    }
    let problems = top.finish()
    if !problems.isEmpty { throw ContentError(problems) }
  }

  func scratch() -> PatternScratch { PatternScratch(for: patterns) }

  /// The keyword of `client.class` for a user agent.
  func keyword(of agent: UnsafeBufferPointer<UInt8>, scratch: PatternScratch) -> UInt8 {
    if agent.count == 0 || (agent.count == 1 && agent[0] == UInt8(ascii: "-")) { return Self.empty }
    var best = UInt8.max
    scratch.scan(patterns, agent) { best = min(best, ranks[$0]) }
    return best == .max ? Self.other : order[Int(best)]
  }
}
