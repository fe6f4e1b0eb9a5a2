import CPCRE2
import Model

/// A regular expression whose named groups are captures; for lines whose shape a pattern cannot say.
///
/// PCRE2 with its compiler, on bytes (no UTF mode, so that no byte is refused), bounded in backtracking. Immutable after
/// `init`, shared by all threads.
final class RegexProgram: @unchecked Sendable {
  let sinks: [Sink]
  private let groups: [Int]
  private let code: OpaquePointer
  private let limits: OpaquePointer
  private let place = DecodeScratch.MemoryPlace()

  /// Steps of backtracking allowed per line: a hostile line must not stop the intake.
  private static let matchLimit: UInt32 = 100_000

  /// Errors: `PatternProblem` where the expression is wrong or a group's name is no field.
  init(_ text: String) throws(PatternProblem) {
    var number: Int32 = 0
    var offset = 0
    let bytes = Array(text.utf8)
    let options = PCRE2_DUPNAMES | PCRE2_NEVER_UTF
    guard let code = pcre2_compile_8(bytes, bytes.count, options, &number, &offset, nil) else {
      throw PatternProblem(offset: offset, message: Self.words(for: number))
    }
    pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
    limits = pcre2_match_context_create_8(nil)!
    pcre2_set_match_limit_8(limits, Self.matchLimit)
    self.code = code
    let named: [(sink: Sink, group: Int)]
    do {
      named = try Self.namedGroups(of: code)
    } catch {
      pcre2_code_free_8(code)
      pcre2_match_context_free_8(limits)
      throw error
    }
    sinks = named.map(\.sink)
    groups = named.map(\.group)
  }

  deinit {
    pcre2_code_free_8(code)
    pcre2_match_context_free_8(limits)
  }

  /// Whether the expression is found in the bytes; notes where each group lies.
  func match(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ scratch: DecodeScratch) -> Bool {
    let memory = scratch.memory(at: place) { MatchMemory(code) }
    guard pcre2_match_8(code, start, end - start, 0, 0, memory.data, limits) > 0 else { return false }
    let ends = pcre2_get_ovector_pointer_8(memory.data)!
    for i in groups.indices {
      let from = ends[2 * groups[i]], to = ends[2 * groups[i] + 1]
      let isThere = from >= 0 && to <= end - start && from <= to
      scratch.spans[i] =
        isThere ? CaptureSpan(start: start + from, end: start + to, hasEscape: sinks[i].mayHoldEscapes) : .absent
    }
    return true
  }

  private static func namedGroups(of code: OpaquePointer) throws(PatternProblem) -> [(sink: Sink, group: Int)] {
    var count: UInt32 = 0
    var size: UInt32 = 0
    var table: UnsafePointer<UInt8>?
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard count <= LineProgram.captureLimit, let table else {
      if count == 0 { return [] }
      throw PatternProblem(offset: 0, message: "has more than \(LineProgram.captureLimit) named groups")
    }
    var named: [(sink: Sink, group: Int)] = []
    for i in 0..<Int(count) {
      let entry = table + i * Int(size)
      let name = String(cString: entry + 2)
      switch Sink.named(group: name) {
      case .success(let sink): named.append((sink, Int(entry[0]) << 8 | Int(entry[1])))
      case .failure(let problem):
        throw PatternProblem(offset: 0, message: problem.message, suggestion: problem.suggestion)
      }
    }
    return named
  }

  private static func words(for number: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    pcre2_get_error_message_8(number, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// PCRE2's result of one match, reused on each worker.
private final class MatchMemory {
  let data: OpaquePointer

  init(_ code: OpaquePointer) { data = pcre2_match_data_create_from_pattern_8(code, nil)! }
  deinit { pcre2_match_data_free_8(data) }
}
