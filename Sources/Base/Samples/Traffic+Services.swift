// Machines that belong to the shop's ordinary day: robots, monitors, feed readers, a partner, the app, one downloader.
extension Traffic {
  func openServices() {
    for number in 0..<3 {
      let client = Client.fixed(
        Network.all[Network.monitoring].v4 | UInt32(20 + number), network: Network.monitoring, agent: Agents.monitor)
      agenda.add(Agenda.Step(time: start + Int64(number) * 7_300_000_000, actor: .monitor, client: client))
    }
    for number in 0..<Self.feedReaders(settings) {
      var client = Client.household(400_000 + number, salt: settings.seed)
      client.agent = UInt16(Agents.feedReaders.lowerBound + number % Agents.feedReaders.count)
      let time = start + Int64(random.unit() * 1.8e12)
      agenda.add(Agenda.Step(time: time, actor: .feedReader, client: client, left: Int32(900 + random.below(2_700))))
    }
    agenda.add(Agenda.Step(time: start + 500_000_000, actor: .robot, client: someHousehold()))
    for number in 0..<2 {
      let client = Client.server(number, salt: settings.seed, agent: Agents.partner)
      agenda.add(Agenda.Step(time: start + Int64(number) * 5_000_000_000, actor: .partner, client: client))
    }
    var patient = Client.household(500_000, salt: settings.seed)
    patient.agent = UInt16(Agents.downloader)
    let parts = Int32(min(600, max(30, settings.events / 4_000)))
    agenda.add(Agenda.Step(time: moment(0.52), actor: .downloader, client: patient, left: parts))
  }

  /// Two search robots share some four requests in a hundred.
  func crawl(_ step: Agenda.Step) {
    var next = step
    next.time = after(step.time, random.exponential(mean: 1 / (arrivals * 1.2)))
    agenda.add(next)
    let isGoogle = random.chance(0.6)
    let network = isGoogle ? Network.google : Network.bing
    var step = step
    step.client = .fixed(
      Network.all[network].v4 | UInt32(1 + random.below(40)), network: network,
      agent: isGoogle ? Agents.googlebot : Agents.bingbot)
    referrer.clear()
    var exchange = exchange(step, page: crawled())
    let draw = random.below(100)
    if draw < 9 { (exchange.status, exchange.bytes) = (304, 0) }
    if draw > 94 { (exchange.status, exchange.bytes) = (404, 5_120) }
    emit(exchange)
  }

  private func crawled() -> Page {
    let number = UInt32(truncatingIfNeeded: random.next() >> 40)
    return switch random.below(100) {
    case 0..<60: Page(kind: .product, number: number % UInt32(Page.products))
    case 60..<80: Page(kind: .category, number: number % UInt32(Page.categories * 12))
    case 80..<95: Page(kind: .post, number: number % UInt32(Page.posts))
    case 95: Page(kind: .sitemap)
    case 96: Page(kind: .robotsText)
    default: Page(kind: .gone, number: number % 900)
    }
  }

  /// Is the shop up? Asked every minute from three places.
  func watch(_ step: Agenda.Step) {
    referrer.clear()
    let isHome = step.left % 5 == 4
    var exchange = exchange(step, page: isHome ? .home : Page(kind: .health))
    if isHome { (exchange.method, exchange.bytes) = (.head, 0) }
    emit(exchange)
    var next = step
    next.left += 1
    next.time = after(step.time, 60 + random.unit() * 0.05)
    agenda.add(next)
  }

  func readFeed(_ step: Agenda.Step) {
    referrer.clear()
    var exchange = exchange(step, page: Page(kind: .feed))
    if random.chance(0.8) { (exchange.status, exchange.bytes) = (304, 0) }
    emit(exchange)
    var next = step
    next.time = after(step.time, Double(step.left) + random.unit() * 4)
    agenda.add(next)
  }

  func askForStock(_ step: Agenda.Step) {
    referrer.clear()
    let seconds = step.time / 1_000_000_000
    emit(exchange(step, page: Page(kind: .stock, number: UInt32(truncatingIfNeeded: seconds))))
    var next = step
    next.time = after(step.time, 10 + random.unit() * 0.4)
    agenda.add(next)
  }

  /// One large file in many parts.
  func download(_ step: Agenda.Step) {
    referrer.clear()
    var exchange = exchange(step, page: Page(kind: .download))
    (exchange.status, exchange.bytes) = (206, 8_388_608)
    emit(exchange)
    var next = step
    next.left -= 1
    next.time = after(step.time, 0.7 + random.exponential(mean: 0.5))
    if next.left > 0 { agenda.add(next) }
  }

  /// The shop's own app: a fresh token, the start page, then products, without any page's parts.
  func useApp(_ step: Agenda.Step) {
    referrer.clear()
    var exchange = exchange(step, page: step.page)
    if step.page.kind == .appRefresh { exchange.method = .post }
    if step.page.kind == .appProduct, random.chance(0.01) { (exchange.status, exchange.bytes) = (404, 61) }
    emit(exchange)
    var next = step
    next.left -= 1
    guard next.left > 0 else { return }
    switch step.page.kind {
    case .appRefresh: next.page = Page(kind: .appHome)
    case _ where random.chance(0.1): next.page = Page(kind: .appCart)
    default: next.page = Page(kind: .appProduct, number: someProduct())
    }
    next.time = after(step.time, step.page.kind == .appRefresh ? 0.2 : 1 + random.exponential(mean: 9))
    agenda.add(next)
  }
}
