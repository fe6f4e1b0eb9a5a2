/// One thing that happened and that a person may later rely on; never changed, never removed.
package struct Fact: Sendable, Equatable {
  /// From 1, without gaps.
  package var sequence: Int64
  /// When it was written down (ns since 1970 UTC).
  package var time: Int64
  /// Who did it: `weir` itself, or the name of a token.
  package var actor: String
  /// Whom it concerns; empty where it concerns the whole installation.
  package var customer: String
  /// What it is: `alert.raised`, `incident.changed` and so on.
  package var kind: String
  /// The particulars, as JSON.
  package var body: String
  /// Digest of the fact before it.
  package var previous: SHA256
  package var hash: SHA256

  /// The digest that a fact with this content must have.
  ///
  /// Every part stands with its length before it, so that no two facts have the same bytes.
  package var expectedHash: SHA256 {
    var bytes = previous.bytes
    bytes.reserveCapacity(bytes.count + body.utf8.count + 128)
    Self.append(UInt64(bitPattern: sequence), to: &bytes)
    Self.append(UInt64(bitPattern: time), to: &bytes)
    for text in [actor, customer, kind, body] {
      Self.append(UInt64(text.utf8.count), to: &bytes)
      bytes += text.utf8
    }
    return SHA256(of: bytes)
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}

/// A fact that is about to be written: what the writer knows of it.
package struct NewFact: Sendable {
  package var actor: String
  package var customer: String
  package var kind: String
  /// JSON.
  package var body: String

  package init(actor: String = "weir", customer: String, kind: String, body: String) {
    self.actor = actor
    self.customer = customer
    self.kind = kind
    self.body = body
  }
}
