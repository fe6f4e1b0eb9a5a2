/// What a server serves.
package protocol HTTPApplication: Sendable {
  /// Looks at a request before its body is read, on the server's own thread: it must not wait for anything.
  func begin(_ request: HTTPRequest) -> HTTPBeginning
  /// Answers a request whose body was taken; on a worker's thread, so it may wait for a disk.
  func answer(_ request: HTTPRequest, _ body: any BodySink) -> HTTPResponse
}

/// What happens to a request whose headers are known.
package enum HTTPBeginning {
  /// Answered at once; the body is not read.
  case refuse(HTTPResponse)
  /// The body goes into the sink, then `answer` is asked.
  case take(any BodySink)
}

/// Takes a request's body piece by piece as it arrives; one thread at a time.
package protocol BodySink: AnyObject {
  /// An answer ends the request: the rest of the body is thrown away.
  func take(_ bytes: UnsafeRawBufferPointer) -> HTTPResponse?
}

/// Keeps a body up to a limit of bytes; 0 for requests that have none.
package final class BoundedBody: BodySink {
  package private(set) var bytes: [UInt8] = []
  private let limit: Int
  private let refusal: HTTPResponse

  package init(limit: Int, refusal: HTTPResponse) {
    self.limit = limit
    self.refusal = refusal
  }

  package func take(_ more: UnsafeRawBufferPointer) -> HTTPResponse? {
    guard more.count <= limit - bytes.count else { return refusal }
    bytes += more
    return nil
  }
}
