import Model
import Packets
import Samples
import Testing

@testable import Intake

private let start: Int64 = 1_764_000_000_000_000_000

private func segment(_ sequence: Int, _ payload: [UInt8], flags: UInt8 = 24, port: UInt16 = 50_000) -> [UInt8] {
  FrameMaker.ethernet(
    FrameMaker.ipv4(
      from: 0xc000_0207, to: 0xc633_6409, protocol: 6,
      FrameMaker.tcp(from: port, to: 443, flags: flags, sequence: UInt32(sequence), payload)))
}

private func capture(_ frames: [[UInt8]]) -> [UInt8] {
  var capture = CaptureMaker()
  for (place, frame) in frames.enumerated() { capture.add(frame, at: start + Int64(place) * 1_000_000) }
  return capture.bytes
}

/// A hello with a key share as long as those that resist quantum computers.
private let hello = SampleHello.bytes("shop.example", share: 1_536)

private func cut(_ bytes: [UInt8], at places: [Int]) -> [[UInt8]] {
  let ends = places + [bytes.count]
  return zip([0] + places, ends).map { Array(bytes[$0..<$1]) }
}

/// Segments of a message, one frame each.
private func segments(_ bytes: [UInt8], at places: [Int], port: UInt16 = 50_000) -> [[UInt8]] {
  var at = 1_000
  return cut(bytes, at: places).map { piece in
    defer { at += piece.count }
    return segment(at, piece, port: port)
  }
}

@Suite("Messages over several packets")
struct SegmentTests {
  private func rows(_ frames: [[UInt8]], batchBytes: Int? = nil) throws -> [[String: String]] {
    let folder = TemporaryFolder()
    var options = IntakeOptions()
    if let batchBytes { options.batchBytes = batchBytes }
    return try Read([folder.write(capture(frames), "a")], options).rows
  }

  @Test(
    "a hello over two, three and many segments has the fingerprint of the whole",
    arguments: [[1_400], [4, 700], [3, 4, 5, 500, 900, 1_300]])
  func hellos(places: [Int]) throws {
    let whole = try #require(try rows([segment(1, hello)]).first?["cf.bot_management.ja4"])
    let read = try rows(segments(hello, at: places))
    #expect(read.last?["cf.bot_management.ja4"] == whole && read.last?["tls.sni"] == "shop.example")
    #expect(read.dropLast().allSatisfy { $0["cf.bot_management.ja4"] == nil && $0["event.class"] == "flow" })
  }

  @Test("whatever is cut into batches, and whatever stands between, the same rows come out")
  func batches() throws {
    var frames: [[UInt8]] = []
    for port in 0..<40 {
      let (first, second) = (segments(hello, at: [700], port: 50_000 + UInt16(port)), port)
      frames.append(first[0])
      if second % 3 == 0 { frames.append(segment(9, [1, 2, 3], port: 40_000)) }
      frames.append(first[1])
    }
    let whole = try rows(frames)
    #expect(whole.count { $0["cf.bot_management.ja4"] != nil } == 40)
    for size in [300, 1_000, 5_000] { #expect(try rows(frames, batchBytes: size) == whole) }
  }

  @Test("a request over segments is one request, where it ends, and its body is whole")
  func requests() throws {
    let request = Array(
      "POST /login HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 30\r\n\r\nuser=a&pass=' or '1'='1'; -- x".utf8)
    for places in [[30], [60, 75], [80]] {
      let read = try rows(segments(request, at: places))
      #expect(read.dropLast().allSatisfy { $0["http.request.method"] == nil })
      let last = try #require(read.last)
      #expect(last["http.request.uri"] == "/login" && last["http.host"] == "shop.example")
      #expect(last["http.request.body.raw"] == "user=a&pass=' or '1'='1'; -- x")
    }
  }

  @Test("a request that its client ends in the middle is told as far as it came")
  func cutRequests() throws {
    let request = Array("GET /slow HTTP/1.1\r\nHost: shop.example\r\nX-A: b".utf8)
    let read = try rows([segment(1, request), segment(1 + request.count, [], flags: 17)])
    #expect(read[0]["http.request.method"] == nil && read[1]["http.request.uri"] == "/slow")
  }

  @Test("segments that overtook each other are put in order, and the message counts where it is whole")
  func disorder() throws {
    let whole = try #require(try rows([segment(1, hello)]).first?["cf.bot_management.ja4"])
    let pieces = segments(hello, at: [400, 800, 1_200])
    for order in [[1, 0, 2, 3], [3, 2, 1, 0], [0, 2, 1, 3], [0, 3, 2, 1], [2, 3, 0, 1]] {
      let read = try rows(order.map { pieces[$0] })
      #expect(read.last?["cf.bot_management.ja4"] == whole, "\(order)")
      #expect(read.dropLast().allSatisfy { $0["cf.bot_management.ja4"] == nil }, "\(order)")
    }
    let request = Array("POST /login HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 9\r\n\r\nuser=a&b=".utf8)
    let parts = segments(request, at: [30, 60])
    for order in [[0, 2, 1], [2, 1, 0]] {
      #expect(try rows(order.map { parts[$0] }).last?["http.request.body.raw"] == "user=a&b=")
    }
  }

  @Test("segments that come twice or overlap count once, numbers may pass the end of their range")
  func repeats() throws {
    let pieces = segments(hello, at: [700])
    let twice = try rows([pieces[0], pieces[0], pieces[1], pieces[1]])
    #expect(twice.count { $0["cf.bot_management.ja4"] != nil } == 1)
    let whole = twice[2]["cf.bot_management.ja4"]
    let overlapping = try rows([pieces[0], segment(1_500, Array(hello[500...]))])
    #expect(overlapping.last?["cf.bot_management.ja4"] == whole)
    let end = Int(UInt32.max) - 99
    let wrapped = [
      segment(end, Array(hello[..<700])), segment(600, Array(hello[700...])),
    ]
    #expect(try rows(wrapped).last?["cf.bot_management.ja4"] == whole)
    #expect(try rows(wrapped.reversed()).last?["cf.bot_management.ja4"] == whole)
  }

  @Test("a segment that never comes costs its message and nothing else, and so does one that comes too late")
  func losses() throws {
    let pieces = segments(hello, at: [400, 800])
    #expect(try rows([pieces[0], pieces[2]]).allSatisfy { $0["cf.bot_management.ja4"] == nil })
    let others = (0..<20).map { segment(9, [1, 2, 3, 4], port: 40_000 + UInt16($0)) }
    let late = try rows([pieces[2]] + others + [pieces[0], pieces[1]])
    #expect(late.count == 23 && late.allSatisfy { $0["cf.bot_management.ja4"] == nil })
  }

  @Test("swapped segments give the same rows whatever is cut into batches")
  func swappedBatches() throws {
    var frames: [[UInt8]] = []
    for port in 0..<30 {
      let pieces = segments(hello, at: [500, 1_000], port: 50_000 + UInt16(port))
      frames += port % 2 == 0 ? [pieces[2], pieces[0], pieces[1]] : [pieces[1], pieces[0], pieces[2]]
    }
    let whole = try rows(frames)
    #expect(whole.count { $0["cf.bot_management.ja4"] != nil } == 30)
    for size in [300, 1_000, 5_000] { #expect(try rows(frames, batchBytes: size) == whole) }
  }

  @Test("a flood of beginnings is bounded, and what it holds travels as bytes")
  func flood() {
    let messages = SegmentedMessages()
    for port in 0..<5_000 {
      let frame = segment(1, Array(hello.prefix(1_200)), port: UInt16(10_000 + port))
      frame.withUnsafeBufferPointer { bytes in
        let captured = CapturedFrame(time: nil, link: .ethernet, bytes: Wire(bytes), originalLength: bytes.count)
        var packet = Packet(of: captured.bytes)
        #expect(packet.read(captured) == nil)
        _ = messages.take(packet)
      }
    }
    #expect(messages.bytes.count < 80 << 10)
    let copy = SegmentedMessages()
    messages.bytes.withUnsafeBufferPointer { copy.adopt(Wire($0)) }
    #expect(copy.bytes == messages.bytes)
  }
}
