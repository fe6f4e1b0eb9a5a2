/// One client: an address, a network and a user agent that stay the same as long as it is met.
struct Client {
  /// IPv4 address, or 0 for a client that comes by IPv6.
  var v4: UInt32
  /// What the client's lasting traits (IPv6 address, distance, device) are drawn from.
  var seed: UInt32
  /// Index into `Network.all`.
  var network: UInt8
  /// Index into `Agents.all`.
  var agent: UInt16

  /// A household or a phone: the `rank`th most frequent client.
  ///
  /// Addresses come from ranges that belong to nobody (RFC 6598, RFC 2544 and RFC 3849).
  static func household(_ rank: Int, salt: UInt64) -> Client {
    let traits = RandomSource.mix(UInt64(rank) &+ salt)
    let network = UInt8(truncatingIfNeeded: traits % UInt64(Network.households))
    let overV6 = traits >> 8 & 0xff < 56
    return Client(
      v4: overV6 ? 0 : Network.all[Int(network)].v4 | UInt32(truncatingIfNeeded: traits >> 16 & 0xffff),
      seed: UInt32(truncatingIfNeeded: traits >> 32), network: network,
      agent: UInt16(Agents.browser(traits: traits)))
  }

  /// A rented server.
  static func server(_ number: Int, salt: UInt64, agent: Int) -> Client {
    let traits = RandomSource.mix(UInt64(number) &+ salt &+ 0x5e17e5)
    let network = Network.households + Int(traits % UInt64(Network.servers))
    return Client(
      v4: Network.all[network].v4 | UInt32(truncatingIfNeeded: traits >> 16 & 0xffff),
      seed: UInt32(truncatingIfNeeded: traits >> 32), network: UInt8(network), agent: UInt16(agent))
  }

  /// One of the machines in a service's own range, for example a search robot's.
  static func fixed(_ v4: UInt32, network: Int, agent: Int) -> Client {
    Client(v4: v4, seed: v4, network: UInt8(network), agent: UInt16(agent))
  }

  /// Round trip to the nearest data centre, in milliseconds.
  var distance: Int { 4 + Int(RandomSource.mix(UInt64(seed)) % 90) }
}

extension ByteSink {
  mutating func putAddress(_ client: Client) {
    if client.v4 != 0 {
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        putNumber(Int(client.v4 >> shift & 0xff))
        if shift > 0 { put(UInt8(ascii: ".")) }
      }
      return
    }
    // 2001:db8:network:subnet:four random groups; a leading one keeps every group free of zeros to shorten.
    let bits = RandomSource.mix(UInt64(client.seed))
    put("2001:db8:")
    putHex(UInt64(client.network) | 0x1000, digits: 4)
    put(UInt8(ascii: ":"))
    putHex(UInt64(client.seed) & 0xfff | 0x1000, digits: 4)
    for group in 0..<4 {
      put(UInt8(ascii: ":"))
      putHex(bits >> UInt64(group * 16) & 0x7fff | 0x8000, digits: 4)
    }
  }
}

/// Where clients come from: one /16 and its IPv6 counterpart.
struct Network {
  let v4: UInt32
  let asn: Int
  let place: Place

  /// Networks of households and phones come first, then servers, then services with ranges of their own.
  static let households = 48
  static let servers = 2
  static let google = 50
  static let bing = 51
  static let monitoring = 52
  static let office = 53

  static let all: [Network] =
    (0..<households).map { number in
      Network(
        v4: (100 << 24) | (UInt32(64 + number) << 16), asn: 64_512 + number / 2,
        place: Place.all[placeOfNetwork(number)])
    }
    + (0..<servers).map { number in
      Network(v4: (198 << 24) | (UInt32(18 + number) << 16), asn: 65_010 + number, place: Place.all[number * 5])
    }
    + [
      Network(v4: address(66, 249, 66, 0), asn: 15169, place: Place.all[6]),
      Network(v4: address(157, 55, 39, 0), asn: 8075, place: Place.all[6]),
      Network(v4: address(192, 0, 2, 0), asn: 65_020, place: Place.all[0]),
      Network(v4: address(203, 0, 113, 0), asn: 65_030, place: Place.all[0]),
    ]

  /// Half of the households live in the shop's own country and its neighbours.
  private static func placeOfNetwork(_ number: Int) -> Int {
    number < 16 ? number % 2 : number < 30 ? 2 + number % 4 : number % Place.all.count
  }

  static func address(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    a << 24 | b << 16 | c << 8 | d
  }
}

/// A city, its country and the data centre that answers there.
struct Place {
  let country: StaticString
  let region: StaticString
  let city: StaticString
  let colo: StaticString

  static let all: [Place] = [
    Place(country: "de", region: "BE", city: "Berlin", colo: "TXL"),
    Place(country: "de", region: "HE", city: "Frankfurt am Main", colo: "FRA"),
    Place(country: "at", region: "9", city: "Vienna", colo: "VIE"),
    Place(country: "ch", region: "ZH", city: "Zurich", colo: "ZRH"),
    Place(country: "nl", region: "NH", city: "Amsterdam", colo: "AMS"),
    Place(country: "fr", region: "IDF", city: "Paris", colo: "CDG"),
    Place(country: "us", region: "VA", city: "Ashburn", colo: "IAD"),
    Place(country: "gb", region: "ENG", city: "London", colo: "LHR"),
    Place(country: "pl", region: "14", city: "Warsaw", colo: "WAW"),
    Place(country: "br", region: "SP", city: "Sao Paulo", colo: "GRU"),
    Place(country: "in", region: "MH", city: "Mumbai", colo: "BOM"),
    Place(country: "jp", region: "13", city: "Tokyo", colo: "NRT"),
  ]
}
