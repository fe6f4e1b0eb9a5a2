/// A mitigation in one platform's own language, ready to be deployed, found again and removed.
package struct Artifact: Sendable, Hashable {
  /// The target's name, `nginx` say.
  package var target: String
  package var fileName: String
  /// The rule itself; printable ASCII and line ends, whatever the mitigation holds.
  package var text: String
  /// The mitigation's reference, which stands in `text` too.
  package var reference: String
  /// Where the platform's own semantics differ from what was proven, and what it counts or keeps by itself.
  package var notes: [String]
  /// Steps in words and commands, in order.
  package var apply: [String]
  package var undo: [String]

  package init(
    target: String, fileName: String, text: String, reference: String, notes: [String] = [], apply: [String] = [],
    undo: [String] = []
  ) {
    self.target = target
    self.fileName = fileName
    self.text = text
    self.reference = reference
    self.notes = notes
    self.apply = apply
    self.undo = undo
  }
}

/// A target cannot say a mitigation exactly, so it says nothing: every part that is in the way, with the reason.
package struct Refusal: Error, Sendable, Hashable {
  package struct Reason: Sendable, Hashable {
    /// The part that cannot be said, as written in the condition language, or what else is meant.
    package var part: String
    package var why: String

    package init(part: String, why: String) {
      self.part = part
      self.why = why
    }
  }

  package var target: String
  package var reasons: [Reason]

  package init(target: String, reasons: [Reason]) {
    self.target = target
    self.reasons = reasons
  }
}

extension Refusal: CustomStringConvertible {
  package var description: String {
    reasons.map { "\(target) cannot say \($0.part): \($0.why)" }.joined(separator: "\n")
  }
}
