import Model

/// Formats that are no text, told by their first bytes.
enum BinaryFormats {
  /// The format of a binary file that begins so; nil where it is none that is read here.
  static func format(of bytes: [UInt8]) -> (any LogFormat)? {
    bytes.withUnsafeBufferPointer { bytes -> (any LogFormat)? in
      if let capture = CaptureFormat(firstBytes: bytes) { return capture }
      return RouteFormat(firstBytes: bytes) ?? FlowStreamFormat(firstBytes: bytes)
    }
  }
}
