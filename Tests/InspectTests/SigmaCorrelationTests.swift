import Model
import Testing

@testable import Inspect

private let base = """
  title: Login failed
  name: login_failed
  id: 11111111-1111-4111-8111-111111111111
  logsource: {category: webserver}
  detection:
    selection: {cs-uri-stem: /login, sc-status: 401}
    condition: selection
  ---
  title: Login worked
  name: login_worked
  logsource: {category: webserver}
  detection:
    selection: {cs-uri-stem: /login, sc-status: 302}
    condition: selection

  """

@Test("a correlation is read with every name resolved") func correlation() throws {
  let library = try SigmaLibrary([
    (
      "c.yml",
      base + """
        ---
        title: Many accounts from one address
        correlation:
          type: value_count
          rules: [login_failed]
          group-by: [c-ip, who]
          timespan: 10m
          condition: {field: cs-username, gte: 50, lt: 1000}
          aliases:
            who: {login_failed: cs-host}
        level: critical
        tags: [attack.t1110.004]
        ---
        title: Then one worked
        correlation:
          type: temporal_ordered
          rules: [11111111-1111-4111-8111-111111111111, login_worked]
          group-by: [c-ip]
          timespan: 1h
          generate: true
        """
    )
  ])
  let (spray, worked) = (library.correlations[0], library.correlations[1])
  #expect(spray.kind == .valueCount && spray.timespan == 600_000_000_000 && spray.severity == .critical)
  #expect(spray.groupBy == [.init(name: "c-ip", fields: [.ipSource]), .init(name: "who", fields: [.host])])
  #expect(spray.bounds == [.init(.greaterOrEqual, 50), .init(.less, 1000)] && spray.valueFields == [.account])
  #expect(spray.techniques == ["T1110.004"])
  #expect(worked.kind == .temporalOrdered && worked.steps.count == 2)
  // One correlation lets the failures alert by themselves, so they do.
  #expect(library.signatures.map(\.alerts) == [true, true])
}

@Test("a rule that only serves a correlation is silent by itself") func silent() throws {
  let text =
    base + """
      ---
      title: Many
      correlation:
        type: event_count
        rules: login_failed
        timespan: 5m
        condition: {gt: 10}
      """
  #expect(try SigmaLibrary([("c.yml", text)]).signatures.map(\.alerts) == [false, true])
}

@Test("a filter narrows the rules that it names") func filter() throws {
  let text =
    base + """
      ---
      title: Not our monitor
      logsource: {category: webserver}
      filter:
        rules: [login_failed]
        monitor: {cs-user-agent|startswith: UptimeRobot}
        condition: not monitor
      """
  let library = try SigmaLibrary([("c.yml", text)])
  #expect(
    library.signatures[0].condition.description.contains("not starts_with(lower(http.user_agent), \"uptimerobot\")"))
  #expect(!library.signatures[1].condition.description.contains("user_agent"))
}

@Test(
  "a correlation that cannot work is refused",
  arguments: [
    ("type: event_cont\n  rules: [login_failed]\n  timespan: 5m\n  condition: {gt: 1}", "did you mean event_count?"),
    ("type: event_count\n  rules: [login_faild]\n  timespan: 5m\n  condition: {gt: 1}", "did you mean login_failed?"),
    ("type: event_count\n  rules: [login_failed]\n  timespan: 5x\n  condition: {gt: 1}", "time span"),
    ("type: event_count\n  rules: [login_failed]\n  timespan: 5m", "condition"),
    ("type: value_count\n  rules: [login_failed]\n  timespan: 5m\n  condition: {gt: 1}", "'field' is missing"),
    ("type: event_count\n  rules: [login_failed]\n  timespan: 5m\n  condition: {above: 1}", "unknown key 'above'"),
    (
      "type: event_count\n  rules: [login_failed]\n  group-by: [nobody]\n  timespan: 5m\n  condition: {gt: 1}",
      "no field 'nobody'"
    ),
    ("type: event_count\n  rules: [itself]\n  timespan: 5m\n  condition: {gt: 1}", "refers back to itself"),
  ]) func refused(section: String, words: String)
{
  let text = base + "---\ntitle: Broken\nname: itself\ncorrelation:\n  \(section)\n"
  do {
    _ = try SigmaLibrary([("c.yml", text)])
    Issue.record("read although wrong")
  } catch {
    #expect(error.description.contains(words), "\(error)")
  }
}
