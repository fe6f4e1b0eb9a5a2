/// Every route, in the order of the document.
enum Routes {
  static let all: [Route] =
    Route.session + Route.incidents + Route.alerts + [.traffic] + Route.hunts + [.facts, .events] + Route.ingest
    + Route.health
    + [.openAPI] + Route.console
}
