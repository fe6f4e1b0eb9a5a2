import Model

/// The door of this room: one result in, one folder of reports out.
package enum ReportWriter {
  /// Writes every report file into `folder`, which is made where it is missing. Files of an earlier report are replaced,
  /// one by one and each whole; a folder of foreign files is refused before anything is written.
  package static func write(_ result: InvestigationResult, to folder: String) throws(ReportError) {
    let folder = try ReportFolder(preparing: folder)
    for proposal in result.proposals where proposal.hasFolderName {
      let below = "mitigations/\(proposal.incident)"
      try folder.write(proposal.json.pretty, to: "proposal.json", in: below)
      for artifact in proposal.artifacts { try folder.write(artifact.text, to: artifact.fileName, in: below) }
      if !proposal.engineWords.isEmpty { try folder.write(proposal.engineWords, to: "prove.txt", in: below) }
    }
    for file in ReportFiles.all { try folder.write(file.render(result), to: file.name) }
  }
}
