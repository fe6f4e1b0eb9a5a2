/// The words that pages, searches and referrers of the made-up shop consist of.
enum Words {
  static let goods = TextTable([
    "tents", "stoves", "boots", "jackets", "lamps", "ropes", "packs", "bottles", "maps", "gloves", "hats", "socks",
    "knives", "kayaks", "paddles", "helmets", "bikes", "skis", "poles", "hammocks", "blankets", "coolers", "grills",
    "filters", "whistles", "compasses", "goggles", "sandals", "shirts", "trousers", "belts", "wallets", "watches",
    "radios", "torches", "pumps", "mats", "pillows", "chairs", "tables",
  ])
  static let looks = TextTable([
    "light", "warm", "red", "blue", "green", "grey", "folding", "waterproof", "wool", "large", "small", "steel",
    "titanium", "bamboo", "leather", "cotton", "padded", "breathable", "insulated", "compact", "rugged",
  ])
  static let topics = TextTable([
    "how-to-choose", "ten-ideas", "care-and-repair", "what-we-learned", "best-places", "a-beginners-guide",
    "packing-list", "our-favourites", "winter-tips", "summer-tips", "questions-and-answers",
  ])
  static let information = TextTable([
    "about", "contact", "shipping", "returns", "imprint", "privacy", "jobs", "stores",
  ])
  static let scripts = TextTable([
    "vendor.51d0ce88.js", "shop.77ab0e12.js", "search.0b1f6ac3.js", "consent.d2e94410.js",
  ])
  /// Honest searches that hold quotes, keywords and signs of other trades.
  static let oddSearches = TextTable([
    "o%27neill+jacket", "select+a+gift+for+dad", "rope+8mm+%3C+20+%E2%82%AC", "union+jack+hat", "drop+shoulder+shirt",
    "boots+%26+socks", "5%27+x+7%27+mat", "table+or+chair", "100%25+wool", "script+font+wallet", "tent+%282+person%29",
    "lamp+--+red", "where+to+order", "c%2B%2B+t-shirt", "kids%27+bikes+and+helmets", "caf%C3%A9+table",
    "%22exact+size%22+boots", "1+%3D+1+free+socks", "etc.+outdoor", "bin+bags", "delete+from+wishlist", "%23winter",
    "price+%3E%3D+50", "alert+whistle", "cat+food+pets", "rock+%27n%27+roll+hat", "null+size", "admin+desk+lamp",
  ])
  static let referrers = TextTable([
    "https://www.google.com/", "https://www.google.com/", "https://www.google.com/", "https://www.bing.com/",
    "https://duckduckgo.com/", "https://www.facebook.com/", "https://www.reddit.com/", "https://t.co/Vd2kq0LmZx",
    "https://outdoor-forum.example/viewtopic.php?f=12&t=48211", "https://mail.google.com/",
  ])
  static let viralReferrers = TextTable([
    "https://news.ycombinator.com/", "https://www.reddit.com/", "https://t.co/9xTqPLs0aW", "https://bsky.app/",
  ])
}
