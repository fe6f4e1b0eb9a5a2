/// What was read, as what, and what could not be used: nothing is dropped without a word here.
package struct IntakeReport: Sendable, Codable, Equatable {
  package var inputs: [InputReport] = []

  package init() {}

  package var events: Int { inputs.reduce(0) { $0 + $1.events } }
  package var rejected: Int { inputs.reduce(0) { $0 + $1.rejected } }
}

/// One input: a file, or standard input.
package struct InputReport: Sendable, Codable, Equatable {
  package var path: String
  /// Formats met, the most frequent first, with their numbers of events.
  package var formats: [NamedCount] = []
  /// `plain`, `gzip` or `zstd`.
  package var compression = "plain"
  /// Bytes read from the input, and after decompression.
  package var bytesRead = 0
  package var bytes = 0
  package var lines = 0
  package var events = 0
  package var rejected = 0
  package var reasons: [RejectionCount] = []
  /// Why reading ended early or never began, in words; nil when all is well.
  package var failure: String?
  /// Things worth knowing that are no failure: a clock that ran backwards, an unknown year.
  package var remarks: [String] = []

  package init(path: String) { self.path = path }
}

/// Lines that could not be used, by reason, with a few samples.
package struct RejectionCount: Sendable, Codable, Equatable {
  package var reason: String
  package var count: Int
  package var samples: [RejectedLine]

  package init(reason: String, count: Int, samples: [RejectedLine]) {
    self.reason = reason
    self.count = count
    self.samples = samples
  }
}

package struct RejectedLine: Sendable, Codable, Equatable {
  package var line: Int
  /// The line, cut at 300 bytes. Hostile: escape wherever it is shown.
  package var text: String

  package init(line: Int, text: String) {
    self.line = line
    self.text = text
  }
}
