import Model

// What free text tells: who logged in from where and how it ended, or which request was answered.
extension CellWriter {
  /// Fields that words can fill.
  static let toldFields: [EventField] = [
    .ipSource, .sourcePort, .method, .scheme, .host, .uri, .path, .query, .status, .account, .authOutcome, .service,
    .message,
    .logLevel, .ruleID, .ruleName, .ruleMessage, .action, .securitySource, .ray, .ipDestination, .ipProtocol,
    .destinationPort, .udpSourcePort, .udpDestinationPort,
  ]

  /// Reads the line of the row under construction, which a format has made something of already.
  static func readLine(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) {
    let message = batch.bytes(record.slice)
    guard message.count > 8, !batch.isPresent(.authOutcome, batch.count) else { return }
    let ranks = scratch.memory(at: rankPlace) { RankMemory() }.ranks
    scratch.withClock { clock in
      var writer = CellWriter(batch, budget: message.count, clock: clock, ranks: ranks)
      if writer.readText(message, mayHoldRequest: !batch.isPresent(.method, batch.count)) { writer.settleTarget() }
      batch.arena.advance(writer.out - batch.arena.end)
    }
  }

  private static let rankPlace = DecodeScratch.MemoryPlace()

  /// Fills what is still absent from the words of `text`; true when it told of a log-in or a request.
  ///
  /// A log-in counts before a request: `POST /session 403: invalid password` is a failed log-in.
  @discardableResult
  mutating func readText(_ text: UnsafeBufferPointer<UInt8>, mayHoldRequest: Bool) -> Bool {
    let reading = AuthReading.of(text)
    let isLogin = !reading.isDisjoint(with: [.failure, .success])
    let request = mayHoldRequest ? RequestFinder(text) : nil
    if !isLogin, request == nil, isAbsent(.status), let packet = PacketFinder(text) { take(packet) }
    if address.pointee.isAbsent, let found = AddressFinder(text).best,
      found.score > (isLogin || request != nil ? -2 : 0)
    {
      address.pointee = found.address
      if let port = found.port, isAbsent(.sourcePort) { set(.sourcePort, Int64(port)) }
    }
    if isLogin, isAbsent(.authOutcome) { set(.authOutcome, reading.contains(.failure) ? 0 : 1) }
    if !isAbsent(.authOutcome), isAbsent(.account), let account = AccountFinder.find(text) {
      _ = self.text(.account, account)
    }
    guard isLogin || request != nil else { return false }
    if let request {
      if isAbsent(.method) { _ = self.text(.method, request.method) }
      if isAbsent(.uri) { target(request.target) }
      if isAbsent(.status) { set(.status, Int64(request.status)) }
    }
    return true
  }

  /// What a packet filter wrote down. A packet of a connection that some product tells of keeps its own client.
  private mutating func take(_ packet: PacketFinder) {
    if address.pointee.isAbsent { address.pointee = packet.source }
    guard address.pointee == packet.source else { return }
    destination.pointee = packet.destination
    set(.ipProtocol, Int64(EventField.protocols.firstIndex(of: packet.isUDP ? "udp" : "tcp")!))
    set(packet.isUDP ? .udpDestinationPort : .destinationPort, Int64(packet.port))
    if let port = packet.sourcePort { set(packet.isUDP ? .udpSourcePort : .sourcePort, Int64(port)) }
    if let action = packet.action, isAbsent(.action) { _ = text(.action, folded(action, 0x41)) }
    set(.eventClass, RecordClass.flow.place)
  }
}
