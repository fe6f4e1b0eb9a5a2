import Content
import Glibc
import Model

/// What will be read, as what, found out from the first bytes of each input.
struct InputPlan {
  var formats: [any LogFormat]
  var inputs: [Input] = []
  var report = IntakeReport()
  /// Streams that cannot be opened a second time, with the bytes taken from them: by place in `inputs`.
  var streams: [Int: (source: ByteSource, read: [UInt8])] = [:]
  /// Places in `inputs` of those that can be read.
  var readable: [Int] = []
  private let options: IntakeOptions
  private let scratch: DecodeScratch

  static let sampleBytes = 64 << 10

  init(paths: [String], _ formats: [any LogFormat], _ options: IntakeOptions) {
    self.formats = formats
    self.options = options
    scratch = DecodeScratch(clock: TimeParser(zone: options.zone, defaultYear: options.defaultYear))
    for found in FoundInput.all(in: paths) { add(found) }
  }

  private mutating func add(_ found: FoundInput) {
    var line = InputReport(path: found.path)
    line.remarks = found.remarks
    switch found.failure.map({ Result<ByteSource, InputFailure>.failure($0) }) ?? ByteSource.open(found.path) {
    case .failure(let failure):
      line.failure = failure.words
      addUnread(found)
    case .success(let source):
      recognise(found, source, &line)
    }
    report.inputs.append(line)
  }

  private mutating func addUnread(_ found: FoundInput) {
    inputs.append(
      Input(
        index: inputs.count, path: found.path, format: UnknownFormat(), others: [], latest: found.modified, size: 0,
        firstTime: nil))
  }

  private mutating func recognise(_ found: FoundInput, _ source: ByteSource, _ line: inout InputReport) {
    let (bytes, isWhole) = Self.firstBytes(of: source)
    line.compression = source.compression.rawValue
    line.bytesRead = source.bytesRead
    if let words = source.failure, bytes.isEmpty || words.contains("unpack it first") {
      line.failure = words
      return addUnread(found)
    }
    if bytes.isEmpty {
      line.remarks.append(source.bytesRead == 0 ? "is empty" : "holds nothing but zeros")
      return addUnread(found)
    }
    if let format = BinaryFormats.format(of: bytes) { return take(found, source, bytes, format) }
    if let words = Self.whyNoText(bytes) {
      line.failure = words
      return addUnread(found)
    }
    scratch.clock.latest = found.modified
    let sample = Sample(Self.wholeLines(bytes, isWhole: isWhole), isWhole: isWhole)
    let spread = JSONSpread(sample: sample.bytes, isWhole: isWhole)
    let ranking = Recognition.ranking(of: sample, formats.map { $0.reading(spread) }, scratch)
    if ranking.best == nil {
      line.remarks.append("no known format fits its first lines; each line is still offered to all formats")
    }
    let format = ranking.best ?? (options.format == nil ? UnknownFormat() : formats[0].reading(spread))
    inputs.append(
      Input(
        index: inputs.count, path: found.path, format: format, others: ranking.others, latest: found.modified,
        size: found.size, firstTime: Recognition.firstTime(in: sample, format, scratch)))
    readable.append(inputs.count - 1)
    if !found.isRepeatable { streams[inputs.count - 1] = (source, bytes) }
  }

  /// A binary file is told by its first bytes, and none of its records is offered to another format.
  private mutating func take(_ found: FoundInput, _ source: ByteSource, _ bytes: [UInt8], _ format: any LogFormat) {
    let sample = Sample(bytes, isWhole: true)
    inputs.append(
      Input(
        index: inputs.count, path: found.path, format: format, others: [], latest: found.modified, size: found.size,
        firstTime: Recognition.firstTime(in: sample, format, scratch)))
    readable.append(inputs.count - 1)
    if !found.isRepeatable { streams[inputs.count - 1] = (source, bytes) }
  }

  private static func firstBytes(of source: ByteSource) -> (bytes: [UInt8], isWhole: Bool) {
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: sampleBytes) { buffer, count in
      while count < sampleBytes {
        let more = source.read(into: buffer.baseAddress! + count, capacity: sampleBytes - count)
        if more == 0 {
          isWhole = true
          break
        }
        count += more
        // The hole that truncation leaves at the start of a file may be longer than a sample.
        if buffer[..<count].allSatisfy({ $0 == 0 }) { count = 0 }
      }
    }
    return (bytes, isWhole)
  }

  /// The sample without its last, cut line, and without a byte order mark or a hole of zeros.
  private static func wholeLines(_ bytes: [UInt8], isWhole: Bool) -> ArraySlice<UInt8> {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes.drop { $0 == 0 }
    guard !isWhole, let last = text.lastIndex(of: 0x0A) else { return text }
    return text[...last]
  }

  /// Why these first bytes are no text, in words; nil when they are.
  private static func whyNoText(_ bytes: [UInt8]) -> String? {
    // A log that was truncated while its writer held it open begins with a hole of zeros: that is still text.
    let strange = bytes.drop { $0 == 0 }.reduce(0) { $0 + ($1 < 0x09 || (0x0E...0x1A ~= $1) ? 1 : 0) }
    return strange * 20 > bytes.count ? "holds binary data, not a log" : nil
  }
}
