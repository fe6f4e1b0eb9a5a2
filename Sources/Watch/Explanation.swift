import Conditions
import Detect
import Inspect
import Intake
import Model
import Packets

/// What every room did with one line of an input.
package struct Explanation: Sendable {
  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  /// The line as it came in, hostile bytes and all.
  package var line: String
  package var format: String?
  /// Why no format took the line; nil when one did.
  package var rejection: String?
  package var decoded: [Field] = []
  package var enriched: [Field] = []
  package var inspected: [Field] = []
  /// Why the payload is judged as it is, in words.
  package var reasons: [String] = []
  /// Detections whose condition the event meets, with the key under which it counts.
  package var counted: [(detection: Detection, key: [Field])] = []
}

extension Assembly {
  /// Explains line `number` (from 1, after decompression) of the input at `path`; nil when it has no such line.
  package func explanation(of path: String, line number: Int) throws -> Explanation? {
    let batch = EventBatch()
    let source = try intake([path])
    while source.next(into: batch) {
      guard let run = batch.runs.last(where: { $0.firstLine <= number }),
        let single = source.single(number, of: run, batch)
      else { continue }
      return try explain(single, path)
    }
    return nil
  }

  private func explain(_ batch: EventBatch, _ path: String) throws -> Explanation {
    var explanation = Explanation(line: String(decoding: batch.bytes(batch.runs[0].slice), as: UTF8.self))
    let intake = try intake([path])
    intake.makeWorker().decode(batch)
    let report = intake.report.inputs.first
    explanation.format = report?.formats.first { $0.count > 0 }?.name
    guard batch.count > 0 else {
      explanation.rejection =
        report?.reasons.first?.reason ?? "it holds no event: a header, a comment or a part of another record"
      return explanation
    }
    if batch.lines[0].isBinary { explanation.line = PacketText.line(0, of: batch) }
    explanation.decoded = batch.fields()
    try enricher().worker().enrich(batch)
    explanation.enriched = batch.fields().filter { !explanation.decoded.contains($0) }
    let inspect = try inspector().worker()
    inspect.inspect(batch)
    explanation.reasons = inspect.reasons(0, of: batch)
    let known = explanation.decoded + explanation.enriched
    explanation.inspected = batch.fields().filter { !known.contains($0) }
    explanation.counted = try counted(batch)
    return explanation
  }

  private func counted(_ batch: EventBatch) throws -> [(detection: Detection, key: [Explanation.Field])] {
    let detector = try detector()
    let set = try ConditionSet(detector.detections.map(\.condition))
    let scratch = set.makeScratch()
    set.evaluate(batch, scratch)
    return detector.detections.indices.filter { scratch.matches($0)[0] }.map { index in
      let detection = detector.detections[index]
      return (detection, detection.key.map { Explanation.Field(name: $0.name, value: batch.words($0.field, 0) ?? "-") })
    }
  }
}

extension Intake {
  /// A batch of its own for one line or record of a run; nil when the run ends before it.
  fileprivate func single(_ number: Int, of run: LineRun, _ source: EventBatch) -> EventBatch? {
    guard let bytes = record(number, of: run, source) else { return nil }
    let batch = EventBatch(capacity: 16, arenaBytes: 1 << 16)
    let header = run.header.isAbsent ? TextSlice.absent : batch.arena.append(source.bytes(run.header))
    let slice = batch.arena.append(bytes)
    batch.runs = [LineRun(slice: slice, source: 0, firstLine: number, header: header)]
    return batch
  }
}

extension EventBatch {
  /// All fields of the first row that hold something, as words.
  fileprivate func fields() -> [Explanation.Field] {
    EventField.allCases.compactMap { field in words(field, 0).map { Explanation.Field(name: field.name, value: $0) } }
  }
}
