/// One problem in a text that a person wrote: where it is, what is wrong, and the nearest thing that would be right.
package struct ContentProblem: Hashable, Sendable {
  package var file: String?
  /// From 1; 0 where the problem has no line of its own.
  package var line: Int
  package var column: Int
  package var message: String
  package var suggestion: String?
  /// The words around the place and a caret below them, where a line and a column do not say enough.
  package var excerpt: String?

  package init(
    file: String? = nil, line: Int, column: Int, message: String, suggestion: String? = nil, excerpt: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.suggestion = suggestion
    self.excerpt = excerpt
  }
}

/// All problems of an authored text at once.
package struct ContentError: Error, Sendable, CustomStringConvertible {
  package var problems: [ContentProblem]

  package init(_ problems: [ContentProblem]) { self.problems = problems }
  package init(_ problem: ContentProblem) { problems = [problem] }

  package var description: String {
    problems.map { problem in
      let place = [problem.file ?? "", problem.line > 0 ? "\(problem.line):\(problem.column)" : ""]
        .filter { !$0.isEmpty }.joined(separator: ":")
      let hint = problem.suggestion.map { "; did you mean \($0)?" } ?? ""
      let shown = problem.excerpt.map { "\n" + $0 } ?? ""
      return (place.isEmpty ? "" : place + ": ") + problem.message + hint + shown
    }.joined(separator: "\n")
  }
}
