import Net

extension Route {
  /// The page for people: three files, no build step, nothing from elsewhere. It holds no data; it asks the API for it.
  static let console: [Route] = [
    file("/", "consolePage", "text/html; charset=utf-8", ConsolePage.html),
    file("/console.css", "consoleStyle", "text/css; charset=utf-8", ConsoleStyle.css),
    file("/console.js", "consoleScript", "text/javascript; charset=utf-8", ConsoleScript.script),
    file("/console-views.js", "consoleViews", "text/javascript; charset=utf-8", ConsoleViews.script),
  ]

  private static func file(_ path: String, _ id: String, _ type: String, _ text: String) -> Route {
    Route(path: path, id: id, sentence: "A file of the page.", permission: nil) { _, _ throws(Problem) in
      HTTPResponse(type: type, text)
    }
  }
}
