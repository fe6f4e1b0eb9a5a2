import Model

extension ReportFile {
  /// `report.html`: one self-contained page without script; the browser is told to load and run nothing.
  static let page = ReportFile(name: "report.html") { result in
    let sections = Sections.all.compactMap { section in
      section.html(result).map { html -> HTML in "<section id=\"\(section.id)\">\n\(html)</section>\n" }
    }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
      base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <meta name="robots" content="noindex, nofollow">
      <title>\(Verdict(result).sentence, limit: 120) Weir report</title>
      <style>
      \(Stylesheet.css)
      </style>
      </head>
      <body>
      <main>
      \(sections)</main>
      </body>
      </html>

      """
    return page.source
  }
}
