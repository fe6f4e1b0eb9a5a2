/// Texts that never change, kept as bytes so that a line is put together without touching a String.
final class TextTable: Sendable {
  private nonisolated(unsafe) let storage: UnsafeMutablePointer<UInt8>
  private let starts: [Int]

  init(_ texts: [String]) {
    var starts = [0]
    for text in texts { starts.append(starts.last! + text.utf8.count) }
    storage = .allocate(capacity: max(starts.last!, 1))
    var place = 0
    for text in texts {
      for byte in text.utf8 {
        storage[place] = byte
        place += 1
      }
    }
    self.starts = starts
  }

  deinit { storage.deallocate() }

  var count: Int { starts.count - 1 }

  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: storage + starts[index], count: starts[index + 1] - starts[index])
  }

  func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}
