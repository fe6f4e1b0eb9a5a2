/// A request whose bytes stay where they are: the form the hot path hands over, without a copy.
///
/// Valid only while the memory behind it is; a judge never keeps it beyond the call.
package struct RequestView {
  package struct Header {
    package var name: UnsafeRawBufferPointer
    package var value: UnsafeRawBufferPointer

    @inlinable package init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
      self.name = name
      self.value = value
    }
  }

  package var method: UnsafeRawBufferPointer
  package var uri: UnsafeRawBufferPointer
  package var version: UnsafeRawBufferPointer
  package var headers: UnsafeBufferPointer<Header>
  package var body: UnsafeRawBufferPointer
  package var knows: Knowledge

  @inlinable package init(
    method: UnsafeRawBufferPointer, uri: UnsafeRawBufferPointer, version: UnsafeRawBufferPointer,
    headers: UnsafeBufferPointer<Header>, body: UnsafeRawBufferPointer, knows: Knowledge
  ) {
    self.method = method
    self.uri = uri
    self.version = version
    self.headers = headers
    self.body = body
    self.knows = knows
  }
}

extension InspectedRequest {
  /// Lends the request as a view for the length of the call; the parts are laid into one buffer once.
  package func withView<R>(_ body: (RequestView) throws -> R) rethrows -> R {
    let parts = [method, uri, version, self.body] + headers.flatMap { [$0.name, $0.value] }
    return try withUnsafeTemporaryAllocation(byteCount: parts.reduce(1) { $0 + $1.count }, alignment: 1) { arena in
      var used = 0
      let places = parts.map { part in
        let place = UnsafeMutableRawBufferPointer(rebasing: arena[used..<used + part.count])
        place.copyBytes(from: part)
        used += part.count
        return UnsafeRawBufferPointer(place)
      }
      let lines = headers.indices.map { RequestView.Header(name: places[4 + 2 * $0], value: places[5 + 2 * $0]) }
      return try lines.withUnsafeBufferPointer {
        try body(
          RequestView(
            method: places[0], uri: places[1], version: places[2], headers: $0, body: places[3], knows: knows))
      }
    }
  }
}
