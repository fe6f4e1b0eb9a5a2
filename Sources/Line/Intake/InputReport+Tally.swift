import Model

extension InputReport {
  mutating func add(_ tally: InputTally) {
    for (name, count) in tally.formats {
      events += count
      if let place = formats.firstIndex(where: { $0.name == name }) {
        formats[place].count += count
      } else {
        formats.append(NamedCount(name: name, count: count))
      }
    }
    for rejection in tally.rejections { add(rejection) }
    if tally.metNoYear { remark("times without a year were placed in the last year that fits the file's own date") }
    if tally.metNoZone { remark("times without a zone were read as UTC or as the zone given") }
  }

  mutating func add(_ rejection: RejectionCount) {
    rejected += rejection.count
    guard let place = reasons.firstIndex(where: { $0.reason == rejection.reason }) else {
      reasons.append(rejection)
      return
    }
    reasons[place].count += rejection.count
    reasons[place].samples += rejection.samples
    // Batches arrive in any order; the samples kept are the first lines, whatever the number of threads.
    reasons[place].samples.sort { $0.line < $1.line }
    reasons[place].samples = Array(reasons[place].samples.prefix(InputTally.samplesPerReason))
  }

  /// Adds a remark unless it stands there already.
  mutating func remark(_ words: String) {
    if !remarks.contains(words) { remarks.append(words) }
  }
}

extension IntakeReport {
  /// The report as people read it: the most frequent first.
  func finished() -> IntakeReport {
    var report = self
    for i in report.inputs.indices {
      report.inputs[i].formats.sort { $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name }
      report.inputs[i].reasons.sort { $0.count != $1.count ? $0.count > $1.count : $0.reason < $1.reason }
      report.inputs[i].remarks.sort()
    }
    return report
  }
}
