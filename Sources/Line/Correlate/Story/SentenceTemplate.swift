import Model

/// A sentence with a place for its number: what must be counted, and how it is told once that is known.
package struct SentenceTemplate: Sendable {
  /// The condition to count over the whole input.
  package let query: String
  /// The sentence, or nil when the number makes it not worth telling.
  package let tell: @Sendable (QueryTally) -> NarrativeSentence?
}

/// Conditions made of conditions.
enum QueryText {
  /// Both demands, windows of time narrowed to what both allow.
  static func both(_ a: String, _ b: String) -> String {
    if a.isEmpty { return b }
    let terms = QueryTerms(a).terms + QueryTerms(b).terms
    return QueryBranch(terms.joined(separator: " and ")).condition
  }

  static func from(_ time: Int64) -> String { "event.time ge \"\(UTCTime.rfc3339(time))\"" }
  static func before(_ time: Int64) -> String { "event.time lt \"\(UTCTime.rfc3339(time))\"" }
}
