import Archive
import Foundation
import Intake
import Model

/// Brings files into an archive: decoded, as columns, nothing added to what the logs say.
package struct ArchiveImport {
  private let assembly: Assembly

  package init(_ assembly: Assembly) { self.assembly = assembly }

  /// Brings in those of the files that are not in the archive yet; the others are in the answer, with what is known of
  /// them. A file is the same by its bytes as they lie on the disk, whatever its name is (`LogIdentity`); standard input
  /// is always new.
  ///
  /// Errors: as for `run`.
  package func once(
    _ paths: [String], into writer: ArchiveWriter
  ) throws -> (report: IntakeReport, known: [(path: String, before: ArchiveManifest.Source)]) {
    var held = Dictionary((writer.manifest.sources ?? []).map { ($0.identity, $0) }) { first, _ in first }
    var known: [(path: String, before: ArchiveManifest.Source)] = []
    var fresh: [String] = []
    var sources: [ArchiveManifest.Source] = []
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    for path in try assembly.intake(paths).inputPaths {
      guard path != "-", let identity = LogIdentity.of(path) else {
        fresh.append(path)
        continue
      }
      if let before = held[identity] {
        known.append((path, before))
      } else {
        fresh.append(path)
        sources.append(.init(identity: identity, path: path, written: now))
        held[identity] = sources.last
      }
    }
    return (fresh.isEmpty ? IntakeReport() : try run(fresh, into: writer, sources: sources), known)
  }

  /// Reads the inputs and makes them part of the archive in one step: all of them, or nothing where something fails.
  ///
  /// Errors: the archive cannot be written; content that is wrong.
  package func run(
    _ paths: [String], into writer: ArchiveWriter, sources: [ArchiveManifest.Source] = []
  ) throws -> IntakeReport {
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
    try writer.commit(sources: sources)
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
