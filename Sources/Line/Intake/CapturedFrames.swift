import Model
import Packets

extension Intake {
  /// Calls `body` with place and frame of each captured packet of a decoded batch, in their order.
  package func eachFrame(of batch: EventBatch, _ body: (LinePlace, CapturedFrame) -> Void) {
    for run in batch.runs {
      guard let format = inputs[run.source].format as? CaptureFormat else { continue }
      format.eachFrame(of: run, batch, body)
    }
  }
}

extension Intake {
  /// The bytes of one line, or of one record of a binary file, of a run; nil when the run ends before it.
  package func record(_ number: Int, of run: LineRun, _ batch: EventBatch) -> UnsafeBufferPointer<UInt8>? {
    guard case .binary(let framing) = inputs[run.source].format.framing else {
      let lines = batch.bytes(run.slice).split(
        separator: 0x0a, maxSplits: number - run.firstLine + 1, omittingEmptySubsequences: false)
      let place = number - run.firstLine
      return lines.indices.contains(place) && !lines[place].isEmpty
        ? UnsafeBufferPointer(rebasing: lines[place]) : nil
    }
    var cursor = RunCursor(run)
    while cursor.advance(in: batch, .binary(framing)) {
      let bytes = batch.bytes(cursor.current.slice)
      if cursor.current.number == number, framing.isNumbered(bytes) { return bytes }
    }
    return nil
  }
}
