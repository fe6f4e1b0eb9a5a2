import Conditions
import Intake
import Model
import Packets

/// Packets and flows that meet a condition, in tcpdump's words, and as a capture of their own.
package struct PacketSearch {
  package struct Answer: Sendable {
    /// Rows printed, and frames written.
    package var printed = 0
    package var written = 0
    package var intake = IntakeReport()
  }

  private let assembly: Assembly
  private let condition: Condition
  /// Rows printed at most.
  private let limit: Int

  package init(_ condition: Condition, limit: Int, in assembly: Assembly) {
    self.assembly = assembly
    self.condition = condition
    self.limit = limit
  }

  /// Reads the inputs; `print` takes one line a packet, `write` pieces of a pcapng file, nil where none is wanted.
  package func run(
    _ paths: [String], print: @escaping (String) -> Void, write: (([UInt8]) -> Void)?
  ) throws -> Answer {
    let intake = try assembly.intake(paths)
    let set = try ConditionSet([condition])
    var answer = Answer()
    var writer = CaptureWriter()
    var head: [UInt8] = []
    writer.header(to: &head)
    write?(head)
    let limit = limit
    try assembly.loop(intake, for: set.fields).run(asking: set) { rows, batch in
      var wanted: Set<RecordPlace> = []
      rows[0].forEach { row in
        guard answer.printed < limit, batch.lines[row].isBinary else { return }
        answer.printed += 1
        wanted.insert(RecordPlace(batch.lines[row]))
        let time = batch.number(.time, row).map(UTCTime.rfc3339) ?? "-"
        print("\(time) \(PacketText.line(row, of: batch))")
      }
      if let write, !wanted.isEmpty {
        var bytes: [UInt8] = []
        intake.eachFrame(of: batch) { place, frame in
          guard wanted.contains(RecordPlace(place)) else { return }
          writer.frame(frame, to: &bytes)
          answer.written += 1
        }
        write(bytes)
      }
      return answer.printed < limit
    }
    answer.intake = intake.report
    return answer
  }
}

/// Which record of which input: several flows may come from one.
private struct RecordPlace: Hashable {
  let source: UInt32
  let number: UInt64

  init(_ place: LinePlace) {
    source = place.source
    number = place.number
  }
}
