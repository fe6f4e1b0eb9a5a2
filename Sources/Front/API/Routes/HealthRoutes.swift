import Net
import Reports

extension Route {
  static let health: [Route] = [
    Route(
      path: "/healthz", id: "healthz", sentence: "Whether the process answers.", permission: nil,
      answer: Answer(status: 200, type: "text/plain", sentence: "it does")
    ) { _, _ throws(Problem) in HTTPResponse(type: "text/plain", "ok\n") },
    Route(
      path: "/readyz", id: "readyz", sentence: "Whether deliveries are taken and facts are written.", permission: nil,
      answer: Answer(status: 200, type: "text/plain", sentence: "they are"), problems: [503]
    ) { call, _ throws(Problem) in
      let floor = call.server.floor
      if !call.server.hasOpenDoors { throw .later(503, "receivers are being opened or closed", seconds: 1) }
      for customer in floor.customerNames {
        if floor.isBusy(customer) { throw .later(503, "detection is behind", seconds: 5) }
        if (floor.view(of: customer)?.counts.factsWaiting ?? 0) > 0 {
          throw .later(503, "the journal cannot be written", seconds: 10)
        }
      }
      return HTTPResponse(type: "text/plain", "ready\n")
    },
    Route(
      path: "/metrics", id: "metrics", sentence: "Counters in the Prometheus text format.", permission: .metrics,
      answer: Answer(status: 200, type: "text/plain", sentence: "one metric a line")
    ) { call, _ throws(Problem) in
      HTTPResponse(type: "text/plain; version=0.0.4", MetricsText.text(of: call.server, for: call.token))
    },
  ]
}
