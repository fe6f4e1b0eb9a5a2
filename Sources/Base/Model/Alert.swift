/// What a detection, or the inspector, found for one key: the unit that folds into incidents.
package struct Alert: Sendable, Codable, Equatable {
  /// Stable over runs of the same input: made of detection, key and first event.
  package var id: String
  /// Id of the detection (`payload` for the inspector's own).
  package var detection: String
  package var title: String
  package var kind: IncidentKind
  package var severity: Severity
  package var confidence: Confidence
  package var phase: Phase
  /// ATT&CK technique ids.
  package var techniques: [String]
  /// The group that was judged, for example `ip.src` = `203.0.113.7`.
  package var key: [KeyPart]
  /// First and last event that counts, and the event time at which the alert was raised (ns since 1970 UTC).
  package var firstSeen: Int64
  package var lastSeen: Int64
  package var raisedAt: Int64
  /// Events that count, weights applied.
  package var events: Int
  package var sources: SourceTally
  package var hosts: [String]
  /// Paths, accounts and so on that say what was aimed at; the most frequent first, bounded.
  package var targets: [String]
  /// Payload classes, where payload is part of the evidence.
  package var classes: [String]
  /// Answers among `events` that were 2xx, where the status is known: what got through.
  package var succeeded: Int
  /// The condition that selects exactly the events counted in `events`.
  package var query: String
  /// Why, in words, with the numbers that decided.
  package var reason: String
  package var evidence: [Evidence]
  /// The busiest second of a flood of packets.
  package var peak: PacketPeak?
  /// Who expects it and why; it is kept and told as any other, and opens no incident.
  package var suppression: Suppression?

  package init(
    id: String, detection: String, title: String, kind: IncidentKind, severity: Severity, confidence: Confidence,
    phase: Phase, techniques: [String], key: [KeyPart], firstSeen: Int64, lastSeen: Int64, raisedAt: Int64, events: Int,
    sources: SourceTally, hosts: [String], targets: [String], classes: [String], succeeded: Int, query: String,
    reason: String, evidence: [Evidence]
  ) {
    self.id = id
    self.detection = detection
    self.title = title
    self.kind = kind
    self.severity = severity
    self.confidence = confidence
    self.phase = phase
    self.techniques = techniques
    self.key = key
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.raisedAt = raisedAt
    self.events = events
    self.sources = sources
    self.hosts = hosts
    self.targets = targets
    self.classes = classes
    self.succeeded = succeeded
    self.query = query
    self.reason = reason
    self.evidence = evidence
  }
}

/// What a flood of packets brought in its busiest second; sampling applied.
package struct PacketPeak: Sendable, Codable, Equatable {
  package var packets: Int
  package var bytes: Int

  package init(packets: Int, bytes: Int) {
    self.packets = packets
    self.bytes = bytes
  }

  /// `12,000 packets and 48.2 Mbit in its busiest second`.
  package var words: String {
    let bits = bytes > 0 ? " and \(Words.short(bytes * 8))bit" : ""
    return "\(Words.count(packets, "packet"))\(bits) in its busiest second"
  }
}

/// One field of a group's key.
package struct KeyPart: Sendable, Codable, Hashable {
  /// The field's name in the condition language; `ip.src/24` for a network of that many bits.
  package var field: String
  package var value: String

  package init(field: String, value: String) {
    self.field = field
    self.value = value
  }
}

/// One event shown as proof.
package struct Evidence: Sendable, Codable, Equatable {
  package var time: Int64
  /// Path of the input and number of the line.
  package var input: String
  package var line: Int
  package var source: String
  package var host: String?
  package var method: String?
  package var uri: String?
  package var status: Int?
  package var userAgent: String?
  /// What was found in this event, in words.
  package var note: String?
  /// The line as it came in, cut at 2,000 bytes. Hostile: escape wherever it is shown.
  package var raw: String

  package init(
    time: Int64, input: String, line: Int, source: String, host: String?, method: String?, uri: String?, status: Int?,
    userAgent: String?, note: String?, raw: String
  ) {
    self.time = time
    self.input = input
    self.line = line
    self.source = source
    self.host = host
    self.method = method
    self.uri = uri
    self.status = status
    self.userAgent = userAgent
    self.note = note
    self.raw = raw
  }
}

/// How many distinct sources, and the busiest of them.
package struct SourceTally: Sendable, Codable, Equatable {
  /// Distinct addresses; an estimate when `estimated`.
  package var count: Int
  package var estimated: Bool
  package var top: [SourceCount]

  package init(count: Int, estimated: Bool = false, top: [SourceCount]) {
    self.count = count
    self.estimated = estimated
    self.top = top
  }
}

package struct SourceCount: Sendable, Codable, Hashable {
  package var ip: String
  package var events: Int
  package var asn: Int?
  package var country: String?

  package init(ip: String, events: Int, asn: Int? = nil, country: String? = nil) {
    self.ip = ip
    self.events = events
    self.asn = asn
    self.country = country
  }
}
