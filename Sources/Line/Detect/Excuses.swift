/// Which rows of a batch somebody expects, and by which of up to 64 rules: a bit a rule, a word a row.
package struct Excuses: Sendable {
  /// Changes when the rules do: bits of another generation say nothing.
  package let generation: Int
  /// As many as the batch has rows.
  package let rows: [UInt64]

  package init(generation: Int, rows: [UInt64]) {
    self.generation = generation
    self.rows = rows
  }
}
