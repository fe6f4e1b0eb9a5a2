/// One part of the report: the same facts once as HTML, once as Markdown.
///
/// A new section is one file in `Sections/` and one line in `Sections`. It brings its own heading and leaves itself out
/// (`nil`) when it has nothing to say.
struct Section: Sendable {
  /// Its anchor on the page.
  let id: String
  let html: @Sendable (InvestigationResult) -> HTML?
  let markdown: @Sendable (InvestigationResult) -> Markdown?
}
