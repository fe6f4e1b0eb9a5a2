/// Something that enrichment was told to use and cannot.
package struct EnrichError: Error, Sendable, CustomStringConvertible {
  package let what: String
  package let path: String
  package let why: String
  /// Whether the same call may work later.
  package let retryHelps: Bool

  package var description: String { "\(path): \(what): \(why)" }
}
