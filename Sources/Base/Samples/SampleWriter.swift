/// Makes traffic from a seed and knows the truth about it: input for the demo, the benchmark and tests.
///
/// The same settings give the same bytes.
package struct SampleWriter {
  package let settings: SampleSettings

  package init(_ settings: SampleSettings) { self.settings = settings }

  /// Writes the log to `path` and, where asked for, one byte a line to `labels`: `-` for honest traffic, else the
  /// letter of the attack in the truth, `!` for an unreadable line. A name that ends in `.gz` gives a gzipped file.
  package func write(to path: String, labels: String? = nil) throws -> SampleTruth {
    let output = try SampleOutput(
      format: settings.format, brokenEvery: settings.brokenEvery, path: path, labels: labels)
    return try Traffic(settings: settings, output: output).run()
  }
}
