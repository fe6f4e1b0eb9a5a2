import Foundation
import Samples

/// Flow exporters on the loopback device against `weir serve --flows`: what is lost at which rate.
///
/// Usage: `bench --collect PATH-OF-WEIR`. Settings: `BENCH_RATES` (flows/s, "100000 250000 500000"), `BENCH_SECONDS` (20).
struct CollectBench {
  let weir: String

  func run() throws {
    let rates = (ProcessInfo.processInfo.environment["BENCH_RATES"] ?? "100000 250000 500000")
      .split(separator: " ").compactMap { Int($0) }
    let seconds = Settings.number("BENCH_SECONDS", 20)
    for format in [PacketSampleFormat.netflow9, .ipfix, .netflow5] {
      var settings = PacketSampleSettings()
      settings.format = format
      // Whole datagrams only, so that sequence numbers go on over the end of the list.
      settings.packets = FlowDatagrams.flowsADatagram * 14_000
      let datagrams = PacketSample(settings).datagrams()
      for rate in rates { try measure(format, datagrams, rate, seconds) }
    }
  }

  private func measure(_ format: PacketSampleFormat, _ datagrams: [[UInt8]], _ rate: Int, _ seconds: Int) throws {
    let data = NSTemporaryDirectory() + "weir-collect-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: data) }
    let output = data + ".txt"
    defer { try? FileManager.default.removeItem(atPath: output) }
    let server = try Child.start(
      weir,
      [
        "serve", "--data", data, "--listen", "127.0.0.1:18410", "--flows", "127.0.0.1:12055", "--threads", "2",
      ], output: output)
    Thread.sleep(forTimeInterval: 4)
    let sent = send(datagrams, rate, seconds, format)
    kill(server.process, SIGTERM)
    let cost = Child.wait(for: server).child
    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    let end = text.split(separator: "\n").last { $0.contains("over UDP on") && $0.contains("kept") } ?? "no answer"
    say(
      "\(format.rawValue), \(rate) flows/s asked for: \(sent); \(end) CPU \(Int(cost.cpu)) s, \(Int(cost.wall)) s until all was looked at, \(cost.memory >> 20) MB"
    )
  }

  /// Sends at the rate, in steps of a millisecond; what was really sent, in words.
  private func send(_ datagrams: [[UInt8]], _ rate: Int, _ seconds: Int, _ format: PacketSampleFormat) -> String {
    let socket = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(12_055).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let flows = FlowDatagrams.flowsADatagram
    let begun = ContinuousClock.now
    var sent = 0
    var sequence: UInt32 = 0
    while true {
      let passed = (ContinuousClock.now - begun) / .seconds(1)
      if passed >= Double(seconds) { break }
      while Double(sent * flows) < passed * Double(rate) {
        var datagram = datagrams[sent % datagrams.count]
        // Version 5 has its number at 16, 9 at 12, IPFIX at 8.
        let place = format == .netflow5 ? 16 : format == .netflow9 ? 12 : 8
        withUnsafeBytes(of: sequence.bigEndian) { for at in 0..<4 { datagram[place + at] = $0[at] } }
        sequence &+= format == .netflow9 ? 1 : UInt32(flows)
        _ = datagram.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, 0) }
        sent += 1
      }
      usleep(1_000)
    }
    let passed = (ContinuousClock.now - begun) / .seconds(1)
    return "\(sent) datagrams sent, \(Int(Double(sent * flows) / passed)) flows/s"
  }
}
