import Model

/// Everything one run of `weir investigate` found out: what all reports are written from.
package struct InvestigationResult: Sendable {
  /// In the order of their urgency.
  package var incidents: [Incident]
  package var alerts: [Alert]
  package var traffic: TrafficSummary
  package var intake: IntakeReport
  package var run: RunFacts
  /// What to do about the incidents, one each, for those that were drafted for.
  package var proposals: [Proposal]

  package init(
    incidents: [Incident], alerts: [Alert], traffic: TrafficSummary, intake: IntakeReport, run: RunFacts,
    proposals: [Proposal] = []
  ) {
    self.incidents = incidents
    self.alerts = alerts
    self.traffic = traffic
    self.intake = intake
    self.run = run
    self.proposals = proposals
  }
}

/// How the result came about.
package struct RunFacts: Sendable, Equatable {
  package var version: String
  /// The command as it was given, word by word.
  package var commandLine: [String]
  /// The inputs as they were given, for commands that a reader may repeat.
  package var paths: [String]
  /// Wall clock at the start (ns since 1970 UTC).
  package var startedAt: Int64
  package var elapsedSeconds: Double
  package var cpuSeconds: Double
  package var threads: Int
  /// Largest resident size; 0 where the system does not tell.
  package var peakBytes: Int
  /// Settings in force, defaults included, in reading order.
  package var settings: [Setting]
  /// What a reader must know to judge the figures: a source without times, a memory bound that was reached.
  package var caveats: [String]

  package init(
    version: String, commandLine: [String], paths: [String], startedAt: Int64, elapsedSeconds: Double,
    cpuSeconds: Double, threads: Int, peakBytes: Int = 0, settings: [Setting] = [], caveats: [String] = []
  ) {
    self.version = version
    self.commandLine = commandLine
    self.paths = paths
    self.startedAt = startedAt
    self.elapsedSeconds = elapsedSeconds
    self.cpuSeconds = cpuSeconds
    self.threads = threads
    self.peakBytes = peakBytes
    self.settings = settings
    self.caveats = caveats
  }

  package struct Setting: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The command that gives a condition's number back, ready to be pasted into a shell.
  func huntCommand(_ query: String) -> String {
    (["weir", "hunt", query] + paths).map(Escape.shell).joined(separator: " ")
  }
}
