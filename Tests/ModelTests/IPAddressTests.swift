import Testing

@testable import Model

@Test("a network keeps its leading bits only") func networks() {
  #expect(IPAddress(v4: 0xc000_0201).network(24) == IPAddress(v4: 0xc000_0200))
  #expect(AddressNetwork("2001:db8:ffff::1/32")?.description == "2001:db8::/32")
  #expect(AddressNetwork("10.1.2.3/8")?.last.description == "10.255.255.255")
}

@Test(
  "addresses are read in every form and printed in the canonical one",
  arguments: [
    ("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "-"), ("::1", "::1"),
    ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::ffff:192.0.2.9", "192.0.2.9"), ("[2001:db8::a]", "2001:db8::a"),
    ("fe80::1%eth0", "fe80::1"), ("1::", "1::"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
  ]) func forms(text: String, canonical: String)
{
  #expect(IPAddress(text)?.description == canonical)
}

@Test(
  "what is no address is refused",
  arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "1..2.3", ":", ":1", "1:", "1:2:3:4:5:6:7", "1::2::3",
    "12345::", "1:2:3:4:5:6:7:8:9", "::1.2.3", "g::1", "1:2:3:4:5:6:7::8:9", "1.2.3.4:80", "::ffff:1.2.3.4.5",
  ]) func refused(text: String)
{
  #expect(IPAddress(text) == nil)
}

@Test("an address set holds exactly what its networks hold") func sets() {
  let networks = ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "0.0.0.0/6"].compactMap(
    AddressNetwork.init)
  let set = AddressSet(networks)
  for _ in 0..<5000 {
    let address =
      Bool.random()
      ? IPAddress(v4: .random(in: 0 ... .max))
      : IPAddress(high: 0x2001_0db7_ffff_ffff &+ .random(in: 0...3) << 31, low: 1)
    #expect(set.contains(address) == networks.contains { $0.contains(address) })
  }
  #expect(set.contains(IPAddress("192.0.2.7")!) && !set.contains(IPAddress("192.0.2.8")!))
}
