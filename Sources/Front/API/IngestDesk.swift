import Intake
import Net
import Records
import Reports
import Synchronization

/// What is pushed: unpacked as it arrives, bounded alone and all together, kept before it is acknowledged.
final class IngestDesk: Sendable {
  /// What arrived since the start and how it ended.
  struct Counts: Sendable {
    var kept = 0
    var duplicates = 0
    var refused = 0
  }

  private struct State {
    var bytes = 0
    var counts = Counts()
  }

  private let state = Mutex(State())
  private let limits: APISettings
  let keys: DeliveryKeys

  /// `recent` are the marks of deliveries that were kept before the start.
  init(limits: APISettings, recent: [DeliveryMark]) {
    self.limits = limits
    keys = DeliveryKeys(recent)
  }

  var counts: Counts { state.withLock { $0.counts } }

  /// A place for one more body. Errors: it is too large, or too much is under way.
  func sink(_ call: Call) throws(Problem) -> any BodySink {
    if call.server.floor.isBusy(call.customer) {
      count { $0.refused += 1 }
      throw .later(503, "detection is behind; nothing was taken", seconds: 5)
    }
    if let announced = call.request.announcedBytes, announced > limits.pushBytes {
      count { $0.refused += 1 }
      throw .tooLarge("a delivery may hold \(limits.pushBytes) bytes; send it in pieces")
    }
    return PushSink(self, limit: limits.pushBytes)
  }

  func count(_ change: (inout Counts) -> Void) { state.withLock { change(&$0.counts) } }

  /// Books memory of a body under way; false when there is no more.
  func book(_ bytes: Int) -> Bool {
    state.withLock { state in
      guard bytes <= limits.pushBytesAtOnce - state.bytes else { return false }
      state.bytes += bytes
      return true
    }
  }

  func release(_ bytes: Int) { state.withLock { $0.bytes -= bytes } }
}

/// One body that is pushed.
final class PushSink: BodySink {
  private let desk: IngestDesk
  private var body: PushBody
  private var booked = 0

  init(_ desk: IngestDesk, limit: Int) {
    self.desk = desk
    body = PushBody(limit: limit)
  }

  deinit { desk.release(booked) }

  func take(_ bytes: UnsafeRawBufferPointer) -> HTTPResponse? {
    do throws(Problem) {
      do throws(PushBody.Refusal) { try body.take(bytes) } catch { throw Self.problem(error) }
      try bookLines()
      return nil
    } catch {
      desk.count { $0.refused += 1 }
      return error.response
    }
  }

  /// The whole body's lines. Errors: it was cut off or broken, or unpacks to too much.
  func finish() throws(Problem) -> [UInt8] {
    do throws(PushBody.Refusal) { return try body.finish() } catch {
      desk.count { $0.refused += 1 }
      throw Self.problem(error)
    }
  }

  private func bookLines() throws(Problem) {
    let more = body.lines.count - booked
    guard more > 0 else { return }
    guard desk.book(more) else { throw .later(503, "too much is under way; nothing was taken", seconds: 5) }
    booked += more
  }

  private static func problem(_ refusal: PushBody.Refusal) -> Problem {
    switch refusal {
    case .tooLarge(let limit): .tooLarge("a delivery may unpack to \(limit) bytes; send it in pieces")
    case .broken(let words): .badRequest("the body \(words); nothing was taken")
    }
  }
}
