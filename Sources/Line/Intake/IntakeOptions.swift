import Model

/// What the user said about the inputs.
package struct IntakeOptions: Sendable {
  /// Name of the one format to use; nil: recognise by content.
  package var format: String?
  /// A layout as written in an nginx `log_format` or an Apache `LogFormat` directive.
  package var formatString: String?
  /// Path of a mapping file for NDJSON or CSV.
  package var mappingFile: String?
  /// The year of times without one; nil: from the file's last change.
  package var defaultYear: Int?
  /// The zone of times without one.
  package var zone = ClockZone.utc
  /// What rows must have, where only some conditions are asked: packets and flows that it refuses give no row.
  package var screen: RowScreen?
  /// Bytes aimed at per batch.
  package var batchBytes = 512 << 10

  package init() {}
}
