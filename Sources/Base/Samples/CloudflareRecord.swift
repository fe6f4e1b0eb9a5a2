/// A Cloudflare Logpush `http_requests` record with 48 fields, keys in Logpush's own (alphabetical) order.
///
/// The vendor's bot score says nothing about who attacks: attackers here are those that the vendor did not recognise.
/// Source of keys and types: Cloudflare documentation, Logpush, data set `http_requests`.
struct CloudflareRecord {
  private var clock = SecondText()

  mutating func write(
    _ exchange: Exchange, path: UnsafeBufferPointer<UInt8>, referrer: UnsafeBufferPointer<UInt8>, to out: inout ByteSink
  ) {
    putVerdictsAndCache(exchange, to: &out)
    putClient(exchange, to: &out)
    putRequest(exchange, path: path, referrer: referrer, to: &out)
    putEdge(exchange, to: &out)
    putOrigin(exchange, to: &out)
  }

  private func putVerdictsAndCache(_ exchange: Exchange, to out: inout ByteSink) {
    let agent = Int(exchange.client.agent)
    let isSearch = agent == Agents.googlebot || agent == Agents.bingbot
    out.put("{\"BotScore\":")
    out.putNumber(
      isSearch ? 1 : exchange.traits >> 56 < 8 ? 2 + Int(exchange.traits % 27) : 30 + Int(exchange.traits % 70))
    out.put(
      isSearch
        ? ",\"BotScoreSrc\":\"Verified Bot\",\"BotTags\":[\"search\"]"
        : ",\"BotScoreSrc\":\"Machine Learning\",\"BotTags\":[]")
    out.put(
      exchange.isHit
        ? ",\"CacheCacheStatus\":\"hit\",\"CacheResponseBytes\":"
        : ",\"CacheCacheStatus\":\"dynamic\",\"CacheResponseBytes\":")
    out.putNumber(exchange.bytes + 312)
  }

  private func putClient(_ exchange: Exchange, to out: inout ByteSink) {
    let network = Network.all[Int(exchange.client.network)]
    out.put(",\"ClientASN\":")
    out.putNumber(network.asn)
    out.put(",\"ClientCity\":\"")
    out.put(network.place.city)
    out.put("\",\"ClientCountry\":\"")
    out.put(network.place.country)
    out.put(
      Agents.mobile[Int(exchange.client.agent)]
        ? "\",\"ClientDeviceType\":\"mobile\",\"ClientIP\":\"" : "\",\"ClientDeviceType\":\"desktop\",\"ClientIP\":\"")
    out.putAddress(exchange.client)
    out.put("\",\"ClientIPClass\":\"noRecord\",\"ClientRegionCode\":\"")
    out.put(network.place.region)
    out.put("\",\"ClientRequestBytes\":")
    out.putNumber(exchange.requestBytes + Int(exchange.traits >> 20 & 0xff))
  }

  private func putRequest(
    _ exchange: Exchange, path: UnsafeBufferPointer<UInt8>, referrer: UnsafeBufferPointer<UInt8>, to out: inout ByteSink
  ) {
    out.put(exchange.host)
    out.put("\",\"ClientRequestMethod\":\"")
    out.put(Exchange.Method.names[exchange.method.rawValue])
    out.put("\",\"ClientRequestPath\":\"")
    let query = path.firstIndex(of: UInt8(ascii: "?")) ?? path.count
    Self.putEscaped(UnsafeBufferPointer(rebasing: path[..<query]), to: &out)
    out.put(
      exchange.fingerprint == 5
        ? "\",\"ClientRequestProtocol\":\"HTTP/1.1\"" : "\",\"ClientRequestProtocol\":\"HTTP/2\"")
    out.put(",\"ClientRequestReferer\":\"")
    Self.putEscaped(referrer, to: &out)
    out.put("\",\"ClientRequestScheme\":\"https\",\"ClientRequestSource\":\"eyeball\",\"ClientRequestURI\":\"")
    Self.putEscaped(path, to: &out)
    out.put("\",\"ClientRequestUserAgent\":\"")
    out.put(Agents.all[Int(exchange.client.agent)])
    out.put("\",\"ClientSSLCipher\":\"AEAD-AES128-GCM-SHA256\",\"ClientSSLProtocol\":\"TLSv1.3\",\"ClientSrcPort\":")
    out.putNumber(1_024 + Int(exchange.traits % 64_000))
    out.put(",\"ClientTCPRTTMs\":")
    out.putNumber(exchange.client.distance + Int(exchange.traits >> 12 & 3))
  }

  private mutating func putEdge(_ exchange: Exchange, to out: inout ByteSink) {
    let place = Network.all[Int(exchange.client.network)].place
    out.put(",\"EdgeColoCode\":\"")
    out.put(place.colo)
    out.put("\",\"EdgeEndTimestamp\":\"")
    clock.putRFC3339(exchange.time + Int64(exchange.edgeDuration) * 1_000_000, to: &out)
    out.put("\",\"EdgePathingOp\":\"wl\",\"EdgePathingSrc\":\"macro\",\"EdgePathingStatus\":\"nr\"")
    out.put(",\"EdgeResponseBodyBytes\":")
    out.putNumber(exchange.bytes)
    out.put(",\"EdgeResponseBytes\":")
    out.putNumber(exchange.bytes + 890)
    out.put(",\"EdgeResponseContentType\":\"")
    out.put(exchange.contentType)
    out.put("\",\"EdgeResponseStatus\":")
    out.putNumber(exchange.status)
    out.put(exchange.isHit ? ",\"EdgeServerIP\":\"" : ",\"EdgeServerIP\":\"198.51.100.17")
    out.put("\",\"EdgeStartTimestamp\":\"")
    clock.putRFC3339(exchange.time, to: &out)
    out.put("\",\"EdgeTimeToFirstByteMs\":")
    out.putNumber(exchange.edgeDuration)
    out.put(",\"JA3Hash\":\"")
    out.put(Agents.ja3[exchange.fingerprint])
    out.put("\",\"JA4\":\"")
    out.put(Agents.ja4[exchange.fingerprint])
  }

  private func putOrigin(_ exchange: Exchange, to out: inout ByteSink) {
    out.put(exchange.isHit ? "\",\"OriginIP\":\"\"" : "\",\"OriginIP\":\"203.0.113.80\"")
    out.put(",\"OriginResponseDurationMs\":")
    out.putNumber(exchange.isHit ? 0 : exchange.edgeDuration - 1)
    out.put(",\"OriginResponseStatus\":")
    out.putNumber(exchange.isHit ? 0 : exchange.status)
    out.put(",\"RayID\":\"")
    out.putHex(RandomSource.mix(exchange.traits), digits: 16)
    out.put(
      "\",\"SecurityAction\":\"\",\"SecurityActions\":[],\"SecurityRuleIDs\":[],\"ZoneName\":\"riverstone.example\"}\n")
  }

  /// What JSON wants escaped.
  ///
  /// Source: RFC 8259 section 7.
  private static func putEscaped(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout ByteSink) {
    var clean = 0
    for (index, byte) in bytes.enumerated() where byte == 0x22 || byte == 0x5c || byte < 0x20 {
      out.put(UnsafeBufferPointer(rebasing: bytes[clean..<index]))
      if byte < 0x20 {
        out.put("\\u00")
        out.putHex(UInt64(byte), digits: 2)
      } else {
        out.put(UInt8(ascii: "\\"))
        out.put(byte)
      }
      clean = index + 1
    }
    out.put(UnsafeBufferPointer(rebasing: bytes[clean...]))
  }
}

extension Exchange {
  /// Whether the edge answered without asking the origin.
  fileprivate var isHit: Bool { cacheable && traits & 0xf != 0 }

  /// Milliseconds until the first byte left.
  fileprivate var edgeDuration: Int { isHit ? 2 + Int(traits >> 8 & 7) : 30 + Int(traits >> 8 % 200) }

  /// API and pages live on two names of the same zone; the key stands in front.
  fileprivate var host: StaticString {
    isAPI ? ",\"ClientRequestHost\":\"api.riverstone.example" : ",\"ClientRequestHost\":\"www.riverstone.example"
  }
}
