import Model
import Net
import Testing

@testable import Receive

@Suite("Syslog")
struct SyslogTests {
  private func cut(_ pieces: [String]) -> (text: String, framing: SyslogFraming) {
    var framing = SyslogFraming()
    var lines: [UInt8] = []
    for piece in pieces { framing.take(Array(piece.utf8), into: &lines) }
    framing.finish(into: &lines)
    return (String(decoding: lines, as: UTF8.self), framing)
  }

  @Test("messages are cut by newlines, by lengths, and by both in one stream, however the bytes arrive")
  func framing() {
    let stream = "<13>one\n9 <13>a\nbcd<13>two\r\n12 <13>counted\n<13>last"
    let wanted = "<13>one\n<13>a bcd\n<13>two\n<13>counted\n<13>last\n"
    #expect(cut([stream]).text == wanted)
    #expect(cut(stream.map(String.init)).text == wanted)
    for size in 2...9 {
      let all = Array(stream)
      let pieces = stride(from: 0, to: all.count, by: size).map { String(all[$0..<min($0 + size, all.count)]) }
      #expect(cut(pieces).text == wanted)
    }
    #expect(cut([stream]).framing.messages == 5)
  }

  @Test("a line that begins with a number is no length")
  func numbers() {
    #expect(
      cut(["192.0.2.1 - - x\n", "200 ok\n", "12345678901234567890 <13>x\n"]).text.split(separator: "\n").count == 3)
  }

  @Test("a message beyond the limit is cut and the next one is whole", arguments: [true, false])
  func long(counted: Bool) {
    let message = "<13>" + String(repeating: "x", count: SyslogFraming.limit * 2)
    let framed = counted ? "\(message.utf8.count) \(message)" : message + "\n"
    let (text, framing) = cut([framed, "<13>next\n"])
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].utf8.count == SyslogFraming.limit && lines[1] == "<13>next")
    #expect(framing.cut == 1)
  }

  @Test("a length that never comes true takes no memory and no time")
  func liar() {
    let (text, _) = cut(["99999999 <13>", String(repeating: "y", count: 300_000)])
    #expect(text.utf8.count <= SyslogFraming.limit + 1)
  }

  @Test("datagrams are one line each, whatever newlines they hold")
  func udp() throws {
    let shelf = Shelf()
    let receiver = SyslogUDP(try #require(Endpoint("127.0.0.1:0"))) { try shelf.keep($0) }
    try receiver.start()
    send(["<13>one", "<13>two\n", "<13>a\n<13>forged", "\n"], port: receiver.port, udp: true)
    shelf.wait(for: 3)
    receiver.stop()
    #expect(shelf.lines == ["<13>one", "<13>two", "<13>a <13>forged"])
    #expect(receiver.counts.lost == 0)
  }

  @Test("connections of many senders arrive whole, and what a refusing disk held up is kept later")
  func tcp() throws {
    let shelf = Shelf()
    let receiver = SyslogTCP(try #require(Endpoint("127.0.0.1:0"))) { try shelf.keep($0) }
    try receiver.start()
    shelf.refuse(true)
    for sender in 0..<5 {
      send((0..<20).map { "<13>s\(sender) m\($0)\n" } + ["<13>s\(sender) unended"], port: receiver.port, udp: false)
    }
    #expect(shelf.lines.isEmpty)
    shelf.refuse(false)
    shelf.wait(for: 105)
    receiver.stop()
    #expect(Set(shelf.lines).count == 105 && shelf.lines.count == 105)
    #expect(shelf.lines.filter { $0.contains("s3 ") }.prefix(20) == (0..<20).map { "<13>s3 m\($0)" }[...])
    #expect(receiver.counts.messages == 105 && receiver.counts.connections == 5 && receiver.counts.lost == 0)
  }

  @Test("a port in use is an error that names it")
  func inUse() throws {
    let first = SyslogTCP(try #require(Endpoint("127.0.0.1:0"))) { _ in }
    try first.start()
    defer { first.stop() }
    let second = SyslogTCP(try #require(Endpoint("127.0.0.1:\(first.port)"))) { _ in }
    #expect(throws: WorldError.self) { try second.start() }
  }
}
