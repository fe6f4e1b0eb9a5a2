// Attacks, each announced to the truth before it begins. Shares and times scale with the settings.
extension Traffic {
  func planAttacks() {
    planPayloads()
    planLogInAttacks()
    planFlood()
    planScanners()
    planScraper()
  }

  /// Two requests in a hundred carry a payload: four campaigns of ten sources.
  private func planPayloads() {
    let nights: [(Double, Double)] = [(0.08, 0.20), (0.30, 0.42), (0.55, 0.70), (0.80, 0.95)]
    for (number, night) in nights.enumerated() {
      let label = announce("payloads \(number + 1)", kind: "exploitation")
      let requests = max(settings.events / 50 / nights.count / 10, 4)
      for source in 0..<10 {
        let identity = 600_000 + number * 100 + source
        var client =
          source % 2 == 0
          ? Client.server(identity, salt: settings.seed, agent: Agents.pythonTool)
          : .household(identity, salt: settings.seed)
        if source % 4 == 0 { client.agent = UInt16(Agents.browser(traits: UInt64(identity) << 24)) }
        agenda.add(
          Agenda.Step(
            time: moment(night.0 + random.unit() * 0.01), actor: .payloads, client: client, left: Int32(requests),
            page: Page(kind: .home, number: pause(from: night.0, to: night.1, requests: requests)), label: label))
      }
    }
  }

  /// Milliseconds between the requests of a campaign that lasts a share of the time.
  private func pause(from: Double, to: Double, requests: Int) -> UInt32 {
    UInt32(max(1, Double(end - start) / 1e6 * (to - from) / Double(requests)))
  }

  func tryPayload(_ step: Agenda.Step) {
    referrer.clear()
    path.clear()
    Payloads.put(into: &path, random: &random)
    var exchange = Exchange(time: step.time, client: step.client, traits: random.next())
    exchange.label = Int(step.label)
    let statuses = [200, 200, 200, 200, 404, 404, 404, 403, 403, 403, 302, 500]
    exchange.status = statuses[random.below(statuses.count)]
    exchange.bytes = exchange.status == 200 ? 9_000 + random.below(50_000) : exchange.status == 302 ? 0 : 5_120
    emit(exchange)
    repeatLater(step, seconds: random.exponential(mean: Double(step.page.number) / 1000))
  }

  /// Many addresses with a few log-ins each over half the time; and one address that guesses fast until it is in.
  private func planLogInAttacks() {
    let slow = announce("slow stuffing", kind: "credential_stuffing")
    let tries = max(settings.events / 320, 150)
    agenda.add(
      Agenda.Step(
        time: moment(0.25), actor: .slowStuffing, client: someHousehold(), left: Int32(tries),
        page: Page(kind: .login, number: pause(from: 0.25, to: 0.75, requests: tries)), label: slow))
    let fast = announce("fast guessing", kind: "account_takeover")
    let guesses = min(3_000, max(120, settings.events / 1_000))
    agenda.add(
      Agenda.Step(
        time: moment(0.45), actor: .bruteForce, client: .server(700_000, salt: settings.seed, agent: Agents.pythonTool),
        left: Int32(guesses), page: Page(kind: .login, number: 2), label: fast))
  }

  func stuffSlowly(_ step: Agenda.Step) {
    let sources = min(2_500, max(60, settings.events / 800))
    let identity = 710_000 + random.below(sources)
    var client =
      identity % 10 < 3
      ? Client.server(identity, salt: settings.seed, agent: 0) : .household(identity, salt: settings.seed)
    // Three browsers' names, one program behind them.
    client.agent = UInt16(Agents.browser(traits: UInt64(identity % 3) << 28))
    var login = step
    login.client = client
    login.page = Page(kind: .login, number: 2)
    referrer.clear()
    referrer.put("https://www.riverstone.example/account/login")
    var exchange = exchange(login, page: login.page)
    exchange.fingerprint = Agents.fingerprints[Agents.pythonTool]
    exchange.method = .post
    (exchange.status, exchange.bytes) = random.chance(0.006) ? (302, 0) : (401, 8_412)
    emit(exchange)
    repeatLater(step, seconds: random.exponential(mean: Double(step.page.number) / 1000))
  }

  /// Eight guesses a second; then the account is looked through.
  func guessPasswords(_ step: Agenda.Step) {
    referrer.clear()
    let isIn = step.left <= 12
    var step = step
    if isIn, step.left < 12 { step.page = Page(kind: step.left % 3 == 0 ? .account : .orders) }
    var exchange = exchange(step, page: step.page)
    if step.page.kind == .login {
      exchange.method = .post
      (exchange.status, exchange.bytes) = isIn ? (302, 0) : (401, 8_412)
    }
    emit(exchange)
    repeatLater(step, seconds: isIn ? 1 + random.unit() : 0.1 + random.exponential(mean: 0.025))
  }

  /// Thousands of sources, a few requests each, every one past the cache.
  private func planFlood() {
    let label = announce("flood", kind: "l7_flood")
    let requests = settings.events * 8 / 100
    agenda.add(
      Agenda.Step(
        time: moment(0.66), actor: .flood, client: someHousehold(), left: Int32(requests),
        page: Page(kind: .search, number: UInt32(max(60, settings.seconds / 300))), label: label))
  }

  func flood(_ step: Agenda.Step) {
    let requests = settings.events * 8 / 100
    let identity = 800_000 + random.below(min(20_000, max(150, settings.events / 100)))
    var source = step
    source.client =
      identity % 10 < 4
      ? .server(identity, salt: settings.seed, agent: Agents.browser(traits: UInt64(identity) << 24))
      : .household(identity, salt: settings.seed)
    referrer.clear()
    var exchange = exchange(source, page: Page(kind: .search, number: UInt32(random.below(1 << 30))))
    path.put("&_=")
    path.putNumber(random.below(1 << 40))
    exchange.fingerprint = 0
    if random.chance(0.35) { (exchange.status, exchange.bytes) = (503, 552) }
    emit(exchange)
    repeatLater(step, seconds: random.exponential(mean: Double(step.page.number) / Double(max(requests, 1))))
  }

  /// Paths from a list, one after the other: once by a tool that says so, once behind a browser's name.
  private func planScanners() {
    for (number, share) in [0.15, 0.50].enumerated() {
      let label = announce("scan \(number + 1)", kind: "scanning")
      var client = Client.server(900_000 + number, salt: settings.seed, agent: Agents.scanner)
      if number == 1 { client.agent = UInt16(Agents.browser(traits: 0x77_0000_0000)) }
      let paths = min(2_000, max(200, settings.events / 2_000))
      agenda.add(Agenda.Step(time: moment(share), actor: .scanner, client: client, left: Int32(paths), label: label))
    }
  }

  func scan(_ step: Agenda.Step) {
    referrer.clear()
    path.clear()
    Payloads.putProbe(Int(step.left), into: &path)
    var exchange = Exchange(time: step.time, client: step.client, traits: random.next())
    exchange.label = Int(step.label)
    (exchange.status, exchange.bytes) =
      random.chance(0.02) ? (200, 1_400) : random.chance(0.1) ? (403, 552) : (404, 5_120)
    emit(exchange)
    repeatLater(step, seconds: 0.2 + random.exponential(mean: 0.12))
  }

  /// The whole catalogue in order, pages only, at a steady pace, from three neighbours in one network.
  private func planScraper() {
    let label = announce("scraper", kind: "scraping")
    let longest = Int(Double(settings.seconds) * 0.7 / 1.3)
    let pages = min(longest, max(300, settings.events * 6 / 1_000))
    var client = Client.server(950_000, salt: settings.seed, agent: 0)
    client.agent = UInt16(Agents.browser(traits: 0x1234_0000_0000))
    client.v4 &= 0xffff_ff00
    agenda.add(Agenda.Step(time: moment(0.2), actor: .scraper, client: client, left: Int32(pages), label: label))
  }

  func scrape(_ step: Agenda.Step) {
    var neighbour = step
    neighbour.client.v4 |= UInt32(31 + random.below(3))
    neighbour.page = Page(kind: .product, number: UInt32(Int(step.left) % Page.products))
    referrer.clear()
    emit(exchange(neighbour, page: neighbour.page))
    repeatLater(step, seconds: 1.15 + random.unit() * 0.3)
  }

  private func repeatLater(_ step: Agenda.Step, seconds: Double) {
    var next = step
    next.left -= 1
    next.time = after(step.time, seconds)
    if next.left > 0 { agenda.add(next) }
  }
}
