import Conditions
import Enrich
import Intake
import Model
import Packets

/// Packets as they are captured, asked a condition piece by piece, in tcpdump's words.
package final class LivePackets {
  private let inputs: LiveInputs
  private let set: ConditionSet
  private let scratch: ConditionScratch
  private let enrich: EnrichWorker
  private let batch = EventBatch()
  private var line = 1

  /// Errors: content that cannot be read.
  package init(_ condition: Condition, in assembly: Assembly) throws {
    inputs = LiveInputs(formats: [], options: assembly.configuration.intake)
    set = try ConditionSet([condition])
    scratch = set.makeScratch()
    enrich = try assembly.enricher().worker()
  }

  /// Calls `print` with a line for each packet of a piece of a capture that meets the condition, until it says to stop.
  package func take(_ piece: [UInt8], count: Int, print: (String) -> Bool) {
    var goesOn = true
    inputs.decode(piece, stream: "live", path: "live", firstLine: line, arrival: 0, in: batch) { batch in
      enrich.enrich(batch)
      set.evaluate(batch, scratch)
      scratch.matches(0).forEach { row in
        guard goesOn else { return }
        let time = batch.number(.time, row).map(UTCTime.rfc3339) ?? "-"
        goesOn = print("\(time) \(PacketText.line(row, of: batch))")
      }
    }
    line += count
  }
}
