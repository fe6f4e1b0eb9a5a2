import Content
import Foundation
import Model
import Patterns

/// What enrichment is to use; all of it optional.
package struct EnrichConfiguration: Sendable {
  /// MaxMind DB files with countries or networks.
  package var databases: [String] = []
  /// Address lists, name and path.
  package var lists: [(name: String, path: String)] = []
  /// Newer ranges of robots, name and path.
  package var robots: [(name: String, path: String)] = []
  /// Files with prefixes and the networks that may announce them.
  package var routes: [String] = []

  package init() {}
}

/// Fills columns that follow from others: where the client is, what it says it is, how the server will read the request.
///
/// Immutable once made and shared by all workers.
package final class Enricher: Sendable {
  let databases: [AddressDatabase]
  let lists: AddressLists
  let agents: AgentClasses
  let robots: RobotIndex
  let routes: RouteOrigins
  /// Lines of address lists that could not be read, for a remark.
  package let oddities: [String]

  /// Errors: `ContentError` for authored files, `WorldError` for files that the user named.
  package init(_ configuration: EnrichConfiguration, content: ContentFolder) throws {
    databases = try configuration.databases.map { try AddressDatabase(path: $0) }
    var lists = AddressLists()
    var oddities: [String] = []
    for list in configuration.lists {
      oddities += try lists.add(name: list.name, path: list.path).map { "\(list.path): no address: \($0)" }
    }
    self.lists = lists
    self.oddities = oddities
    var routes = RouteOrigins()
    for path in configuration.routes { try routes.add(path: path) }
    self.routes = routes
    agents = try AgentClasses(folder: content)
    var robots = try Robots(folder: content)
    for robot in configuration.robots { try robots.add(name: robot.name, path: robot.path) }
    self.robots = try RobotIndex(robots)
  }

  package func worker() -> EnrichWorker { EnrichWorker(self) }
}

func readText(_ path: String) -> String? {
  FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

extension Enricher {
  /// The columns that enrichment fills or completes.
  package static let fields: Set<EventField> = [
    .agentClass, .robot, .pathNormal, .queryNormal, .addressLists, .sourceCountry, .sourceCity, .sourceASN,
    .sourceASName, .routeValidity,
  ]
}
