import Model

/// The answer to "is this an attack?" in one sentence: it stands at the top of every report.
struct Verdict {
  enum Mood: String, Equatable {
    /// Somebody is needed now, soon, in this shift, or not at all; or nothing can be said.
    case urgent, serious, mild, calm, blind
  }

  let mood: Mood
  /// What comes before the colon, and what behind; the second part may be empty.
  let head: String
  let tail: String

  var sentence: String { tail.isEmpty ? head + "." : "\(head): \(tail)." }

  init(_ result: InvestigationResult) {
    guard result.traffic.events > 0 || !result.incidents.isEmpty else {
      (mood, head, tail) = (.blind, "Nothing could be read", Self.whyBlind(result.intake))
      return
    }
    guard let worst = result.incidents.first else {
      (mood, head, tail) = (.calm, "Nothing that needs you", "no attack stands out from the traffic")
      return
    }
    let urgent = result.incidents.filter { $0.priority == .p1 || $0.priority == .p2 }
    guard !urgent.isEmpty else {
      mood = worst.priority == .p3 ? .mild : .calm
      head = worst.priority == .p3 ? "Worth a look in this shift" : "Nothing that needs you"
      tail = Self.named(result.incidents)
      return
    }
    mood = worst.priority == .p1 ? .urgent : .serious
    tail = Self.named(urgent)
    if urgent.contains(where: { $0.isOngoing(in: result.traffic) }) {
      head = "Under attack"
    } else {
      let end = UTCTime(urgent.map(\.lastSeen).max() ?? worst.lastSeen)
      head = "Attacked until \(end.clockToMinute) UTC on \(end.longDate), over since"
    }
  }

  /// The two that matter most by their titles, the second one of another kind if there is one; the others by number.
  private static func named(_ all: [Incident]) -> String {
    let second = all.dropFirst().first { $0.kind != all[0].kind } ?? all.dropFirst().first
    let incidents = [all.first, second].compactMap { $0 }
    var titles = incidents.map { named($0) }
    // A host that both share is said once.
    if titles.count == 2, incidents[0].hosts == incidents[1].hosts, let host = incidents[0].hosts.first {
      for word in ["against", "of", "on"] { titles[1] = titles[1].removing(" \(word) \(host)") }
    }
    let rest = all.count - titles.count
    if rest > 0 { return titles.joined(separator: ", ") + ", and " + Words.count(rest, "more incident") }
    return titles.joined(separator: ", and ")
  }

  /// The title inside a sentence: its first letter small unless it begins an acronym or a name.
  private static func named(_ incident: Incident) -> String {
    let title = incident.title
    let start = title.prefix(2)
    let isName = (start.count == 2 && start == start.uppercased()) || title.hasPrefix("Java") || title.hasPrefix("Node")
    return isName ? title : title.prefix(1).lowercased() + title.dropFirst()
  }

  private static func whyBlind(_ intake: IntakeReport) -> String {
    if intake.inputs.isEmpty { return "no input was given" }
    if let failure = intake.inputs.compactMap(\.failure).first { return failure }
    return intake.rejected > 0
      ? "none of \(Words.count(intake.rejected, "line")) fits a known format" : "the input is empty"
  }
}

extension String {
  /// Without the first occurrence of `part`.
  fileprivate func removing(_ part: String) -> String {
    var start = startIndex
    while start < endIndex, !self[start...].hasPrefix(part) { start = index(after: start) }
    return start < endIndex ? String(self[..<start] + self[start...].dropFirst(part.count)) : self
  }
}
