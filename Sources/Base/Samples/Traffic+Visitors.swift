// People: they come by day more than by night, look at pages, and their browsers load what the pages need.
extension Traffic {
  /// Fills the shop: one arrival opens the door for the next.
  func openTheShop() {
    let nobody = someHousehold()
    agenda.add(Agenda.Step(time: start, actor: .arrivals, client: nobody))
    agenda.add(Agenda.Step(time: moment(0.35), actor: .viralReader, client: nobody))
    openServices()
  }

  func arrive(_ step: Agenda.Step) {
    agenda.add(
      Agenda.Step(
        time: after(step.time, random.exponential(mean: 1 / pace(at: step.time))), actor: .arrivals, client: step.client
      ))
    if random.chance(0.12) {
      var client = someHousehold()
      client.agent = UInt16(client.seed % 2 == 0 ? Agents.appIOS : Agents.appAndroid)
      useApp(
        Agenda.Step(
          time: step.time, actor: .appUser, client: client, left: Int32(2 + random.below(12)),
          page: Page(kind: .appRefresh)))
      return
    }
    let client = random.chance(0.03) ? officeWorker() : someHousehold()
    begin(client, at: step.time, page: landing(), pages: 1 + random.geometric(more: 0.72, limit: 40), viral: false)
  }

  /// A link goes viral: a steep rise within minutes, then an hour's tail, nearly all of them new here.
  func arriveByViralLink(_ step: Agenda.Step) {
    let length = Double(end - start) * 0.03
    let progress = Double(step.time - moment(0.35)) / length
    guard progress < 1 else { return }
    let rate = arrivals * 4 * (progress < 0.1 ? progress * 10 + 0.05 : 1.05 - progress)
    agenda.add(
      Agenda.Step(time: after(step.time, random.exponential(mean: 1 / rate)), actor: .viralReader, client: step.client))
    let client = Client.household(200_000 + random.below(30_000), salt: settings.seed)
    begin(client, at: step.time, page: Page(kind: .post, number: 77), pages: random.chance(0.15) ? 2 : 1, viral: true)
  }

  /// One of a hundred and fifty people behind one office's address.
  private func officeWorker() -> Client {
    var client = Client.household(300_000 + random.below(150), salt: settings.seed)
    client.v4 = Network.all[Network.office].v4 | 10
    client.network = UInt8(Network.office)
    return client
  }

  private func begin(_ client: Client, at time: Int64, page: Page, pages: Int, viral: Bool) {
    referrer.clear()
    if random.chance(0.75) {
      let table = viral ? Words.viralReferrers : Words.referrers
      referrer.put(table[random.below(table.count)])
    }
    var step = Agenda.Step(time: time, actor: .visitor, client: client, left: Int32(pages), page: page, before: page)
    // A browser that was here this week has most of the shop's files already.
    step.assets = toOpen(page, parts: client.seed % 4 == 0 ? 2 : Self.parts)
    show(step)
  }

  /// Parts of a page that a browser without any of them loads: style, scripts, font and seven pictures.
  private static let parts: Int32 = 12

  /// How a step says that its page is still to be opened, and how many parts it will load: as a negative number.
  private func toOpen(_ page: Page, parts: Int32) -> Int32 { page.loadsAssets ? -1 - parts : -1 }

  /// The next thing a visitor's browser does: load a part of the page, or open the next page.
  func visit(_ step: Agenda.Step) {
    referrer.clear()
    if step.client.seed % 10 != 0 { putReferrer(step.assets < 0 ? step.before : step.page) }
    if step.assets < 0 { show(step) } else { load(step) }
  }

  private func putReferrer(_ page: Page) {
    referrer.put("https://www.riverstone.example")
    referrer.putPath(page)
  }

  private func load(_ step: Agenda.Step) {
    var step = step
    var exchange = exchange(step, page: step.page.asset(Int(Self.parts - step.assets)))
    step.assets -= 1
    if step.client.seed % 3 == 0, random.chance(0.3) { (exchange.status, exchange.bytes) = (304, 0) }
    emit(exchange)
    proceed(step, status: exchange.status)
  }

  private func show(_ step: Agenda.Step) {
    var step = step
    var exchange = exchange(step, page: step.page)
    answer(&exchange, page: step.page)
    emit(exchange)
    step.left -= 1
    // Some who mistyped their password give up.
    if exchange.status == 401, random.chance(0.25) { step.left = 0 }
    step.assets = exchange.status == 200 ? -1 - step.assets : 0
    proceed(step, status: exchange.status)
  }

  private func proceed(_ step: Agenda.Step, status: Int) {
    var step = step
    if step.assets > 0 {
      step.time = after(step.time, random.exponential(mean: 0.06))
    } else {
      guard step.left > 0 else { return }
      let last = step.page
      step.page = following(last, status: status)
      step.before = last
      step.assets = toOpen(step.page, parts: Int32(1 + random.below(5)))
      // A redirect is followed at once; a page is read first.
      let reading = status >= 301 && status <= 303 ? 0.1 : 1.5 + random.exponential(mean: 22)
      step.time = after(step.time, reading)
    }
    agenda.add(step)
  }

  /// `seconds` later than `time`.
  func after(_ time: Int64, _ seconds: Double) -> Int64 { time + Int64(seconds * 1e9) }
}
