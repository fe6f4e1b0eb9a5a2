import Model

/// Decodes batches; one for each thread.
package final class IntakeWorker {
  private let intake: Intake
  private let scratch: DecodeScratch
  private var tallies: [InputTally]

  init(_ intake: Intake) {
    self.intake = intake
    scratch = DecodeScratch(
      clock: TimeParser(zone: intake.options.zone, defaultYear: intake.options.defaultYear),
      screen: intake.options.screen)
    tallies = []
  }

  /// Turns the batch's runs into rows. Lines that no format takes are counted in the intake's report.
  package func decode(_ batch: EventBatch) {
    // What a run's header holds may come out again: messages that began before it.
    let bytes = batch.runs.reduce(4096) { sum, run in
      let isBinary = intake.inputs[run.source].format.framing.cutsItself
      let header = run.header.isAbsent ? 0 : Int(run.header.length)
      return sum + Int(run.slice.length) + (isBinary ? Int(run.slice.length) + 2 * header : 0)
    }
    guard batch.arena.reserve(bytes) else { return }
    scratch.beginBatch()
    tallies.removeAll(keepingCapacity: true)
    for run in batch.runs { decode(run, batch) }
    intake.add(tallies)
  }

  /// What a row's line holds beyond the fields: keys and values as JSON text.
  package func extras(of row: Int, _ batch: EventBatch) -> [(key: String, json: String)] {
    intake.inputs[Int(batch.lines[row].source)].format.extras(of: row, batch, scratch)
  }

  private func decode(_ run: LineRun, _ batch: EventBatch) {
    let input = intake.inputs[run.source]
    let place = tallyPlace(of: run.source)
    scratch.clock.latest = input.latest
    scratch.clock.forgetMet()
    scratch.header = run.header
    for field in input.format.fields { batch.touch(field) }
    let before = batch.count
    var others = 0
    var cursor = RunCursor(run)
    while let reason = input.format.decode(&cursor, batch, scratch) {
      let rows = batch.count
      if let taker = offer(cursor.current, input, batch) {
        others += batch.count - rows
        tallies[place].count(taker, batch.count - rows)
      } else {
        tallies[place].reject(cursor.current, reason, batch)
      }
    }
    tallies[place].count(input.format.name, batch.count - before - others)
    tallies[place].watchClock(batch, from: before)
    if scratch.clock.metNoYear { tallies[place].metNoYear = true }
    if scratch.clock.metNoZone { tallies[place].metNoZone = true }
  }

  /// Merged inputs give many short runs; each input has one tally a batch.
  private func tallyPlace(of source: Int) -> Int {
    if let place = tallies.firstIndex(where: { $0.source == source }) { return place }
    tallies.append(InputTally(source: source))
    return tallies.count - 1
  }

  /// Offers a line that its file's own format refused to the other formats; the name of the one that took it.
  private func offer(_ record: LinePlace, _ input: Input, _ batch: EventBatch) -> String? {
    let mark = batch.arena.count
    for place in input.others {
      let format = intake.formats[place]
      for field in format.fields { batch.touch(field) }
      if format.decodeRecord(record, batch, scratch) == nil { return format.name }
      batch.arena.truncate(to: mark)
    }
    return batch.bytes(record.slice).first == 0 && !record.isBinary ? offerBehindZeros(record, input, batch) : nil
  }

  /// Zeros in front of a line are what truncating or a crash left in the file; the line behind them is whole.
  private func offerBehindZeros(_ record: LinePlace, _ input: Input, _ batch: EventBatch) -> String? {
    let zeros = batch.bytes(record.slice).prefix { $0 == 0 }.count
    guard zeros < record.slice.length else { return nil }
    var rest = record
    rest.slice = TextSlice(offset: Int(record.slice.offset) + zeros, length: Int(record.slice.length) - zeros)
    if input.format.decodeRecord(rest, batch, scratch) == nil { return input.format.name }
    return offer(rest, input, batch)
  }
}
