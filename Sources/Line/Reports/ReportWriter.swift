import Model

/// The door of this room: one result in, one folder of reports out.
package enum ReportWriter {
  /// Writes every report file into `folder`, which is made where it is missing. Files of an earlier report are replaced,
  /// one by one and each whole; a folder of foreign files is refused before anything is written.
  package static func write(_ result: InvestigationResult, to folder: String) throws(ReportError) {
    let folder = try ReportFolder(preparing: folder)
    try write(result.proposals, to: folder)
    for file in ReportFiles.all { try folder.write(file.render(result), to: file.name) }
  }

  /// Writes proposals and artifacts into a report's `mitigations/`; those of an earlier run are gone afterwards.
  package static func write(_ proposals: [Proposal], to folder: String) throws(ReportError) {
    try write(proposals, to: ReportFolder(preparing: folder))
  }

  private static func write(_ proposals: [Proposal], to folder: ReportFolder) throws(ReportError) {
    for proposal in proposals where proposal.hasFolderName {
      let below = "mitigations/\(proposal.incident)"
      var files = [("proposal.json", proposal.json.pretty)] + proposal.artifacts.map { ($0.fileName, $0.text) }
      if !proposal.engineWords.isEmpty { files.append(("prove.txt", proposal.engineWords)) }
      for (name, text) in files { try folder.write(text, to: name, in: below) }
      // A rule that is no longer proposed must not be found and deployed.
      try folder.removeFiles(in: below, except: Set(files.map(\.0)))
    }
  }
}
