import Model

/// Gives Weir's own verdict on payloads; one per worker, not shared between threads.
///
/// Evidence is what the rule set matched and what Weir's own signals find in each part of the request, once its
/// encodings are taken off. Every piece is weighed by where it stands and what kind of text it stands in; the strongest
/// part decides. Cost: some microseconds for an ordinary request, tens for a hostile one.
package final class VerdictJudge {
  private let scanner: SignalScanner
  private let screen: VerdictScreen
  private var hits: [Int] = []
  /// Parts that were asked whether they hold a sign.
  private var speaking = ByteMemo(slots: 1 << 14, byteLimit: 4 << 20)
  private var key: [UInt8] = []

  package init(_ patterns: SignalPatterns) throws(SignalError) {
    scanner = try SignalScanner(patterns)
    screen = VerdictScreen(scanner)
  }

  package func judge(_ request: InspectedRequest, crs: CRSVerdict) -> PayloadVerdict {
    request.withView { judge($0, crs: crs) }
  }

  package func judge(_ request: RequestView, crs: CRSVerdict) -> PayloadVerdict {
    if signs(of: crs).isEmpty, isQuiet(request) { return verdict(from: [], total: 0, crs: crs) }
    return weigh(request, crs: crs)
  }

  /// The same for a request that was screened before.
  func weigh(_ request: RequestView, crs: CRSVerdict) -> PayloadVerdict {
    let (signs, total) = strongest(of: request, beside: signs(of: crs))
    return verdict(from: signs, total: total, crs: crs)
  }

  /// Whether no part of the request holds a sign.
  private func isQuiet(_ request: RequestView) -> Bool {
    request.body.isEmpty && request.headers.allSatisfy { isQuiet($0) } && isQuiet(target: request.uri)
  }

  /// Whether no part of a request target holds a sign. Cost: one pass and one scan where it is plain.
  func isQuiet(target: UnsafeRawBufferPointer) -> Bool {
    screen.isQuiet(target) ?? !hasSigns(RequestParts(target: target))
  }

  func isQuiet(_ header: RequestView.Header) -> Bool { !hasSigns(RequestParts(header)) }

  private func hasSigns(_ parts: RequestParts) -> Bool { parts.parts.contains { hasSigns($0) } }

  /// Remembered by what decides it: parameters repeat where whole targets do not.
  private func hasSigns(_ part: RequestPart) -> Bool {
    key.removeAll(keepingCapacity: true)
    key.append(part.place.rawValue << 1 | (part.plusIsSpace ? 1 : 0))
    key.append(contentsOf: part.raw)
    return key.withUnsafeBufferPointer { key in
      speaking.value(of: key) { _ in signs(in: part, beside: []).isEmpty ? 0 : 1 } == 1
    }
  }

  /// The same, with the evidence it rests on.
  func explain(_ request: InspectedRequest, crs: CRSVerdict) -> (PayloadVerdict, [Sign]) {
    let (signs, total) = request.withView { strongest(of: $0, beside: self.signs(of: crs)) }
    return (verdict(from: signs, total: total, crs: crs), signs)
  }

  /// The signs of the part that weighs most, the rule set's among them, and their total.
  private func strongest(of request: RequestView, beside ruleSigns: [Sign]) -> ([Sign], Int) {
    var best: [Sign] = []
    var bestTotal = 0
    for part in RequestParts(request).parts {
      let concerning = ruleSigns.filter { RuleEvidence.concerns($0, part) }
      // An attacker's user agent is the same in each of his requests.
      if concerning.isEmpty, !hasSigns(part) { continue }
      let together = signs(in: part, beside: concerning)
      let total = Weighing.total(together)
      if total > bestTotal { (best, bestTotal) = (together, total) }
    }
    return (best, bestTotal)
  }

  // MARK: Evidence

  private func signs(in part: RequestPart, beside ruleSigns: [Sign]) -> [Sign] {
    let unfolded = TextUnfolding.unfold(part.raw, plusIsSpace: part.plusIsSpace)
    var signs = signs(in: unfolded, of: part, beside: ruleSigns)
    var letters = unfolded.bytes
    // A `+` of base64 that a form decoder took for a space.
    if part.plusIsSpace { letters.replaceAll(ASCII.space, with: ASCII.plus) }
    if let inside = Base64.text(letters) {
      var text = TextUnfolding.unfold(inside, plusIsSpace: false)
      text.disguise.insert(.base64)
      signs += self.signs(in: text, of: part, beside: [])
    }
    return signs
  }

  private func signs(in text: UnfoldedText, of part: RequestPart, beside ruleSigns: [Sign]) -> [Sign] {
    hits.removeAll(keepingCapacity: true)
    scanner.scan(text.bytes, at: part.place, into: &hits)
    let squeezed = TextSqueezing.squeeze(text.bytes)
    if squeezed != text.bytes { scanner.scan(squeezed, at: part.place, into: &hits) }
    guard !hits.isEmpty || !ruleSigns.isEmpty else { return [] }
    let context = TextContext(squeezed)
    var signs: [Sign] = ruleSigns.map { sign in
      var weighed = sign
      weighed.points = sign.points * Weighing.percent(of: sign.key, in: part, context) / 100
      return weighed
    }
    for index in Set(hits).sorted() {
      let signal = Signals.all[index]
      guard signal.places.contains(part.place) else { continue }
      let points = signal.points * Weighing.percent(signal, part, context) / 100
      signs.append(
        Sign(
          points: points, payloadClass: signal.payloadClass, place: part.place, name: part.name, words: signal.words,
          key: index))
    }
    if let disguise = disguiseSign(text.disguise, beside: signs, in: part) { signs.append(disguise) }
    return signs
  }

  /// Encoding under encoding is ordinary in itself (redirects do it); beside another sign it shows intent.
  private static let tellingDisguise: Disguise = [.doublePercent, .overlong, .percentU, .base64, .utf7, .fullWidth]

  private func disguiseSign(_ disguise: Disguise, beside signs: [Sign], in part: RequestPart) -> Sign? {
    let telling = disguise.intersection(Self.tellingDisguise)
    guard !telling.isEmpty, let strongest = signs.max(by: { $0.points < $1.points }), strongest.points >= 20 else {
      return nil
    }
    return Sign(
      points: 20, payloadClass: strongest.payloadClass, place: part.place, name: part.name,
      words: "it is hidden as \(telling.words.joined(separator: " and "))", key: -1)
  }

  private func signs(of crs: CRSVerdict) -> [Sign] {
    crs.matches.compactMap { match in
      let points = RuleEvidence.points(of: match)
      guard points > 0 else { return nil }
      return Sign(
        points: points, payloadClass: RuleEvidence.payloadClass(of: match.ruleID), place: nil,
        name: Array(match.variable.utf8), words: match.message, key: match.ruleID)
    }
  }

  // MARK: The answer

  private func verdict(from signs: [Sign], total: Int, crs: CRSVerdict) -> PayloadVerdict {
    let isAttack = total >= PayloadVerdict.threshold
    let telling = signs.filter { $0.points >= 10 }.sorted { $0.points > $1.points }
    let carrying = telling.filter { $0.points * 2 >= telling[0].points }
    return PayloadVerdict(
      verdict: isAttack ? .attack : .clean, score: total,
      classes: isAttack ? carrying.reduce(into: []) { $0.formUnion($1.payloadClass) } : [],
      rules: crs.matches.map(\.ruleID).uniqued(), crs: crs.summary,
      reasons: telling.prefix(Reasons.most).map(Reasons.sentence))
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, first occurrence kept.
  func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
