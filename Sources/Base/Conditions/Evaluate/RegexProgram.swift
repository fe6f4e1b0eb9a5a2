import CPCRE2

/// One regex of a condition, compiled by PCRE2: the last word on what matches.
///
/// Bytes, not characters: `.` takes one byte, classes are ASCII. `$` is the end of the value only. A value that makes
/// the engine give up (its step limit) does not match. Immutable once compiled, so workers share it.
final class RegexProgram: @unchecked Sendable {
  let code: OpaquePointer

  static let options = UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_NEVER_BACKSLASH_C) | UInt32(PCRE2_NEVER_UTF)

  /// Errors: nil when the pattern is no regex; `problem(of:)` says why.
  init?(_ pattern: [UInt8], dotTakesAll: Bool = false, caseless: Bool = false) {
    guard case .success(let code) = Self.compile(pattern, dotTakesAll: dotTakesAll, caseless: caseless) else {
      return nil
    }
    self.code = code
    pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
  }

  deinit { pcre2_code_free_8(code) }

  /// What is wrong with a pattern, in words, or nil.
  static func problem(of pattern: [UInt8]) -> String? {
    if pattern.count > 16_384 { return "a regex may have 16,384 bytes at most" }
    switch compile(pattern, dotTakesAll: false, caseless: false) {
    case .success(let code):
      pcre2_code_free_8(code)
      return nil
    case .failure(let error): return error.words
    }
  }

  private struct Refusal: Error { var words: String }

  private static func compile(_ pattern: [UInt8], dotTakesAll: Bool, caseless: Bool) -> Result<OpaquePointer, Refusal> {
    let context = pcre2_compile_context_create_8(nil)
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_parens_nest_limit_8(context, 50)
    var error: Int32 = 0
    var offset = 0
    let options =
      Self.options | (dotTakesAll ? UInt32(PCRE2_DOTALL) : 0) | (caseless ? UInt32(PCRE2_CASELESS) : 0)
    if let code = pcre2_compile_8(pattern, pattern.count, options, &error, &offset, context) { return .success(code) }
    var words = [UInt8](repeating: 0, count: 256)
    let length = Int(pcre2_get_error_message_8(error, &words, words.count))
    let text = length > 0 ? String(decoding: words[..<length], as: UTF8.self) : "not a regex"
    return .failure(Refusal(words: "the regex is refused at its byte \(offset + 1): \(text)"))
  }

  /// The text as a regex that matches just it.
  static func quoted(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        String(UnicodeScalar(byte))
      default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }
}

/// What PCRE2 needs beside a program to match: one per worker.
final class RegexScratch {
  private let data: OpaquePointer
  private let context: OpaquePointer
  private let stack: OpaquePointer?

  init() {
    data = pcre2_match_data_create_8(16, nil)!
    context = pcre2_match_context_create_8(nil)!
    pcre2_set_match_limit_8(context, 200_000)
    pcre2_set_depth_limit_8(context, 20_000)
    pcre2_set_heap_limit_8(context, 16 << 10)
    stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
    if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(context)
    if let stack { pcre2_jit_stack_free_8(stack) }
  }

  func matches(_ code: OpaquePointer, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    find(code, text, from: 0) != nil
  }

  /// The first match at or behind `start`.
  func find(_ code: OpaquePointer, _ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
    guard let base = text.baseAddress else { return nil }
    guard pcre2_match_8(code, base, text.count, start, 0, data, context) >= 0 else { return nil }
    let offsets = pcre2_get_ovector_pointer_8(data)!
    return offsets[0] <= offsets[1] ? offsets[0]..<offsets[1] : offsets[1]..<offsets[1]
  }

  /// What a bracket of the last match took, or nil.
  func group(_ number: Int) -> Range<Int>? {
    guard number < Int(pcre2_get_ovector_count_8(data)) else { return nil }
    let offsets = pcre2_get_ovector_pointer_8(data)!
    let (start, end) = (offsets[2 * number], offsets[2 * number + 1])
    return 0 <= start && start <= end ? start..<end : nil
  }
}
