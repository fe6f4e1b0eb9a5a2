import Model

/// Runs events through detections as the fast loop would, for examples and tests.
package enum ExampleRun {
  package static func alerts(_ detector: Detector, _ events: ExampleEvents, batchSize: Int = 512) -> [Alert] {
    let worker = detector.worker()
    let state = detector.state()
    for batch in events.batches(of: batchSize) { state.fold(worker.observe(batch), batch) }
    return state.finish(inputs: ["example"]).alerts
  }

  /// What is wrong with a detection's own examples, in words; empty where every one does what it says.
  package static func problems(of detection: Detection) throws(ContentError) -> [ContentProblem] {
    let detector = try Detector([detection])
    var problems: [ContentProblem] = []
    for (examples, fires) in [(detection.fires, true), (detection.quiet, false)] {
      for example in examples where alerts(detector, ExampleEvents(example)).isEmpty == fires {
        problems.append(
          ContentProblem(
            file: example.file, line: example.line, column: 1,
            message: "\(detection.id): '\(example.what)' \(fires ? "raises no alert" : "raises an alert")"))
      }
    }
    return problems
  }
}
