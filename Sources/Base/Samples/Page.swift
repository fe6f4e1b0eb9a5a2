/// Something that can be asked for: a kind of page and which one of its kind.
struct Page: Equatable {
  enum Kind: UInt8 {
    case home, category, product, post, search, cart, addToCart, checkout, login, account, orders, information, gone
    case asset, favicon, feed, health, robotsText, sitemap, download
    case appHome, appProduct, appCart, appRefresh, stock
  }

  var kind: Kind
  var number: UInt32 = 0
  /// What a newsletter, an advertisement or a social network hung behind the address; 0 for nothing.
  var campaign: UInt32 = 0

  static let home = Page(kind: .home)

  static let products = 5_000
  static let posts = 300
  static let categories = 40

  /// Whether a page of this kind is HTML that loads styles, scripts and pictures.
  var loadsAssets: Bool { kind.rawValue <= Kind.gone.rawValue && kind != .addToCart }

  /// Size of the answer's body in bytes; the same page has about the same size every time.
  var size: Int {
    let traits = RandomSource.mix(UInt64(number) << 8 | UInt64(kind.rawValue))
    switch kind {
    case .asset: return 1_200 + Int(traits % 90_000)
    case .download: return 48_000_000
    case .favicon: return 1_150
    case .feed: return 38_211
    case .health: return 2
    case .robotsText: return 214
    case .sitemap: return 412_008
    case .appHome, .appProduct, .appCart, .appRefresh, .stock: return 300 + Int(traits % 6_000)
    case .addToCart: return 0
    default: return 9_000 + Int(traits % 60_000)
    }
  }

  var contentType: StaticString {
    switch kind {
    case .asset: [StaticString](["text/css", "application/javascript", "font/woff2", "image/webp"])[assetKind]
    case .favicon: "image/x-icon"
    case .feed: "application/atom+xml"
    case .health, .robotsText: "text/plain"
    case .sitemap: "application/xml"
    case .download: "application/zip"
    case .appHome, .appProduct, .appCart, .appRefresh, .stock: "application/json"
    default: "text/html"
    }
  }

  /// 0 style, 1 script, 2 font, 3 picture.
  var assetKind: Int { number & 0xff == 0 ? 0 : number & 0xff < 4 ? 1 : number & 0xff == 4 ? 2 : 3 }

  /// Whether the cache at the edge may answer.
  var cacheable: Bool {
    switch kind {
    case .asset, .favicon, .feed, .robotsText, .sitemap, .download: true
    default: false
    }
  }

  var isAPI: Bool { kind.rawValue >= Kind.appHome.rawValue }

  /// The `index`th thing that a page loads: one style, three scripts, a font, then pictures of its own.
  func asset(_ index: Int) -> Page {
    Page(kind: .asset, number: index < 5 ? UInt32(index) : (number << 8) | UInt32(5 + index % 200))
  }
}

extension ByteSink {
  /// Path and query of `page`, as a client sends them.
  mutating func putPath(_ page: Page) {
    let number = Int(page.number)
    switch page.kind {
    case .home: put("/")
    case .category:
      put("/category/")
      put(Words.goods[number % Words.goods.count])
      if number >= Page.categories {
        put("?page=")
        putNumber(number / Page.categories)
        put(number % 3 == 0 ? "&sort=price_asc" : "&sort=popular")
      }
    case .product:
      put("/product/")
      putNumber(10_000 + number)
      put(UInt8(ascii: "-"))
      put(Words.looks[number % Words.looks.count])
      put(UInt8(ascii: "-"))
      put(Words.goods[number % Words.goods.count])
    case .post:
      put("/blog/")
      put(Words.topics[number % Words.topics.count])
      put("-for-")
      put(Words.goods[number / 7 % Words.goods.count])
      put(UInt8(ascii: "-"))
      putNumber(number)
    case .search:
      put("/search?q=")
      putSearch(number)
      if number % 5 == 0 { put("&page=2") }
      if number % 7 == 0 { put("&filter=%7B%22color%22%3A%5B%22blue%22%5D%2C%22max%22%3A80%7D") }
    case .cart: put("/cart")
    case .addToCart: put("/cart/items")
    case .checkout: put("/checkout")
    case .login: put(number == 0 ? "/account/login" : "/account/login?next=%2Faccount%2Forders")
    case .account: put("/account")
    case .orders: put("/account/orders")
    case .information:
      put(UInt8(ascii: "/"))
      put(Words.information[number % Words.information.count])
    case .gone:
      put("/shop/item.php?id=")
      putNumber(number)
    case .asset: putAsset(page)
    case .favicon: put("/favicon.ico")
    case .feed: put("/feed.xml")
    case .health: put("/health")
    case .robotsText: put("/robots.txt")
    case .sitemap: put("/sitemap.xml")
    case .download: put("/files/catalogue-2026.zip")
    case .appHome: put("/api/v2/home")
    case .appProduct:
      put("/api/v2/products/")
      putNumber(10_000 + number)
    case .appCart: put("/api/v2/cart")
    case .appRefresh: put("/api/v2/auth/refresh")
    case .stock:
      put("/api/v2/stock?since=")
      putNumber(number)
    }
    if page.campaign != 0 { putCampaign(page) }
  }

  private mutating func putAsset(_ page: Page) {
    switch page.assetKind {
    case 0: put("/static/css/shop.9c41fe07.css")
    case 1:
      put("/static/js/")
      put(Words.scripts[Int(page.number & 3)])
    case 2: put("/static/fonts/inter-latin.woff2")
    default:
      put("/static/img/")
      putHex(RandomSource.mix(UInt64(page.number)), digits: 10)
      put(page.number % 3 == 0 ? "-w1200.webp" : "-w480.webp")
    }
  }

  /// What was typed into the search box; every ninth search is made of words that only look like something worse.
  private mutating func putSearch(_ number: Int) {
    if number % 9 == 4 {
      put(Words.oddSearches[number / 9 % Words.oddSearches.count])
      return
    }
    put(Words.looks[number % Words.looks.count])
    put(number % 2 == 0 ? "+" : "%20")
    put(Words.goods[number / 3 % Words.goods.count])
  }

  private mutating func putCampaign(_ page: Page) {
    let hasQuery = page.kind == .search || (page.kind == .category && page.number >= UInt32(Page.categories))
    put(hasQuery ? "&" : "?")
    switch page.campaign % 3 {
    case 0:
      put("utm_source=newsletter&utm_medium=email&utm_campaign=spring%20sale%20")
      putNumber(Int(page.campaign % 50))
    case 1:
      put("gclid=Cj0KCQ")
      putHex(RandomSource.mix(UInt64(page.campaign)), digits: 16)
      put("_wcB")
    default:
      put("fbclid=IwAR")
      putHex(RandomSource.mix(UInt64(page.campaign)), digits: 16)
      putHex(RandomSource.mix(UInt64(page.campaign) + 1), digits: 16)
    }
  }
}
