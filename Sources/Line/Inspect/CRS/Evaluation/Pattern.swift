import CPCRE2
import Model

/// One regular expression, compiled as libmodsecurity 3.0.9 compiles it (dot matches newline, multi-line, JIT) and run
/// with its limits, so that even running out of stack ends alike.
final class Pattern: @unchecked Sendable {
  // Written once in `init`; PCRE2 allows any number of threads to match with one compiled pattern.
  private let code: OpaquePointer
  private let isJIT: Bool
  /// Groups including the whole match.
  let groups: Int
  let source: String

  init(_ source: String, caseless: Bool = false) throws(ContentError) {
    let text = Array((source.isEmpty ? ".*" : source).utf8)
    let options = PCRE2_DOTALL | PCRE2_MULTILINE | (caseless ? PCRE2_CASELESS : 0)
    var number: Int32 = 0
    var place = 0
    guard let code = pcre2_compile_8(text, text.count, options, &number, &place, nil) else {
      var words = [UInt8](repeating: 0, count: 256)
      pcre2_get_error_message_8(number, &words, words.count)
      let reason = String(decoding: words.prefix { $0 != 0 }, as: UTF8.self)
      throw ContentError(ContentProblem(line: 0, column: place + 1, message: "\(reason) in '\(source)'"))
    }
    self.source = source
    self.code = code
    isJIT = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0
    var count: UInt32 = 0
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    groups = Int(count) + 1
  }

  deinit { pcre2_code_free_8(code) }

  /// How many groups up to the last that took part, 0 without a match; their places are in `data`.
  func match(_ text: UnsafePointer<UInt8>, _ count: Int, _ data: MatchData) -> Int {
    var found = PCRE2_ERROR_JIT_STACKLIMIT
    if isJIT { found = pcre2_jit_match_8(code, text, count, 0, 0, data.pointer, nil) }
    if found == PCRE2_ERROR_JIT_STACKLIMIT {
      found = pcre2_match_8(code, text, count, 0, PCRE2_NO_JIT, data.pointer, nil)
    }
    return max(0, Int(found))
  }
}

/// One thread's room for the places of a match's groups.
final class MatchData {
  fileprivate let pointer: OpaquePointer

  init(groups: Int) {
    guard let made = pcre2_match_data_create_8(UInt32(max(groups, 1)), nil) else {
      preconditionFailure("no memory for a match's groups")
    }
    pointer = made
  }

  deinit { pcre2_match_data_free_8(pointer) }

  /// The bytes of a group; nil when it took no part.
  func range(of group: Int) -> Range<Int>? {
    let places = pcre2_get_ovector_pointer_8(pointer)!
    let (start, end) = (places[2 * group], places[2 * group + 1])
    return start <= end && end != ~0 ? start..<end : nil
  }
}
