import Foundation
import Intake
import Model
import Watch

/// `weir decode`: canonical events, one JSON object a line.
struct Decode: Command {
  let name = "decode"
  let sentence = "canonical events as NDJSON, one object a line, keys = field names"
  let operands = "[OPTION…] PATH…"
  let options =
    [
      Option(
        name: "enrich", sentence: "fill the fields that follow from others: user-agent class, normal path and so on"),
      Option(name: "inspect", sentence: "judge payloads too"),
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    let paths = try InputOptions.paths(arguments)
    let assembly = try Assembly(InputOptions.configuration(arguments))
    let intake = try assembly.intake(paths)
    var fields: Set<EventField> = arguments.has("enrich") ? [.agentClass] : []
    if arguments.has("inspect") { fields.insert(.payloadVerdict) }
    let inputs = intake.inputPaths
    try assembly.loop(intake, for: fields).run(
      makeLook: {
        let worker = intake.makeWorker()
        return { batch -> [UInt8] in
          var text: [UInt8] = []
          text.reserveCapacity(batch.count * 600)
          for row in 0..<batch.count {
            let input = inputs[Int(batch.lines[row].source)]
            batch.appendJSON(row, input: input, extras: worker.extras(of: row, batch), to: &text)
          }
          return text
        }
      },
      fold: { text, _ in
        Terminal.print(text)
        return true
      })
    return InputWords.complain(about: intake.report)
  }
}
