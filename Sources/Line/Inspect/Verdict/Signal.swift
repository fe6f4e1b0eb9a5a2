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

/// Signals that are compiled and scanned as one.
struct SignalFamily: Sendable {
  let signals: [Signal]
  /// Whether a text of letters, digits and the marks of plain addresses can hold one of them. The others need quotes,
  /// brackets, separators or spaces, so a text without these is not scanned for them.
  var fitsPlainText = false
}

/// Every signal, family by family.
enum Signals {
  static let families: [SignalFamily] = [
    SignalFamily(signals: sqlInjection), SignalFamily(signals: sqlStatements, fitsPlainText: true),
    SignalFamily(signals: noSQLInjection), SignalFamily(signals: scripting), SignalFamily(signals: markup),
    SignalFamily(signals: fileAccess, fitsPlainText: true), SignalFamily(signals: exposedFiles, fitsPlainText: true),
    SignalFamily(signals: commands), SignalFamily(signals: shellSyntax), SignalFamily(signals: templates),
    SignalFamily(signals: javaPayloads, fitsPlainText: true), SignalFamily(signals: phpPayloads, fitsPlainText: true),
    SignalFamily(signals: scriptPayloads, fitsPlainText: true), SignalFamily(signals: xmlEntities),
    SignalFamily(signals: directoryInjection), SignalFamily(signals: headerInjection),
    SignalFamily(signals: requestForgery, fitsPlainText: true), SignalFamily(signals: tools, fitsPlainText: true),
    SignalFamily(signals: knownExploits, fitsPlainText: true),
  ]

  static let all: [Signal] = families.flatMap(\.signals)
}
