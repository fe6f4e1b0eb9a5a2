import Foundation

/// Bits that a yes-or-no question tells about the cohort when both cohorts weigh the same.
///
/// Source: the mutual information of question and cohort, which is their Jensen-Shannon divergence.
func separation(_ attackShare: Double, _ baselineShare: Double) -> Double {
  entropy((attackShare + baselineShare) / 2) - (entropy(attackShare) + entropy(baselineShare)) / 2
}

private func entropy(_ p: Double) -> Double {
  p <= 0 || p >= 1 ? 0 : -p * log2(p) - (1 - p) * log2(1 - p)
}
