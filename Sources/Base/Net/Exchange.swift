import CMicroHTTPD
import Synchronization

/// One request on its way through the server.
///
/// Touched by the server's thread; a worker writes `response` before it wakes the connection and nothing afterwards.
final class Exchange: @unchecked Sendable {
  let request: HTTPRequest
  let socket: Int32
  var sink: (any BodySink)?
  var response: HTTPResponse?
  var isAsked = false
  /// Bytes of a refused body that were thrown away.
  var discarded = 0

  init(_ connection: OpaquePointer, url: UnsafePointer<CChar>, method: UnsafePointer<CChar>) {
    let fields = Fields()
    let context = Unmanaged.passUnretained(fields).toOpaque()
    MHD_get_connection_values(connection, .HEADER_KIND, gatherHeader, context)
    MHD_get_connection_values(connection, .GET_ARGUMENT_KIND, gatherQuery, context)
    var words = [CChar](repeating: 0, count: 64)
    cmhd_client(connection, &words, UInt32(words.count))
    request = HTTPRequest(
      method: text(method), path: text(url), query: fields.query, headers: fields.headers,
      client: words.withUnsafeBufferPointer { text($0.baseAddress!) })
    socket = cmhd_socket(connection)
  }

  /// Hands the answer to the library.
  func queue(_ response: HTTPResponse, on connection: OpaquePointer) -> MHD_Result {
    let made: OpaquePointer?
    switch response.body {
    case .bytes(let bytes):
      made = bytes.withUnsafeBytes {
        MHD_create_response_from_buffer(
          $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
      }
    case .stream(let stream):
      let feed = Unmanaged.passRetained(StreamFeed(stream, connection)).toOpaque()
      made = MHD_create_response_from_callback(UInt64.max, 4_096, readStream, feed, endStream)
    }
    guard let made else { return .NO }
    defer { MHD_destroy_response(made) }
    for header in response.headers { MHD_add_response_header(made, header.name, header.value) }
    return MHD_queue_response(connection, UInt32(response.status), made)
  }
}

/// A stream and the connection that it feeds.
private final class StreamFeed {
  let stream: EventStream
  let connection: OpaquePointer

  init(_ stream: EventStream, _ connection: OpaquePointer) {
    self.stream = stream
    self.connection = connection
  }
}

private final class Fields {
  var headers: [(name: String, value: String)] = []
  var query: [(name: String, value: String)] = []
}

private func text(_ words: UnsafePointer<CChar>) -> String { String(cString: words) }

private let gatherHeader: MHD_KeyValueIterator = { context, _, name, value in
  let fields = Unmanaged<Fields>.fromOpaque(context!).takeUnretainedValue()
  if let name { fields.headers.append((text(name).lowercased(), value.map(text) ?? "")) }
  return .YES
}

private let gatherQuery: MHD_KeyValueIterator = { context, _, name, value in
  let fields = Unmanaged<Fields>.fromOpaque(context!).takeUnretainedValue()
  if let name { fields.query.append((text(name), value.map(text) ?? "")) }
  return .YES
}

private let readStream: MHD_ContentReaderCallback = { context, _, target, capacity in
  let feed = Unmanaged<StreamFeed>.fromOpaque(context!).takeUnretainedValue()
  return feed.stream.read(into: target!, capacity: capacity, feed.connection)
}

private let endStream: MHD_ContentReaderFreeCallback = { context in
  Unmanaged<StreamFeed>.fromOpaque(context!).takeRetainedValue().stream.forget()
}
