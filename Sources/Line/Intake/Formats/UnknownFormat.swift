import Model

/// Stands for the format of an input that no format recognised: it refuses each line, so that all others are asked.
struct UnknownFormat: LogFormat {
  let name = "unknown"
  let fields: [EventField] = []

  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int { 0 }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? { .unknownShape }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? { nil }
}
