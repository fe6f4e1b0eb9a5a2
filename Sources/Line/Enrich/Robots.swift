import Content
import Model
import Patterns

/// Robots whose operators publish where they come from: a robot's name from a foreign address is an impostor's.
///
/// Authored in `Content/robots/*.yaml`; a file given by the user adds ranges to a robot or makes a new one.
package struct Robots: Sendable {
  struct Robot: Sendable {
    var name: String
    var tokens: [String]
    var ranges: [AddressNetwork]
    var owner: [AddressNetwork]
  }

  private(set) var robots: [Robot] = []
  package var count: Int { robots.count }

  package init(folder: ContentFolder) throws(ContentError) {
    for file in folder.files(in: "robots") {
      for document in try ContentNode.documents(ofFile: file.path) { try read(document) }
    }
  }

  private mutating func read(_ document: ContentNode) throws(ContentError) {
    var top = ContentReader(document)
    for node in top.required("robots")?.list ?? [] {
      var reader = ContentReader(node)
      _ = reader.text("source")
      let robot = Robot(
        name: reader.requiredText("name"), tokens: reader.texts("tokens"), ranges: Self.networks("ranges", &reader),
        owner: Self.networks("owner", &reader))
      top.complain(reader.finish())
      robots.append(robot)
    }
    let problems = top.finish()
    if !problems.isEmpty { throw ContentError(problems) }
  }

  private static func networks(_ key: String, _ reader: inout ContentReader) -> [AddressNetwork] {
    guard let nodes = reader.optional(key)?.list else { return [] }
    return nodes.compactMap { node in
      if let network = node.text.flatMap({ AddressNetwork($0) }) { return network }
      reader.complain(node.problem("'\(node.text ?? "")' is no address and no network"))
      return nil
    }
  }

  /// Adds the addresses in the file at `path` to the robot `name`, which is made when it is new (its name is its token).
  ///
  /// The file is a plain list, or any text in which the operators' own JSON carries its prefixes.
  package mutating func add(name: String, path: String) throws(WorldError) {
    guard let text = readText(path) else {
      throw WorldError(
        what: "robot ranges cannot be read", place: path, why: "no such file or no permission", retryHelps: false)
    }
    let separators: Set<Character> = ["\"", ",", " ", "\n", "\r\n", "\t", "[", "]", "{", "}"]
    let networks = text.split { separators.contains($0) }.filter {
      $0.contains(".") || $0.contains("::") || $0.contains("/")
    }
    .compactMap { AddressNetwork($0) }
    guard !networks.isEmpty else {
      throw WorldError(what: "no robot ranges", place: path, why: "it holds no address", retryHelps: false)
    }
    if let place = robots.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
      robots[place].ranges += networks
    } else {
      robots.append(Robot(name: name, tokens: [name], ranges: networks, owner: []))
    }
  }
}

/// Robots made ready for looking up: one scan per distinct user agent, one binary search per robot's event.
final class RobotIndex: Sendable {
  private let patterns: PatternSet
  private let robotOfPattern: [UInt8]
  private let ranges: [AddressSet]
  private let owners: [AddressSet]

  static let none = UInt8.max

  init(_ robots: Robots) throws(ContentError) {
    let known = robots.robots.prefix(Int(Self.none))
    var tokens: [String] = []
    var places: [UInt8] = []
    for (place, robot) in known.enumerated() {
      tokens += robot.tokens.map(Self.quoted)
      places += robot.tokens.map { _ in UInt8(place) }
    }
    patterns = try PatternSet(tokens)
    robotOfPattern = places
    ranges = known.map { AddressSet($0.ranges) }
    owners = known.map { AddressSet($0.owner) }
  }

  private static func quoted(_ token: String) -> String {
    String(token.flatMap { $0.isLetter || $0.isNumber ? [$0] : ["\\", $0] })
  }

  func scratch() -> PatternScratch { PatternScratch(for: patterns) }

  /// Which robot a user agent names, or `none`.
  func robot(in agent: UnsafeBufferPointer<UInt8>, scratch: PatternScratch) -> UInt8 {
    var found = Self.none
    scratch.scan(patterns, agent) { found = min(found, robotOfPattern[$0]) }
    return found
  }

  /// The keyword of `client.robot`: 0 verified, 1 impostor, 2 claimed.
  func state(of robot: UInt8, at address: IPAddress) -> Int64 {
    let place = Int(robot)
    if address.isAbsent || ranges[place].isEmpty { return 2 }
    if ranges[place].contains(address) { return 0 }
    return owners[place].contains(address) ? 2 : 1
  }
}
