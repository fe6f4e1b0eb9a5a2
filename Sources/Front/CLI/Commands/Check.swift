import API
import Content
import Detect
import Enrich
import Inspect
import Intake
import Model
import Watch

/// `weir check`: is the authored content right, and does every example do what it says.
struct Check: Command {
  let name = "check"
  let sentence = "lint of content: formats, detections, agents, robots, with every problem at once"
  let operands = "[--config PATH] [--content DIR]… [--sigma PATH]…"
  let options = [
    Option(name: "config", value: "PATH", sentence: "the configuration of `weir serve`: a file, or a folder of them"),
    Option(name: "content", value: "DIR", repeats: true, sentence: "lay a folder over the project's own Content"),
    Option(name: "sigma", value: "PATH", repeats: true, sentence: "Sigma rules: a file, or a folder with all below it"),
  ]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.isEmpty else { throw UsageError("check takes no operands; name folders with --content") }
    let content = try ContentFolder(overlays: arguments.all("content"))
    var problems: [ContentProblem] = []
    var counts: [String] = []
    func examine(_ what: String, _ work: () throws(ContentError) -> Int) {
      do throws(ContentError) { counts.append("\(try work()) \(what)") } catch { problems += error.problems }
    }
    examine("formats") { () throws(ContentError) in
      problems += try FormatExamples.problems(in: content)
      return try LogFormats.all(content).count
    }
    var ids: [String] = []
    examine("detections") { () throws(ContentError) in
      let detections = try Detections.load(from: content)
      ids = detections.map(\.id)
      for detection in detections { problems += try ExampleRun.problems(of: detection) }
      return detections.count
    }
    examine("classes of user agents") { () throws(ContentError) in try AgentClasses(folder: content).count }
    examine("robots") { () throws(ContentError) in try Robots(folder: content).count }
    examine("Sigma rules") { () throws(ContentError) in
      try SigmaFolder.library(content, arguments.all("sigma")).signatures.count
    }
    if let path = arguments["config"] {
      examine("customers") { () throws(ContentError) in
        let configuration = try ServeConfiguration(path: path)
        problems += configuration.unknownDetections(ids)
        for remark in configuration.remarks { Terminal.complain(Escape.terminal(remark)) }
        return configuration.customers.count
      }
    }
    guard problems.isEmpty else {
      Terminal.complain(ContentError(problems).description)
      return .found
    }
    Terminal.print("fine: " + counts.joined(separator: ", "))
    return .fine
  }
}
