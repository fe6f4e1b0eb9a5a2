/// Removes doubled slashes, self-references and back-references; with `windows` a backslash is a slash.
///
/// Follows libmodsecurity's walk step by step: a segment is judged at its last byte, so a reference that is not
/// followed by a slash or the end stays.
func normalisePathBytes(_ text: Text, _ count: Int, _ out: Room, windows: Bool) -> Int {
  guard count > 0 else { return 0 }
  out.update(from: text, count: count)
  var walk = PathWalk(bytes: out, end: count - 1, windows: windows)
  return walk.run()
}

private struct PathWalk {
  private let bytes: Room
  private let end: Int
  private let windows: Bool
  private let isRelative: Bool
  private let endsInSlash: Bool
  private var source = 0
  private var target = 0
  private var hitRoot = false
  private var isDone = false

  init(bytes: Room, end: Int, windows: Bool) {
    self.bytes = bytes
    self.end = end
    self.windows = windows
    func isSeparator(_ byte: UInt8) -> Bool { byte == slash || windows && byte == backslash }
    isRelative = !isSeparator(bytes[0])
    endsInSlash = isSeparator(bytes[end])
  }

  mutating func run() -> Int {
    while !isDone, source <= end, target <= end { step() }
    if !endsInSlash, target > 0, bytes[target - 1] == slash { target -= 1 }
    return target
  }

  private mutating func step() {
    if windows {
      if bytes[source] == backslash { bytes[source] = slash }
      if source < end, bytes[source + 1] == backslash { bytes[source + 1] = slash }
    }
    isDone = source == end
    if isDone || bytes[source + 1] == slash, !endSegment() { return }
    copy()
  }

  /// The byte at `source` ends a segment; false when the walk's step is over.
  private mutating func endSegment() -> Bool {
    if source != end, bytes[source] == slash { return true }
    guard bytes[source] == dot else {
      if target > 0 { hitRoot = false }
      return true
    }
    if target > 0, bytes[target - 1] == dot {
      if isRelative, hitRoot || target - 2 <= 0 {
        hitRoot = true
        return true
      }
      dropSegment()
    } else if target > 0, bytes[target - 1] != slash {
      return true
    } else if target > 0, !isDone {
      target -= 1
    }
    if isDone { return false }
    source += 1
    return true
  }

  private mutating func dropSegment() {
    target -= 3
    while target > 0, bytes[target] != slash { target -= 1 }
    if target <= 0 {
      hitRoot = true
      target = !isRelative && source == end ? 1 : 0
    }
  }

  private mutating func copy() {
    if bytes[source] == slash {
      while source < end, bytes[source + 1] == slash || windows && bytes[source + 1] == backslash { source += 1 }
      if isRelative, target == 0 {
        source += 1
        return
      }
    }
    bytes[target] = bytes[source]
    target += 1
    source += 1
  }
}

private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
private let dot = UInt8(ascii: ".")
