import Model

extension Section {
  /// How the figures came about, so that anybody can judge and repeat them.
  static let method = Section(
    id: "method",
    html: { result in
      let facts = Method(result.run, events: result.intake.events).facts.map { fact -> HTML in
        "<div><dt>\(fact.name)</dt><dd>\(fact.value, limit: 2_000)</dd></div>\n"
      }
      let settings = result.run.settings.map { setting -> HTML in
        "<tr><th scope=\"row\">\(setting.name)</th><td>\(setting.value, limit: 200)</td></tr>\n"
      }
      let table: HTML? =
        settings.isEmpty
        ? nil
        : """
        <details><summary>Settings in force</summary>
        <table class="settings"><caption class="hidden">Settings</caption><tbody>
        \(settings)</tbody></table></details>

        """
      let caveats = result.run.caveats.map { caveat -> HTML in "<li>\(caveat, limit: 400)</li>\n" }
      let list: HTML? = caveats.isEmpty ? nil : "<ul>\n\(caveats)</ul>\n"
      return """
        <h2>How it was measured</h2>
        <p class="prose">\(Method.words)</p>
        \(list)<dl class="method">
        \(facts)</dl>
        \(table)
        """
    },
    markdown: { result in
      let facts = Method(result.run, events: result.intake.events).facts.map { [$0.name, $0.value] }
      let caveats = result.run.caveats.map { caveat -> Markdown in "- \(caveat, limit: 400)\n" }
      return """
        ## How it was measured

        \(Method.words)

        \(caveats)
        \(Markdown.table(["", ""], facts + result.run.settings.map { [$0.name, $0.value] }))
        """
    })
}

private struct Method {
  let run: RunFacts
  let events: Int

  init(_ run: RunFacts, events: Int) {
    self.run = run
    self.events = events
  }

  static let words =
    "All times are UTC. Sampled sources count with their weight. Each number under “Check” was counted in a second pass "
    + "over the input by exactly the condition shown; running the command gives it back. Numbers with “about” are "
    + "estimates from bounded memory. An answer of 2xx shows that a server answered, not that an attack worked."

  var facts: [(name: String, value: String)] {
    let rate = run.elapsedSeconds > 0 ? Int(Double(events) / run.elapsedSeconds) : 0
    let perEvent = events > 0 ? run.cpuSeconds * 1e6 / Double(events) : 0
    var facts = [
      ("Command", run.commandLine.map(Escape.shell).joined(separator: " ")),
      ("Started", UTCTime.rfc3339(run.startedAt / 1_000_000_000 * 1_000_000_000)),
      ("Took", "\(Self.seconds(run.elapsedSeconds)), \(Words.count(rate, "event")) per second"),
      (
        "Processor",
        "\(Self.seconds(run.cpuSeconds)) on \(Words.count(run.threads, "thread")), \(Decimal2.text(perEvent)) µs per event"
      ),
    ]
    if run.peakBytes > 0 { facts.append(("Memory", "\(Words.bytes(run.peakBytes)) at most")) }
    facts.append(("Weir", run.version))
    return facts.map { (name: $0.0, value: $0.1) }
  }

  private static func seconds(_ value: Double) -> String { "\(Decimal2.text(value)) s" }
}
