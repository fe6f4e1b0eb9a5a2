import Content
import Model

/// Streams that never end: each delivery's lines become batches, decoded as what its stream was recognised for.
///
/// Belongs to one thread at a time, its worker too. A stream's format is recognised on its first delivery, and anew
/// while none fits; single lines of other formats are taken as in files.
package final class LiveInputs {
  private let intake: Intake
  private let worker: IntakeWorker
  private var streams: [String: Stream] = [:]

  /// What is known of one stream.
  private struct Stream {
    var input: Input
    var isRecognised: Bool
    var header: [UInt8]?
    /// Who watches the records of a binary stream.
    var scout: (any RecordScout)?
  }

  package init(formats: [any LogFormat], options: IntakeOptions) {
    intake = Intake(formats: formats, options: options)
    worker = intake.makeWorker()
  }

  /// Names of all inputs so far, in the order of `LinePlace.source`.
  package var inputPaths: [String] { intake.inputPaths }

  /// What was decoded and what could not be used, for each input.
  package var report: IntakeReport { intake.report }

  /// Goes on with other formats: each stream is recognised anew on its next delivery, with the header it has.
  package func adopt(_ formats: [any LogFormat]) {
    intake.adopt(formats)
    for name in streams.keys { streams[name]?.isRecognised = false }
  }

  /// Hands the lines of a delivery over in decoded batches. `path` is where they lie, `firstLine` their place there,
  /// `arrival` when they came (ns since 1970): the latest moment they can speak of.
  package func decode(
    _ lines: [UInt8], stream name: String, path: String, firstLine: Int, arrival: Int64, in batch: EventBatch,
    _ body: (EventBatch) -> Void
  ) {
    let latest = arrival / 1_000_000_000 + 1
    var stream = stream(name, lines, path, latest)
    let reader = InputReader(
      stream.input, ByteSource(text: lines), firstLine: firstLine, header: stream.header, scout: stream.scout)
    batch.reset()
    while reader.fill(&batch.arena, &batch.runs, target: intake.options.batchBytes) {
      worker.decode(batch)
      body(batch)
      batch.reset()
    }
    stream.header = reader.header
    stream.scout = reader.scout
    streams[name] = stream
    var tally = InputTally(source: stream.input.index)
    for record in reader.tooLong { tally.reject(line: record.line, record.head, .tooLong) }
    intake.add([tally])
  }

  private func stream(_ name: String, _ lines: [UInt8], _ path: String, _ latest: Int64) -> Stream {
    if let known = streams[name], known.isRecognised {
      // A new file of the stream, or a day later: the same format, another place.
      if known.input.path == path, latest - known.input.latest < 86_400 { return known }
      let input = intake.add(path: path, known.input.format, known.input.others, latest: latest + 86_400)
      return Stream(input: input, isRecognised: true, header: known.header, scout: known.scout)
    }
    let (format, others) = recognised(lines)
    // What nobody recognises is asked about again with each delivery; it is no other input for that.
    if format == nil, let known = streams[name], known.input.path == path, known.input.format is UnknownFormat {
      return known
    }
    let input = intake.add(path: path, format ?? UnknownFormat(), others, latest: latest + 86_400)
    return Stream(input: input, isRecognised: format != nil, header: streams[name]?.header)
  }

  private func recognised(_ lines: [UInt8]) -> (format: (any LogFormat)?, others: [Int]) {
    let head = lines.prefix(InputPlan.sampleBytes)
    if let format = BinaryFormats.format(of: Array(head)) { return (format, []) }
    let isWhole = head.count == lines.count
    let cut = isWhole ? head.endIndex : (head.lastIndex(of: 0x0A).map { $0 + 1 } ?? head.endIndex)
    let sample = Sample(head[..<cut], isWhole: isWhole)
    let spread = JSONSpread(sample: sample.bytes, isWhole: isWhole)
    let scratch = DecodeScratch(clock: TimeParser(zone: intake.options.zone, defaultYear: intake.options.defaultYear))
    let ranking = Recognition.ranking(of: sample, intake.formats.map { $0.reading(spread) }, scratch)
    return (ranking.best, ranking.others)
  }
}
