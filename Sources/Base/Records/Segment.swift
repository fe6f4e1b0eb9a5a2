import Foundation
import Model

/// One file of the spool: deliveries of one stream, in order.
struct Segment {
  let path: String
  /// From the file's name: the sequence of its first delivery.
  let first: UInt64
  var last: UInt64 = 0
  /// Arrival of its first and last delivery.
  var opened: Int64 = 0
  var closed: Int64 = 0
  /// Bytes and lines that are sound.
  var bytes = 0
  var lines = 0
  /// The mark of its last delivery.
  var mark = DeliveryMark()

  /// `spool/acme/push/00000000000000000042.log.zst`: names sort as the deliveries came.
  static func path(_ folder: String, first: UInt64) -> String {
    let digits = String(first)
    return folder + "/" + String(repeating: "0", count: 20 - digits.count) + digits + ".log.zst"
  }

  /// Reads the headers of a file that is there; everything behind the last sound delivery does not count.
  ///
  /// `checks` says whether each delivery's bytes are compared with their digest: needed for the file that was being
  /// written when a machine stopped, and not for those before it.
  init?(existing path: String, checks: Bool) throws(WorldError) {
    let name = path.split(separator: "/").last ?? ""
    guard name.hasSuffix(".log.zst"), let first = UInt64(name.dropLast(8)) else { return nil }
    self.path = path
    self.first = first
    last = first
    try Self.forEach(path, reads: checks) { frame, packed, place in
      if let packed, !frame.fits(packed) { return false }
      if opened == 0 { opened = frame.arrival }
      closed = max(closed, frame.arrival)
      last = frame.sequence
      lines += frame.lineCount
      mark = frame.mark
      bytes = place + DeliveryFrame.headerBytes + frame.packed
      return true
    }
  }

  init(new path: String, first: UInt64, at time: Int64) {
    self.path = path
    self.first = first
    last = first
    opened = time
    closed = time
  }

  /// Walks the deliveries of a file, from the one at `start` on, until `body` answers false or a header is missing.
  static func forEach(
    _ path: String, from start: Int = 0, reads: Bool, _ body: (DeliveryFrame, UnsafeRawBufferPointer?, Int) -> Bool
  ) throws(WorldError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw WorldError(what: "a segment cannot be read", place: path, code: errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw WorldError(what: "a segment cannot be read", place: path, code: errno)
    }
    let size = Int(status.st_size)
    var place = start
    var header = [UInt8](repeating: 0, count: DeliveryFrame.headerBytes)
    while size - place >= header.count {
      guard pread(file, &header, header.count, off_t(place)) == header.count,
        let frame = header.withUnsafeBytes({ DeliveryFrame($0) }), frame.packed <= size - place - header.count
      else { return }
      if reads {
        var packed = [UInt8](repeating: 0, count: frame.packed)
        let got = pread(file, &packed, frame.packed, off_t(place + header.count))
        guard got == frame.packed, packed.withUnsafeBytes({ body(frame, $0, place) }) else { return }
      } else if !body(frame, nil, place) {
        return
      }
      place += header.count + frame.packed
    }
  }
}
