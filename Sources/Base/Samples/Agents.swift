/// User agents and what goes with them: how the client's TLS hello looks.
enum Agents {
  /// Browsers first, the frequent ones repeated, then everything else by name.
  static let all = TextTable(browsers + others)

  static let appIOS = browsers.count
  static let appAndroid = appIOS + 1
  static let googlebot = appIOS + 2
  static let bingbot = appIOS + 3
  static let monitor = appIOS + 4
  static let feedReaders = (appIOS + 5)...(appIOS + 8)
  static let partner = appIOS + 9
  static let downloader = appIOS + 10
  static let scanner = appIOS + 11
  static let pythonTool = appIOS + 12

  /// A browser that always belongs to the client with these traits.
  static func browser(traits: UInt64) -> Int { Int((traits >> 24 & 0xffff) % UInt64(browsers.count)) }

  private static let others = [
    "RiverstoneApp/7.4.1 (iPhone; iOS 18.6; Scale/3.00)",
    "RiverstoneApp/7.4.0 (Android 15) okhttp/4.12.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "UptimeWatch/2.3 (+https://uptimewatch.example/)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 41 subscribers; like FeedFetcher-Google)",
    "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "FreshRSS/1.26.1 (Linux; https://freshrss.org)",
    "Mozilla/5.0 (compatible; Miniflux/2.2.6; +https://miniflux.app)",
    "StockSync/3.1 python-requests/2.32.3",
    "Wget/1.21.4",
    "Mozilla/5.0 (compatible; gobuster/3.6)",
    "python-requests/2.32.3",
  ]

  private static let browsers: [String] = {
    var list: [String] = []
    let desktops = ["Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"]
    for (version, share) in [(138, 2), (139, 4), (140, 8), (141, 12), (142, 5)] {
      for (system, times) in zip(desktops, [5, 2, 1]) {
        let chrome =
          "Mozilla/5.0 (\(system)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(version).0.0.0 Safari/537.36"
        list += Array(repeating: chrome, count: share * times / 2 + 1)
        if times == 5 { list += Array(repeating: chrome + " Edg/\(version).0.0.0", count: share / 2 + 1) }
      }
      let phone =
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(version).0.0.0 Mobile Safari/537.36"
      list += Array(repeating: phone, count: share * 2)
    }
    for (version, share) in [(140, 1), (142, 2), (143, 4), (144, 3)] {
      for (system, times) in zip(
        ["Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10.15", "X11; Linux x86_64"], [3, 1, 2])
      {
        let firefox = "Mozilla/5.0 (\(system); rv:\(version).0) Gecko/20100101 Firefox/\(version).0"
        list += Array(repeating: firefox, count: share * times / 2 + 1)
      }
    }
    for (system, safari, times) in [
      ("18_5", "18.5", 8), ("18_6", "18.6", 12), ("26_0", "26.0", 6), ("17_7", "17.7", 3),
    ] {
      let iPhone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS \(system) like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/\(safari) Mobile/15E148 Safari/604.1"
      let mac =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/\(safari) Safari/605.1.15"
      list += Array(repeating: iPhone, count: times) + Array(repeating: mac, count: times / 3)
    }
    return list
  }()

  /// JA4 and JA3 of the agent's usual TLS hello: by family, the way real fingerprints cluster.
  static func fingerprint(_ agent: Int) -> Int {
    if agent >= browsers.count { return agent <= appAndroid ? 3 : agent == googlebot || agent == bingbot ? 4 : 5 }
    let text = browsers[agent]
    return text.contains("Firefox") ? 1 : text.contains("Version/") ? 2 : 0
  }

  /// `fingerprint` of every agent, looked up once.
  static let fingerprints = (0..<all.count).map(fingerprint)

  /// Whether the agent is on a phone, by agent.
  static let mobile = (0..<all.count).map { all.text($0).contains("Mobile") || $0 == appIOS || $0 == appAndroid }

  static let ja4 = TextTable([
    "t13d1516h2_8daaf6152771_d8a2da3f94cd", "t13d1715h2_5b57614c22b0_5c2c66f702b4",
    "t13d2014h2_a09f3c656075_14788d8d241b", "t13d1312h2_f57a46bbacb6_ab7e3b40a677",
    "t13d3113h2_e8f1e7e78f70_6bebaf5329ac", "t13d1812h1_85036bcba153_b26ce05bbdd6",
  ])
  static let ja3 = TextTable([
    "b32309a26951912be7dba376398abc3b", "6f7889b9fb1a62a9577e685c1fcfa919", "773906b0efdefa24a7f2b8eb6985bf37",
    "d1ec5fa7ce8d9e5bb7c7a5f2f4c0b8aa", "8d9f7747675e24454cd9b7ed35c58707", "3b5074b1b5d032e5620f69f9f700ff0e",
  ])
}
