import Model
import Testing

@testable import Intake

private func read(_ line: String) -> [String: String]? { decodedRows([line], TextFormat(takesMessages: true)).first }

@Suite("packets told by firewalls") struct PacketTextTests {
  @Test(
    "source, destination, port and decision are known in every shape",
    arguments: [
      (
        "Nov 21 10:00:00 gw kernel: [12.5] [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.7 DST=192.0.2.1 LEN=44 PROTO=TCP SPT=52220 DPT=2222 SYN",
        "block", "52220", "2222"
      ),
      (
        "2026-11-21 10:00:00 firewall,info drop-tcp input: in:wan, proto TCP (SYN), 203.0.113.7:52220->192.0.2.1:2222, len 40",
        "drop", "52220", "2222"
      ),
      (
        "Nov 21 10:00:00 gw filterlog: 5,,,1000,em0,match,block,in,4,0x0,,64,0,0,DF,6,tcp,60,203.0.113.7,192.0.2.1,52220,2222,0,S,1",
        "block", "52220", "2222"
      ),
      (
        "Nov 21 10:00:00 gw : %ASA-4-106023: Deny tcp src outside:203.0.113.7/52220 dst inside:192.0.2.1/2222 by access-group x",
        "deny", "52220", "2222"
      ),
      (
        "2026-11-21 10:00:00 srcip=203.0.113.7 srcport=52220 dstip=192.0.2.1 dstport=2222 proto=tcp verdict=deny",
        "deny", "52220", "2222"
      ),
    ])
  func shapes(_ line: String, _ action: String, _ from: String, _ to: String) {
    let row = read(line)
    #expect(row?["event.class"] == "flow" && row?["ip.proto"] == "tcp")
    #expect(row?["ip.src"] == "203.0.113.7" && row?["ip.dst"] == "192.0.2.1")
    #expect(row?["tcp.srcport"] == from && row?["tcp.dstport"] == to)
    #expect(row?["security.action"] == action)
  }

  @Test("UDP has ports of its own, and IPv6 is read")
  func datagram() {
    let row = read(
      "Nov 21 10:00:00 gw kernel: IN=eth0 SRC=2001:db8::7 DST=2001:db8::1 PROTO=UDP SPT=5000 DPT=161 LEN=32")
    #expect(row?["ip.src"] == "2001:db8::7" && row?["ip.proto"] == "udp")
    #expect(row?["udp.srcport"] == "5000" && row?["udp.dstport"] == "161" && row?["tcp.dstport"] == nil)
    #expect(row?["security.action"] == nil)
  }

  @Test(
    "no packet is made of other lines",
    arguments: [
      "2026-11-21 10:00:00 Failed login for amy from 203.0.113.7:5000 -> 192.0.2.1:443",
      "2026-11-21 10:00:00 routes 203.0.113.0/24 and 192.0.2.0/24 were added",
      "2026-11-21 10:00:00 peers 203.0.113.7, 192.0.2.1", "2026-11-21 10:00:00 SRC=203.0.113.7 DST=nowhere DPT=1",
      "2026-11-21 10:00:00 SRC=203.0.113.7 DST=192.0.2.1 DPT=99999",
    ])
  func others(_ line: String) {
    let row = read(line)
    #expect(row?["tcp.dstport"] == nil && row?["event.class"] == "host")
  }
}
