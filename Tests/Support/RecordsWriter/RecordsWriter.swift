import Foundation
import Records

/// Writes facts and deliveries from several threads until it is killed, and tells each acknowledgement at once.
///
/// `records-writer FOLDER ROUND`. Lines: `fact SEQUENCE WORD` and `lines SEQUENCE WORD`.
@main
enum RecordsWriter {
  static func main() throws {
    let folder = CommandLine.arguments[1]
    let round = CommandLine.arguments[2]
    let data = try DataFolder(folder)
    let journal = try Journal(folder: folder)
    var limits = SpoolLimits()
    limits.segmentBytes = 4_096
    let spool = try Spool(data: folder, limits: limits)
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for number in 0... {
        let word = "\(round)-\(thread)-\(number)"
        do {
          if thread % 2 == 0 {
            let facts = try journal.append([
              NewFact(customer: "acme", kind: "test.word", body: "\"\(word)\""),
              NewFact(customer: "acme", kind: "test.echo", body: "\"\(word)\""),
            ])
            tell("fact \(facts[0].sequence) \(word)\n")
          } else {
            let text = word + String(repeating: " padding", count: number % 40) + "\n"
            let delivery = try spool.append(customer: "acme", stream: "s\(thread)", lines: Array(text.utf8))
            tell("lines \(delivery!.sequence) \(word)\n")
          }
        } catch {
          tell("failed \(error)\n")
          return
        }
      }
    }
    _ = data
  }

  private static func tell(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }
}
