// Where people go next, and what the shop answers.
extension Traffic {
  func landing() -> Page {
    let campaign = random.chance(0.2) ? UInt32(1 + random.below(1 << 20)) : 0
    let number = UInt32(truncatingIfNeeded: random.next() >> 32)
    return switch random.below(100) {
    case 0..<30: Page(kind: .home, campaign: campaign)
    case 30..<50: Page(kind: .category, number: number % UInt32(Page.categories), campaign: campaign)
    case 50..<85: Page(kind: .product, number: someProduct(), campaign: campaign)
    case 85..<97: Page(kind: .post, number: number % UInt32(Page.posts), campaign: campaign)
    case 97: Page(kind: .gone, number: number % 900)
    default: Page(kind: .information, number: number % 8)
    }
  }

  /// The popular products far more often than the rest.
  func someProduct() -> UInt32 {
    let draw = random.unit()
    return UInt32(draw * draw * draw * Double(Page.products))
  }

  /// The page that follows `page`, which was answered with `status`.
  func following(_ page: Page, status: Int) -> Page {
    let number = UInt32(truncatingIfNeeded: random.next() >> 40)
    let draw = random.below(100)
    switch page.kind {
    case .login where page.number < 2: return Page(kind: .login, number: 2)
    case .login: return status == 302 ? Page(kind: .account) : Page(kind: .login, number: 2)
    case .account: return draw < 70 ? Page(kind: .orders) : .home
    case .addToCart: return Page(kind: .cart)
    case .cart where draw < 40: return Page(kind: .checkout)
    case .checkout where draw < 40: return Page(kind: .login, number: 1)
    case .search where draw < 60, .category where draw < 70, .cart,
      .post where draw < 30:
      return Page(kind: .product, number: someProduct())
    case .product where draw < 12: return Page(kind: .addToCart)
    case .product where draw < 47:
      return Page(kind: .product, number: (page.number &+ 1 + number % 60) % UInt32(Page.products))
    default: return anywhere(draw, number)
    }
  }

  private func anywhere(_ draw: Int, _ number: UInt32) -> Page {
    switch number % 100 {
    case 0..<38: Page(kind: .category, number: number % UInt32(Page.categories * 4))
    case 38..<70: Page(kind: .search, number: number)
    case 70..<82: Page(kind: .post, number: number % UInt32(Page.posts))
    case 82..<90: .home
    case 90..<94: Page(kind: .login)
    default: Page(kind: .information, number: number % 8)
    }
  }

  /// Method, status and size of what a page answers.
  func answer(_ exchange: inout Exchange, page: Page) {
    switch page.kind {
    case .addToCart: (exchange.method, exchange.status, exchange.bytes) = (.post, 303, 0)
    case .login where page.number == 2:
      exchange.method = .post
      (exchange.status, exchange.bytes) = random.chance(0.13) ? (401, 8_412) : (302, 0)
    case .gone: (exchange.status, exchange.bytes) = random.chance(0.5) ? (301, 0) : (404, 5_120)
    default:
      if random.chance(0.004) { (exchange.status, exchange.bytes) = (404, 5_120) }
      if random.chance(0.0008) { (exchange.status, exchange.bytes) = (502, 552) }
    }
  }
}
