import CIsal
import Glibc

/// A file open for writing, emptied first; gzipped when its name ends in `.gz`.
final class OutputFile {
  private let path: String
  private let descriptor: Int32
  private let deflater: UnsafeMutablePointer<isal_zstream>?
  private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  init(path: String) throws(SampleError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    deflater = path.hasSuffix(".gz") ? cisal_new_gzip_writer() : nil
    guard descriptor >= 0 else { throw SampleError(path: path, reason: String(cString: strerror(errno))) }
  }

  deinit {
    close(descriptor)
    free(deflater)
    packed.deallocate()
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(SampleError) {
    if let deflater { try pack(bytes, with: deflater, isLast: false) } else { try store(UnsafeRawBufferPointer(bytes)) }
  }

  /// Writes what a compressor still holds back. Nothing may be written afterwards.
  func finish() throws(SampleError) {
    if let deflater { try pack(UnsafeBufferPointer(start: nil, count: 0), with: deflater, isLast: true) }
  }

  private func pack(
    _ bytes: UnsafeBufferPointer<UInt8>, with deflater: UnsafeMutablePointer<isal_zstream>, isLast: Bool
  ) throws(SampleError) {
    deflater.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
    deflater.pointee.avail_in = UInt32(bytes.count)
    deflater.pointee.end_of_stream = isLast ? 1 : 0
    repeat {
      deflater.pointee.next_out = packed.assumingMemoryBound(to: UInt8.self).baseAddress
      deflater.pointee.avail_out = UInt32(packed.count)
      isal_deflate(deflater)
      try store(UnsafeRawBufferPointer(rebasing: packed[..<(packed.count - Int(deflater.pointee.avail_out))]))
      // A full buffer may hide more.
    } while deflater.pointee.avail_out == 0
  }

  private func store(_ bytes: UnsafeRawBufferPointer) throws(SampleError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw SampleError(path: path, reason: String(cString: strerror(errno))) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
