/// Request targets spliced from ordinary words and from what rules and signals look for, some of them escaped.
enum SplicedTargets {
  private static let words = [
    "red", "watches", "id", "7", "page", "2025.01", "a-b_c", "shop.example", "https:", "q", "x@y", "Null", "select",
    "union",
    "from users", "or 1", "1 or 2", "etc", "passwd", "wp-login.php", ".env", ".git", "admin", "sleep", "cat", "~root",
    "~",
    "php:", "input", "sqlmap", "jndi", "PHNjcmlwdD4", "aGVsbG8gd29ybGQ", "+ADw-", "lt", "&lt", "__proto__", "sess",
    "id;ls",
    "<b>", "\'", "(1)", "${x}", "..", "%0a", "wget http:", "exec", "cmd", "--", "0x41", "1e5", "AND", "é", "nbsp",
    "a.b.c",
  ]
  private static let joints = ["/", "/", "?", "&", "=", "=", "+", "%20", "-", ".", "//", "%2F", " ", "&&", "++", "%26"]

  /// The same targets each time.
  static func made(_ count: Int) -> [String] {
    var state: UInt64 = 42
    func pick(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % bound
    }
    return (0..<count).map { number in
      // Every second one keeps to the words and joints of ordinary traffic, which is what a screen is for.
      let (most, joined) = number % 2 == 0 ? (words.count, joints.count) : (24, 8)
      return (0..<1 + pick(6)).reduce("/") { target, _ in target + words[pick(most)] + joints[pick(joined)] }
    }
  }
}
