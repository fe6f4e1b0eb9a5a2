import CBytes
import Model

// What a client asked for: targets, paths, queries, request lines. Percent-encoding belongs to the request and stays.
extension CellWriter {
  /// A request target, or a URL that the product put together: its scheme and host count too, but are no part of
  /// what the client asked for.
  mutating func target(_ bytes: UnsafeBufferPointer<UInt8>) {
    let rest = behindAuthority(bytes)
    if rest.count > 0 { setCell(.uri, slice(rest.baseAddress!, rest.count)) }
  }

  /// Takes scheme and host off an absolute URL; what begins with the path is left.
  private mutating func behindAuthority(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard let cut = schemeEnd(bytes) else { return bytes }
    let from = cut + 3
    let slash = bytes[from...].firstIndex { $0 == 0x2f || $0 == 0x3f } ?? bytes.count
    if isAbsent(.scheme) { _ = text(.scheme, UnsafeBufferPointer(rebasing: bytes[..<cut])) }
    if isAbsent(.host), slash > from { _ = host(.host, UnsafeBufferPointer(rebasing: bytes[from..<slash])) }
    return UnsafeBufferPointer(rebasing: bytes[slash...])
  }

  func path(_ bytes: UnsafeBufferPointer<UInt8>) { _ = text(.path, bytes) }

  /// A query; the question mark that some products log with it is not part of it.
  func query(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = text(.query, bytes[0] == 0x3f ? UnsafeBufferPointer(rebasing: bytes[1...]) : bytes)
  }

  /// `GET /path?query HTTP/1.1`; a target may hold blanks when a client sent it so, a version may be missing.
  mutating func requestLine(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let blank = bytes.firstIndex(of: 0x20), blank > 0, blank + 1 < bytes.count,
      bytes[..<blank].allSatisfy({ foldedByte($0) &- 0x61 < 26 || $0 == 0x2d || $0 == 0x5f })
    else {
      asSent(bytes)
      return
    }
    _ = text(.method, UnsafeBufferPointer(rebasing: bytes[..<blank]))
    var end = bytes.count
    if let last = bytes.lastIndex(of: 0x20), last >= blank, bytes[(last + 1)...].starts(with: "HTTP/".utf8) {
      _ = text(.version, UnsafeBufferPointer(rebasing: bytes[(last + 1)...]))
      end = last
    }
    if end > blank + 1 { asSent(UnsafeBufferPointer(rebasing: bytes[(blank + 1)..<end])) }
  }

  /// A target as the client sent it, kept whole: asking a server for a foreign host's URL is a finding of its own.
  private mutating func asSent(_ bytes: UnsafeBufferPointer<UInt8>) {
    setCell(.uri, slice(bytes.baseAddress!, bytes.count))
    let rest = behindAuthority(bytes)
    if rest.count < bytes.count {
      let mark = rest.firstIndex(of: 0x3f) ?? rest.count
      setCell(.path, slice(rest.baseAddress!, mark))
    }
  }

  /// Makes path, query and their whole agree, once all keys of a record have been read.
  ///
  /// A path or query with a key of its own stands as logged; what is missing is taken from the whole, and a missing
  /// whole is put together.
  mutating func settleTarget() {
    let whole = bytes(.uri)
    if isAbsent(.uri) {
      if !isAbsent(.path) { joinTarget(bytes(.path)) }
      return
    }
    let start = UnsafePointer(whole.baseAddress!)
    let stop = cbytes_find(start, start + whole.count, 0x3f)!
    let mark = stop < start + whole.count ? stop - start : nil
    if isAbsent(.path) { setCell(.path, slice(whole.baseAddress!, mark ?? whole.count)) }
    if let mark {
      if isAbsent(.query) { setCell(.query, slice(whole.baseAddress! + mark + 1, whole.count - mark - 1)) }
    } else {
      joinTarget(whole)
    }
  }

  private mutating func joinTarget(_ path: UnsafeBufferPointer<UInt8>) {
    let query = bytes(.query)
    guard query.count > 0, path.count > 0, !path.contains(0x3f), path.count + query.count < outEnd - out else {
      if isAbsent(.uri) { _ = text(.uri, path) }
      return
    }
    let start = out
    out.update(from: path.baseAddress!, count: path.count)
    out[path.count] = 0x3f
    (out + path.count + 1).update(from: query.baseAddress!, count: query.count)
    out += path.count + 1 + query.count
    setCell(.uri, slice(start, path.count + 1 + query.count))
  }

  /// Where `://` stands behind a scheme's letters, within the first dozen bytes.
  private func schemeEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard bytes.count > 3, bytes[0] != 0x2f else { return nil }
    var at = 0
    while at < min(12, bytes.count - 3), foldedByte(bytes[at]) &- 0x61 < 26 { at += 1 }
    return at > 0 && bytes[at] == 0x3a && bytes[at + 1] == 0x2f && bytes[at + 2] == 0x2f ? at : nil
  }
}
