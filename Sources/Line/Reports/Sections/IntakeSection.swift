import Model

extension Section {
  /// What was read, as what, and every line that could not be used.
  static let intake = Section(
    id: "intake",
    html: { result in
      guard !result.intake.inputs.isEmpty else { return nil }
      return """
        <h2>What was read</h2>
        \(InputTable(result.intake).html)\(Rejections(result.intake).html)
        """
    },
    markdown: { result in
      guard !result.intake.inputs.isEmpty else { return nil }
      return "## What was read\n\n\(InputTable(result.intake).markdown)\n\(Rejections(result.intake).markdown)"
    })
}

private struct InputTable {
  /// A folder of thousands of files is named by its first ones and a count; `summary.json` has them all.
  private static let most = 50
  private static let head = ["Input", "Format", "Size", "Lines", "Events", "Not used"]
  let intake: IntakeReport

  init(_ intake: IntakeReport) { self.intake = intake }

  /// Inputs with trouble first, then the largest.
  private var shown: [InputReport] {
    let ordered = intake.inputs.enumerated().sorted { a, b in
      let (x, y) = (a.element.hasTrouble, b.element.hasTrouble)
      if x != y { return x }
      return a.element.events != b.element.events ? a.element.events > b.element.events : a.offset < b.offset
    }
    return ordered.prefix(Self.most).map(\.element)
  }

  private var more: String {
    intake.inputs.count > Self.most
      ? "and \(Words.count(intake.inputs.count - Self.most, "more input")), all in summary.json" : ""
  }

  var html: HTML {
    let head = Self.head.map { name -> HTML in "<th scope=\"col\">\(name)</th>" }
    let note: HTML? = more.isEmpty ? nil : "<p class=\"note\">\(more)</p>\n"
    return """
      <div class="scroll"><table class="inputs"><caption>Inputs</caption><thead><tr>\(head)</tr></thead>
      <tbody>
      \(shown.map(row))</tbody></table></div>
      \(note)
      """
  }

  private func row(_ input: InputReport) -> HTML {
    let cells = Self.cells(input)
    let numbers = cells[3...].map { cell -> HTML in "<td class=\"n\">\(cell)</td>" }
    let words: [HTML] =
      (input.failure.map { ["<p class=\"failure\">\($0, limit: 300)</p>"] } ?? [])
      + input.remarks.map { remark -> HTML in "<p class=\"note\">\(remark, limit: 300)</p>" }
    return """
      <tr><th scope="row">\(cells[0], limit: 200)\(words)</th><td>\(cells[1], limit: 120)</td>\
      <td>\(cells[2])</td>\(numbers)</tr>

      """
  }

  private static func cells(_ input: InputReport) -> [String] {
    let formats = input.formats.map { input.formats.count > 1 ? "\($0.name) (\(Words.number($0.count)))" : $0.name }
    let size =
      input.compression == "plain"
      ? Words.bytes(input.bytes) : "\(Words.bytes(input.bytes)), \(input.compression) \(Words.bytes(input.bytesRead))"
    return [
      input.path, formats.isEmpty ? "none recognised" : formats.joined(separator: ", "), size,
      Words.number(input.lines), Words.number(input.events), Words.number(input.rejected),
    ]
  }

  var markdown: Markdown {
    let notes = shown.flatMap { input in
      ([input.failure].compactMap { $0 } + input.remarks).map { note -> Markdown in
        "- \(input.path, limit: 200): \(note, limit: 300)\n"
      }
    }
    let rest: Markdown = more.isEmpty ? .empty : "\n\(more)\n"
    return "\(Markdown.table(Self.head, shown.map(Self.cells), numbers: [3, 4, 5]))\(rest)\n\(notes)"
  }
}

extension InputReport {
  fileprivate var hasTrouble: Bool { failure != nil || rejected > 0 }
}

/// Lines that could not be used, by reason over all inputs, with samples.
private struct Rejections {
  private struct Group {
    let reason: String
    var count = 0
    var samples: [(path: String, line: RejectedLine)] = []
  }

  private let groups: [Group]
  private let total: Int

  init(_ intake: IntakeReport) {
    var byReason: [String: Group] = [:]
    for input in intake.inputs {
      for reason in input.reasons {
        var group = byReason[reason.reason] ?? Group(reason: reason.reason)
        group.count += reason.count
        group.samples += reason.samples.prefix(max(0, 3 - group.samples.count)).map { (input.path, $0) }
        byReason[reason.reason] = group
      }
    }
    groups = byReason.values.sorted { $0.count != $1.count ? $0.count > $1.count : $0.reason < $1.reason }
    total = intake.rejected
  }

  var html: HTML {
    guard !groups.isEmpty else { return "<p>Every line was understood.</p>\n" }
    let items = groups.map { group -> HTML in
      let samples = group.samples.map { sample -> HTML in
        """
        <tr><td class="where">\(sample.path, limit: 80):\(sample.line.line)</td>\
        <td><code>\(sample.line.text, limit: 300)</code></td></tr>

        """
      }
      return """
        <h4>\(Words.count(group.count, "line")): \(group.reason, limit: 160)</h4>
        <div class="scroll"><table class="samples"><caption class="hidden">Samples</caption><tbody>
        \(samples)</tbody></table></div>

        """
    }
    return """
      <details open><summary>\(Words.count(total, "line")) could not be used</summary>
      \(items)</details>

      """
  }

  var markdown: Markdown {
    guard !groups.isEmpty else { return "Every line was understood.\n" }
    let items = groups.map { group -> Markdown in
      let lines = group.samples.map { "\($0.path):\($0.line.line)  \($0.line.text)" }
      return
        "\(Words.count(group.count, "line")): \(group.reason, limit: 160)\n\n\(Markdown.block(lines, limit: 400))\n"
    }
    return "\(items)"
  }
}
