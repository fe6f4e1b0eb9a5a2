import Model

/// Traffic around an attack, before and after a rule: what is let through, what is stopped.
///
/// An attack that is small beside everybody else's traffic is drawn alone, or nobody would see it.
struct ProofChart {
  private static let height = 72.0
  /// Times as much as the attack that other traffic must be to be left out.
  private static let crowded = 5

  private let proof: Proof
  private let isAlone: Bool
  private let most: Int

  init(_ proof: Proof) {
    self.proof = proof
    let attack = proof.slots.map { $0.attack + $0.hurt }.max() ?? 0
    let whole = proof.slots.map { $0.attack + $0.baseline }.max() ?? 0
    isAlone = attack > 0 && whole > attack * Self.crowded
    most = isAlone ? attack : whole
  }

  /// Nil for a rule that was not followed over time.
  var html: HTML? {
    guard most > 0 else { return nil }
    let top = niceCeiling(most)
    let scale = { (value: Int) in Double(value) / Double(top) }
    let rest = proof.slots.map { scale(isAlone ? 0 : $0.baseline - $0.hurt) }
    let through = proof.slots.map { scale((isAlone ? 0 : $0.baseline - $0.hurt) + $0.attack - $0.caught) }
    let whole = proof.slots.map { scale(isAlone ? $0.attack + $0.hurt : $0.attack + $0.baseline) }
    let none = [Double](repeating: 0, count: proof.slots.count)
    return """
      <figure class="chart"><figcaption>\(caption) \(isAlone ? nil : Self.restKey)<i class="k-attack"></i>attack, let through \
      <i class="k-stopped"></i>stopped</figcaption>
      <div class="plot low"><svg viewBox="0 0 \(proof.slots.count) \(Int(Self.height))" preserveAspectRatio="none" role="img" \
      aria-label="Traffic around the attack, and what the rule leaves of it; the table below has the numbers">
      <path class="rest" d="\(Geometry.area(floor: none, ceiling: rest, height: Self.height))"/>
      <path class="attack" d="\(Geometry.area(floor: rest, ceiling: through, height: Self.height))"/>
      <path class="stopped" d="\(Geometry.area(floor: through, ceiling: whole, height: Self.height))"/>
      </svg>
      \(Gridlines.html([(1, Words.short(top))]))</div>
      \(axis)</figure>

      """
  }

  private static let restKey: HTML = "<i class=\"k-rest\"></i>honest, let through "

  private var caption: String {
    let slot = Words.span(Int64(proof.slotSeconds * 1e9))
    let beside = proof.slots.map(\.baseline).max() ?? 0
    return isAlone
      ? "The attack, events per \(slot), with the rule (beside up to \(Words.number(beside)) honest ones, not drawn)"
      : "Events per \(slot) with the rule"
  }

  private var axis: HTML {
    let width = proof.slotSeconds * Double(proof.slots.count) * 1e9
    let end = proof.start.addingReportingOverflow(Int64(width)).partialValue
    let ticks = TimeTicks(from: proof.start, to: end).ticks.map { tick -> HTML in
      let left = Double(UTCTime.span(from: proof.start, to: tick.at)) / width * 100
      return "<span style=\"left:\(left)%\">\(tick.label)</span>\n"
    }
    return "<div class=\"axis\" aria-hidden=\"true\">\n\(ticks)</div>\n"
  }
}
