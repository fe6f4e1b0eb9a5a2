/// One sign of an attack that Weir looks for itself: a pattern over decoded text, what it weighs, and what it means.
///
/// Points: 50 is an attack by itself; 30…49 needs a second sign or a rule of the Core Rule Set beside it; below 30 is
/// only support. Patterns are vectorscan's dialect (PCRE without look-around and back-references), caseless, `.`
/// matching line breaks. `Docs/add-a-signal.md` tells how a new one is added.
struct Signal: Sendable {
  /// A short name of its own, for tests and for telling signals apart.
  let id: String
  let payloadClass: PayloadClass
  let points: Int
  let pattern: String
  let places: PartPlaces
  /// Ordinary prose can contain it: it counts half in a text that reads like prose.
  let isWordy: Bool
  /// What a person is told; completes “in a parameter: …”.
  let words: String

  init(
    _ id: String, _ payloadClass: PayloadClass, _ points: Int, _ pattern: String,
    in places: PartPlaces = .anywhere, wordy: Bool = false, _ words: String
  ) {
    self.id = id
    self.payloadClass = payloadClass
    self.points = points
    self.pattern = pattern
    self.places = places
    isWordy = wordy
    self.words = words
  }
}

/// Every signal, family by family; the signals of a family are compiled and scanned as one.
enum Signals {
  static let families: [[Signal]] = [
    sqlInjection, sqlStatements, noSQLInjection, scripting, markup, fileAccess, exposedFiles, commands, shellSyntax,
    templates, javaPayloads, phpPayloads, scriptPayloads, xmlEntities, directoryInjection, headerInjection,
    requestForgery, tools, knownExploits,
  ]

  static let all: [Signal] = families.flatMap { $0 }
}
