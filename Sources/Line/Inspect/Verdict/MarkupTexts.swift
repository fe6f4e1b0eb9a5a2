/// The attribute values and texts of an XML body: what the application behind it reads as values.
struct MarkupTexts {
  static let most = 1024

  private(set) var texts: [ArraySlice<UInt8>] = []

  init(_ document: [UInt8]) {
    var at = document.startIndex
    while at < document.endIndex, texts.count < Self.most {
      if document[at] == ASCII.less {
        at = readTag(document, from: at + 1)
      } else {
        let text = document[at...].prefix { $0 != ASCII.less }
        if text.contains(where: { !$0.isASCIISpace }) { texts.append(text) }
        at = text.endIndex
      }
    }
  }

  /// Collects quoted values up to the tag's `>`; returns the index behind it.
  private mutating func readTag(_ document: [UInt8], from start: Int) -> Int {
    var at = start
    while at < document.endIndex, document[at] != ASCII.greater {
      let mark = document[at]
      at += 1
      guard mark == ASCII.quote || mark == ASCII.apostrophe else { continue }
      let value = document[at...].prefix { $0 != mark }
      if !value.isEmpty { texts.append(value) }
      at = min(value.endIndex + 1, document.endIndex)
    }
    return min(at + 1, document.endIndex)
  }
}
