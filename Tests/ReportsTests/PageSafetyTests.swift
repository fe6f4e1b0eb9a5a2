import Foundation
import Model
import Testing

@testable import Reports

/// The sample with every name in it replaced by a hostile string.
private func poisoned(_ text: String) -> InvestigationResult {
  var result = SampleResult.result
  for index in result.incidents.indices {
    result.incidents[index].title = text
    result.incidents[index].hosts = [text, text]
    result.incidents[index].techniques = [text]
    result.incidents[index].signature = "http.user_agent eq \"\(text)\""
    result.incidents[index].sources.top = [SourceCount(ip: text, events: 3, asn: 1, country: text)]
    result.incidents[index].narrative = [
      NarrativeSentence(at: SampleTraffic.start, text: text, query: text, count: 1)
    ]
  }
  for index in result.alerts.indices {
    result.alerts[index].title = text
    result.alerts[index].reason = text
    result.alerts[index].targets = [text]
    for row in result.alerts[index].evidence.indices {
      result.alerts[index].evidence[row].raw = text
      result.alerts[index].evidence[row].uri = text
      result.alerts[index].evidence[row].method = text
      result.alerts[index].evidence[row].note = text
    }
  }
  result.traffic.paths = [NamedCount(name: text, count: 1)]
  result.traffic.hosts = [NamedCount(name: text, count: 1)]
  result.intake.inputs[0].path = text
  result.intake.inputs[0].failure = text
  result.intake.inputs[0].remarks = [text]
  result.intake.inputs[0].formats = [NamedCount(name: text, count: 1)]
  result.intake.inputs[0].reasons = [
    RejectionCount(reason: text, count: 1, samples: [RejectedLine(line: 1, text: text)])
  ]
  result.run.commandLine = [text]
  result.run.paths = [text]
  result.run.caveats = [text]
  result.run.settings = [RunFacts.Setting(name: text, value: text)]
  return result
}

/// The tags of a page, attributes and all, with text between them left out.
private func tags(_ page: String) -> [String] {
  page.matches(of: /<[^>]*>/).map { String($0.output) }
}

private let allowed: Set<String> = [
  "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "section", "p", "b", "span", "h1", "h2", "h3",
  "h4",
  "em", "dl", "div", "dt", "dd", "figure", "figcaption", "i", "svg", "path", "rect", "a", "details", "summary", "table",
  "caption", "thead", "tbody", "tr", "th", "td", "article", "header", "aside", "ol", "ul", "li", "time", "pre", "code",
]

@Test("a hostile string adds no tag, attribute or address to the page", arguments: Hostile.all)
func pageIsInert(text: String) {
  let page = ReportFile.page.render(poisoned(text))
  let harmless = ReportFile.page.render(poisoned("harmless"))
  for tag in tags(page) {
    let name = tag.dropFirst().drop { $0 == "/" }.prefix { !" >/".contains($0) }
    #expect(allowed.contains(String(name)), "\(tag)")
  }
  // An empty text may leave out the paragraph around it; anything else has exactly the same markup.
  if !text.isEmpty {
    let shape: (String) -> [String] = { page in
      tags(page).map { $0.prefix { $0 != " " && $0 != ">" }.description }
    }
    #expect(shape(page) == shape(harmless))
  }
  #expect(!page.lowercased().contains("<script"))
  #expect(!page.contains("\u{1b}") && !page.contains("\u{202e}") && !page.contains("\u{0}"))
}

@Test("the page loads nothing: no script, no image, no style or link from elsewhere, and a policy that says so")
func pageIsSelfContained() {
  let page = ReportFile.page.render(SampleResult.result)
  #expect(page.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:;"))
  for tag in tags(page) {
    #expect(!tag.contains(" src=") && !tag.lowercased().contains(" on") && !tag.contains("<link"), "\(tag)")
    if let match = tag.firstMatch(of: /href="([^"]*)"/) { #expect(match.output.1.hasPrefix("#")) }
  }
  let style = page.prefix(upTo: page.range(of: "</style>")!.lowerBound)
  #expect(!style.contains("url(") && !style.contains("@import"))
}

@Test("every link within the page has its target, ids are unique, tags are closed")
func pageIsWellFormed() {
  let page = ReportFile.page.render(SampleResult.result)
  let ids = page.matches(of: /\bid="([^"]*)"/).map { String($0.output.1) }
  #expect(Set(ids).count == ids.count)
  for link in page.matches(of: /href="#([^"]*)"/) { #expect(ids.contains(String(link.output.1))) }
  var open: [String] = []
  for tag in tags(page) where !tag.hasPrefix("<!") && !tag.hasPrefix("<meta") && !tag.hasSuffix("/>") {
    let name = String(tag.dropFirst().drop { $0 == "/" }.prefix { !" >".contains($0) })
    if tag.hasPrefix("</") { #expect(open.popLast() == name, "\(tag)") } else { open.append(name) }
  }
  #expect(open.isEmpty)
}

@Test("Markdown keeps hostile strings in their cell, line or fence", arguments: Hostile.all)
func markdownIsInert(text: String) {
  let report = ReportFile.markdown.render(poisoned(text))
  #expect(!report.contains("\u{1b}") && !report.contains("\u{202e}") && !report.contains("\r"))
  var fence: String?
  var columns: Int?
  for line in report.split(separator: "\n", omittingEmptySubsequences: false) {
    if let open = fence {
      if line == open { fence = nil }
      continue
    }
    if line.hasPrefix("```") { fence = String(line.prefix { $0 == "`" }) }
    // Outside of fences nothing may look like a tag, and each table keeps its number of columns.
    #expect(line.firstMatch(of: /(^|[^\\])<[a-zA-Z\/!]/) == nil, "\(line)")
    guard line.hasPrefix("|") else {
      columns = nil
      continue
    }
    let bars = line.matches(of: /(?:^|[^\\])(?:\\\\)*\|/).count
    if let columns { #expect(bars == columns, "\(line)") }
    columns = bars
  }
  #expect(fence == nil)
}

@Test("every file stays readable as its format whatever the names are", arguments: Hostile.all)
func jsonStaysJSON(text: String) throws {
  let result = poisoned(text)
  for line in ReportFile.alerts.render(result).split(separator: "\n") {
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }
  for file in [ReportFile.incidents, .summary] {
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(file.render(result).utf8)) }
  }
}
