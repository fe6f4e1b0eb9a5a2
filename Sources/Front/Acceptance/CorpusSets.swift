/// Every set in the order of the table.
enum CorpusSets {
  static let all: [CorpusSet] = [
    CorpusSet(name: "owasp-crs", folder: "owasp-crs", run: RuleSetCases.run),
    CorpusSet(name: "openappsec", folder: "openappsec-requests", run: RecordedRequests.run),
    CorpusSet(name: "gotestwaf", folder: "gotestwaf", run: PlacedPayloads.run),
    CorpusSet(name: "http-params", folder: "http-params", run: ParameterValues.run),
    CorpusSet(name: "libinjection", folder: "libinjection-data", run: AttackLists.run),
    CorpusSet(name: "naughty-strings", folder: "naughty-strings", run: NaughtyStrings.run),
    CorpusSet(name: "hub-scenarios", folder: "crowdsecurity-hub", run: HubScenarios.run),
    CorpusSet(name: "hub-parsers", folder: "crowdsecurity-hub", run: HubParsers.run),
    CorpusSet(name: "hub-appsec", folder: "crowdsecurity-hub", run: HubRequests.run),
    CorpusSet(name: "web-access-logs", folder: "web-access-logs", run: QuietLogs.run),
    CorpusSet(name: "cloudflare-logpush", folder: "cloudflare-logpush", run: LogpushRecords.run),
    CorpusSet(name: "panther-cloudflare", folder: "panther-cloudflare", run: SecondWitness.run),
    CorpusSet(name: "panther-analysis", folder: "panther-analysis", run: LabelledRecords.run),
    CorpusSet(name: "fail2ban", folder: "fail2ban-logs", run: AnnotatedLines.run),
    CorpusSet(name: "modsecurity-audit", folder: "modsecurity-audit", run: AuditLogs.run),
    CorpusSet(name: "haproxy-log", folder: "haproxy-log", run: ProxyLogs.run),
    CorpusSet(name: "sigma-web-rules", folder: "sigma-web-rules", run: SigmaRules.run),
    CorpusSet(name: "crawlers", folder: "threat-intel", run: CrawlerNames.run),
    CorpusSet(name: "robot-ranges", folder: "threat-intel", run: RobotRanges.run),
    CorpusSet(name: "maxmind", folder: "maxmind-mmdb", run: AddressDatabases.run),
    CorpusSet(name: "recorded", folder: "Tests/Fixtures/recorded", isOurs: true, run: RecordedTraffic.run),
  ]
}
