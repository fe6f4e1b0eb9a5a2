import Model

/// One platform's language: says a mitigation exactly, or refuses with the reason.
///
/// A target never weakens a rule. What it writes is printable ASCII, carries the mitigation's reference, and can be
/// found again in, and removed from, a configuration full of other people's rules.
package struct Target: Sendable {
  /// What `--target` takes, `cloudflare-rule` say.
  package let name: String
  /// One sentence: what kind of artifact, of which product.
  package let sentence: String
  package let fileName: String
  /// How a deployed artifact is told from what stands around it.
  let embedding: Embedding
  /// What it can do with what is meant.
  var actions = Actions(.block, .challenge, .log, otherwise: "")
  /// The real tool that reads the artifact, where there is one.
  package var check: SyntaxCheck? = nil
  let write: @Sendable (Mitigation, Plan) throws(Refusals) -> Draft

  /// What a target wrote: the text without its marks, and what is to be said about it.
  struct Draft {
    var text: String
    var notes: [String] = []
    var apply: [String] = []
    var undo: [String] = []
  }

  /// Errors: `Refusal` with every part that cannot be said exactly.
  package func compile(_ mitigation: Mitigation, plan: Plan = Plan()) throws(Refusal) -> Artifact {
    guard Self.isReference(mitigation.reference) else {
      throw Refusal(
        target: name,
        reasons: [.init(part: "the reference", why: "it must be 1 to 40 of a-z, 0-9 and -, beginning with a letter")])
    }
    do throws(Refusals) {
      guard actions.known.contains(mitigation.action) else {
        throw Refusals("the action \(mitigation.action.rawValue)", actions.otherwise)
      }
      let draft = try write(mitigation, plan)
      return Artifact(
        target: name, fileName: fileName, text: embedding.wrap(draft.text, mitigation),
        reference: mitigation.reference, notes: draft.notes + Self.expiry(mitigation), apply: draft.apply,
        undo: draft.undo.isEmpty ? ["remove what carries \(mitigation.reference)"] : draft.undo)
    } catch { throw Refusal(target: name, reasons: error.reasons) }
  }

  /// The references of Weir's own artifacts of this target in a configuration, in order.
  package func find(in configuration: String) -> [String] { deployed(in: configuration).map(\.reference) }

  /// The same, with when each must be gone again.
  package func deployed(in configuration: String) -> [Deployed] { embedding.find(in: configuration) }

  /// The configuration without one artifact, every other byte as it was; nil where it is not there.
  package func remove(_ reference: String, from configuration: String) -> String? {
    embedding.remove(reference, from: configuration)
  }

  /// A file name, a comment and an identifier of every dialect.
  static func isReference(_ text: String) -> Bool {
    (1...40).contains(text.utf8.count) && text.utf8.first.map { (97...122).contains($0) } == true
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 0x2D }
  }

  private static func expiry(_ mitigation: Mitigation) -> [String] {
    mitigation.expires.map { ["must be gone again by \(UTCTime.rfc3339($0))"] } ?? []
  }
}

/// The actions that a platform has, and in what words it refuses the others.
struct Actions: Sendable {
  let known: Set<Mitigation.Action>
  let otherwise: String

  init(_ known: Mitigation.Action..., otherwise: String) {
    self.known = Set(known)
    self.otherwise = otherwise
  }
}

/// What the customer's plan allows.
package struct Plan: Sendable {
  package enum Tier: String, Sendable, CaseIterable { case free, pro, business, enterprise }
  /// Cloudflare's tiers; other targets do not look at it.
  package var tier = Tier.enterprise
  package init(tier: Tier = .enterprise) { self.tier = tier }
}

/// All parts that are in the way, gathered while a target writes.
struct Refusals: Error {
  var reasons: [Refusal.Reason] = []

  init(_ reasons: [Refusal.Reason]) { self.reasons = reasons }
  init(_ part: String, _ why: String) { reasons = [.init(part: part, why: why)] }
}
