import CMicroHTTPD

// Called by the library on its own threads; each finds the server through the door and an exchange through its slot.

private func server(_ context: UnsafeMutableRawPointer?) -> HTTPServer? {
  context.flatMap { Unmanaged<Door>.fromOpaque($0).takeUnretainedValue().server.withLock { $0 } }
}

let handleAccess: MHD_AccessHandlerCallback = { context, connection, url, method, _, upload, size, slot in
  guard let server = server(context), let connection, let url, let method, let size, let slot else { return .NO }
  guard let known = slot.pointee else {
    let exchange = Exchange(connection, url: url, method: method)
    slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
    switch server.application.begin(exchange.request) {
    case .take(let sink): exchange.sink = sink
    case .refuse(let response): return server.finish(exchange, response, on: connection)
    }
    return .YES
  }
  let exchange = Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
  if size.pointee > 0 {
    let bytes = UnsafeRawBufferPointer(start: upload, count: size.pointee)
    size.pointee = 0
    return server.take(bytes, exchange)
  }
  if let response = exchange.response { return server.finish(exchange, response, on: connection) }
  guard !exchange.isAsked else { return .NO }
  exchange.isAsked = true
  server.watch.rest(exchange.socket)
  server.answer(exchange, on: connection)
  return .YES
}

let handleCompletion: MHD_RequestCompletedCallback = { context, _, slot, _ in
  guard let slot, let known = slot.pointee else { return }
  slot.pointee = nil
  let exchange = Unmanaged<Exchange>.fromOpaque(known).takeRetainedValue()
  server(context)?.watch.expect(on: exchange.socket)
}

let handleConnection: MHD_NotifyConnectionCallback = { context, connection, _, event in
  guard let connection, let watch = server(context)?.watch else { return }
  let socket = cmhd_socket(connection)
  if event == .CONNECTION_NOTIFY_STARTED { watch.expect(on: socket) } else { watch.rest(socket) }
}

extension HTTPServer {
  /// A piece of the body: into the sink, or thrown away once the request is refused.
  fileprivate func take(_ bytes: UnsafeRawBufferPointer, _ exchange: Exchange) -> MHD_Result {
    if exchange.response == nil {
      exchange.response = exchange.sink?.take(bytes)
      return .YES
    }
    exchange.discarded += bytes.count
    return exchange.discarded <= limits.discardBytes ? .YES : .NO
  }

  fileprivate func finish(_ exchange: Exchange, _ response: HTTPResponse, on connection: OpaquePointer) -> MHD_Result {
    watch.rest(exchange.socket)
    exchange.sink = nil
    if case .stream(let stream) = response.body { remember(stream) }
    return exchange.queue(response, on: connection)
  }
}
