import Foundation
import Testing

@testable import API

@Suite("What is deployed beside it")
struct DeployTests {
  private func file(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "Deploy/" + name), encoding: .utf8)
  }

  @Test(
    "the dashboard and the alert rules ask for metrics that there are",
    arguments: [
      "grafana-dashboard.json", "prometheus-rules.yaml",
    ])
  func metrics(name: String) throws {
    let served = try Desk().ask("/metrics", as: "lead-all").text
    let asked = Set(try file(name).matches(of: /weir_[a-z_]+/).map { String($0.output) })
    #expect(asked.count >= 8)
    for metric in asked { #expect(served.contains("# TYPE \(metric.replacing("_bucket", with: "")) "), "\(metric)") }
  }

  @Test("the dashboard is one, and its panels do not lie over each other") func dashboard() throws {
    let object = try JSONSerialization.jsonObject(with: Data(file("grafana-dashboard.json").utf8)) as? [String: Any]
    let panels = try #require(object?["panels"] as? [[String: Any]])
    #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
    let places = panels.compactMap { $0["gridPos"] as? [String: Int] }
    for (index, a) in places.enumerated() {
      for b in places[(index + 1)...] {
        let isBeside = a["x"]! + a["w"]! <= b["x"]! || b["x"]! + b["w"]! <= a["x"]!
        #expect(isBeside || a["y"]! + a["h"]! <= b["y"]! || b["y"]! + b["h"]! <= a["y"]!)
      }
    }
  }
}
