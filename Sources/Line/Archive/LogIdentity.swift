import Glibc
import Records

/// What tells one log file from another, cheaply: its size and its first, middle and last mebibyte as they lie on the disk.
///
/// Lines carry times, and a compressed file ends in a checksum of all of it, so that two logs which agree in this are the
/// same. Reading the whole of a large file twice would cost as much as archiving it.
package enum LogIdentity {
  private static let piece = 1 << 20

  /// SHA-256 of size and pieces, hexadecimal; nil where the file cannot be read, or is none.
  package static func of(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    var bytes = withUnsafeBytes(of: UInt64(size).littleEndian) { Array($0) }
    if size <= 3 * piece {
      guard append(file, 0, size, to: &bytes) else { return nil }
    } else {
      for start in [0, (size - piece) / 2, size - piece] {
        guard append(file, start, piece, to: &bytes) else { return nil }
      }
    }
    return SHA256(of: bytes).description
  }

  private static func append(_ file: Int32, _ start: Int, _ count: Int, to bytes: inout [UInt8]) -> Bool {
    let read = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(file, buffer.baseAddress! + filled, count - filled, off_t(start + filled))
        if got <= 0 { break }
        filled += got
      }
    }
    bytes += read
    return read.count == count
  }
}
