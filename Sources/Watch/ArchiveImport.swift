import Archive
import Foundation
import Intake
import Model

/// Brings files into an archive: decoded, as columns, nothing added to what the logs say.
package struct ArchiveImport {
  private let assembly: Assembly

  package init(_ assembly: Assembly) { self.assembly = assembly }

  /// Reads the inputs and makes them part of the archive in one step: all of them, or nothing where something fails.
  ///
  /// Errors: the archive cannot be written; content that is wrong.
  package func run(_ paths: [String], into writer: ArchiveWriter) throws -> IntakeReport {
    let intake = try assembly.intake(paths)
    let inputs = intake.inputPaths
    var failure: ArchiveError?
    try assembly.loop(intake, for: []).run(makeLook: { { _ in } }) { (_: Void, batch) in
      do throws(ArchiveError) {
        writer.append(batch, inputs: inputs)
        if writer.isFull { try writer.spill() }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    try writer.commit()
    return intake.report
  }
}

/// An archive that exists for one question and goes with it.
package final class PassingArchive {
  package let folder: ArchiveFolder
  private let root: String
  package let report: IntakeReport

  /// Reads the inputs into a folder for temporary files. Errors: as for an import.
  package init(_ paths: [String], _ assembly: Assembly) throws {
    root = NSTemporaryDirectory() + "weir-hunt-\(UUID().uuidString)"
    folder = ArchiveFolder(root: root, customer: "files")
    do {
      report = try ArchiveImport(assembly).run(paths, into: ArchiveWriter(folder))
    } catch {
      try? FileManager.default.removeItem(atPath: root)
      throw error
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }
}
