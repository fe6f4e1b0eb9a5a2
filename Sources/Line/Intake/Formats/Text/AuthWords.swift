import Model

/// What words about log-ins say, read over one text.
///
/// Products word it in hundreds of ways, but with few words: a noun of the log-in (login, password, credentials …) near
/// a word of failure (failed, invalid, denied …) or of success. Nearness is counted in words. Words inside paths and
/// URLs do not count: `/login?error=invalid` is something that a client asked for.
struct AuthReading: OptionSet {
  let rawValue: UInt8

  /// The text speaks of a log-in at all.
  static let login = AuthReading(rawValue: 1)
  static let failure = AuthReading(rawValue: 2)
  static let success = AuthReading(rawValue: 4)

  /// Reads `text`. Cost: some 8 ns a word.
  static func of(_ text: UnsafeBufferPointer<UInt8>) -> AuthReading {
    var reading = AuthReader()
    var words = WordScan(text)
    let vocabulary = AuthVocabulary.shared
    while let word = words.next() { reading.take(vocabulary.meaning(of: word)) }
    return reading.result
  }
}

/// What one word means to a log-in, as bits.
struct AuthMeaning: OptionSet {
  let rawValue: UInt16

  /// Speaks of a log-in by itself: login, password, authentication.
  static let noun = AuthMeaning(rawValue: 1)
  /// Who logs in: user, account, email.
  static let who = AuthMeaning(rawValue: 2)
  /// Failure wherever it stands near a noun: failed, invalid, denied.
  static let failure = AuthMeaning(rawValue: 4)
  /// Failure only right beside a noun: error, locked, expired, limited.
  static let weakFailure = AuthMeaning(rawValue: 8)
  static let success = AuthMeaning(rawValue: 16)
  /// Turns what follows round: not, no, cannot.
  static let not = AuthMeaning(rawValue: 32)
  /// With `not` before it a failure: found, exist, match, valid.
  static let positive = AuthMeaning(rawValue: 64)
  /// `in` and `on`, which make a log-in of log, logged, sign, signed.
  static let inWord = AuthMeaning(rawValue: 128)
  static let logWord = AuthMeaning(rawValue: 256)
  static let loggedWord = AuthMeaning(rawValue: 512)
  /// A thing that a log-in is made with, meant only beside a word of failure: token, code, session.
  static let means = AuthMeaning(rawValue: 1024)
  /// Who may enter, meant only beside such a thing: admin, api.
  static let role = AuthMeaning(rawValue: 2048)
  /// Behind `session` it is a log-in: start, opened, created.
  static let begin = AuthMeaning(rawValue: 4096)
}

/// Follows the words of a text and notes which kinds stand near each other.
private struct AuthReader {
  private(set) var result: AuthReading = []
  private var at = 0
  private var noun = -100, who = -100, failure = -100, weak = -100, success = -100, not = -100, log = -100,
    logged = -100
  private var means = -100, role = -100

  mutating func take(_ meaning: AuthMeaning) {
    at += 1
    if meaning.isEmpty { return }
    if meaning.contains(.inWord), at - log == 1 || at - logged == 1 {
      noun = at
      // "logged in" is a success by itself, "not logged in" is not, and "unable to log in" is a failure.
      if at - logged == 1, at - not > 3 { success = at }
      if at - log == 1, at - not <= 4 { failure = at }
    }
    if meaning.contains(.logWord) { log = at }
    if meaning.contains(.loggedWord) { logged = at }
    if meaning.contains(.noun) { noun = at }
    if meaning.contains(.who) { who = at }
    if meaning.contains(.means) { means = at }
    if meaning.contains(.role) { role = at }
    if meaning.contains(.begin), at - means <= 2 { noun = at }
    if meaning.contains(.not) { not = at }
    // "no errors" tells of none.
    if meaning.contains(.weakFailure), at - not != 1 { weak = at }
    if meaning.contains(.failure), at - not != 1 { failure = at }
    if meaning.contains(.success) {
      if at - not <= 2 { failure = at } else { success = at }
    }
    if meaning.contains(.positive), at - not <= 4 {
      failure = at
      // "user x was not found": the name stands between.
      if who > 0, at - who <= 6 { result.insert([.failure, .login]) }
    }
    judge()
  }

  private mutating func judge() {
    if noun > 0 { result.insert(.login) }
    let near = 10
    if failure > 0, noun > 0, abs(failure - noun) <= near { result.insert(.failure) }
    if failure > 0, who > 0, abs(failure - who) <= 3 { result.insert([.failure, .login]) }
    if weak > 0, noun > 0, abs(weak - noun) <= 6 { result.insert(.failure) }
    if weak > 0, who > 0, abs(weak - who) <= 2 { result.insert(.failure) }
    if failure > 0, means > 0, abs(failure - means) <= 2, who > 0 || noun > 0 || role > 0 {
      result.insert([.failure, .login])
    }
    if success > 0, noun > 0, abs(success - noun) <= near { result.insert(.success) }
  }
}

/// The words that matter, each with what it means.
final class AuthVocabulary: Sendable {
  static let shared = AuthVocabulary()

  private let keys: [UInt64]
  private let meanings: [UInt16]
  private static let slots = 1024

  private init() {
    var keys = [UInt64](repeating: 0, count: Self.slots)
    var meanings = [UInt16](repeating: 0, count: Self.slots)
    for (words, meaning) in Self.list {
      for word in words.split(separator: " ") {
        var scan = WordHash()
        for byte in word.utf8 { scan.add(byte) }
        var slot = scan.slot
        while keys[slot] != 0, keys[slot] != scan.value { slot = (slot + 1) & (Self.slots - 1) }
        keys[slot] = scan.value
        meanings[slot] |= meaning.rawValue
      }
    }
    self.keys = keys
    self.meanings = meanings
  }

  func meaning(of word: WordHash) -> AuthMeaning {
    var slot = word.slot
    while keys[slot] != 0 {
      if keys[slot] == word.value { return AuthMeaning(rawValue: meanings[slot]) }
      slot = (slot + 1) & (Self.slots - 1)
    }
    return []
  }

  /// English first; the few words of other languages that servers with translated messages write.
  private static let list: [(String, AuthMeaning)] = [
    (
      "login logins logon signin authentication authenticate authenticating authenticated auth authn password passwords "
        + "passwd passphrase credentials credential passcode 2fa mfa totp otp sso ldap pam bruteforce "
        + "anmeldung anmelden passwort kennwort connexion identification inicio contrasena contraseña autenticación senha accesso "
        + "wachtwoord",
      .noun
    ),
    (
      "user username users userid account accounts email identifier identity benutzer benutzername utilisateur usuario utente "
        + "gebruiker", .who
    ),
    (
      "failed fail fails failure failures failing invalid incorrect incorrectly wrong bad denied rejected refused "
        + "unauthorized unauthorised unsuccessful unsuccessfully mismatch mismatched illegal nonexistent unknown "
        + "fehlgeschlagen fehlgeschlagener fehlerhafter fehlerhaft falsch falsches ungueltig echec echoue invalide incorrecte "
        + "mislukte mislukt fallido fallo incorrecta incorrecto falhou fallito échec Échec échoué ungültig ungültige ungültiges "
        + "inválido inválida", .failure
    ),
    (
      "error errors locked lockout disabled expired limited limit throttled blocked banned forbidden exceeded attempts",
      .weakFailure
    ),
    (
      "accepted successful successfully succeeded success succeed granted opened erfolgreich reussie exitoso réussie",
      .success
    ),
    ("not no cannot couldn didn doesn isn wasn unable non nicht kein", .not),
    (
      "found exist exists match matched valid correct authorized authenticated recognized known verified verify retrieve such "
        + "login authenticate validate", .positive
    ),
    ("in on", .inWord),
    ("log sign signed logging", .logWord),
    ("logged", .loggedWord),
    ("token code session key secret captcha", .means),
    ("start started opened created begin", .begin),
    ("admin administrator root api access", .role),
    ("unauthenticated", [.noun, .failure]),
    ("wrongpass wrongpassword badpass badpassword wronguser authfail loginfail", [.noun, .failure]),
  ]
}

/// A word while it is read: its folded bytes as one number, hardly ever the same for two words.
struct WordHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always) mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  var slot: Int { Int(truncatingIfNeeded: value >> 32) & 1023 }
}

/// The words of a text: runs of letters and digits, folded, a new one at `aB`; paths and URLs are passed over.
struct WordScan {
  private let text: UnsafeBufferPointer<UInt8>
  private var p = 0
  private let end: Int

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    end = text.count
  }

  mutating func next() -> WordHash? {
    while p < end {
      let byte = text[p]
      if byte == 0x2f, isPathStart() {
        skipPath()
      } else if isLetterOrDigit(byte) {
        let start = p
        let word = word()
        // Numbers and parts of addresses do not stand between two words.
        if text[start..<p].contains(where: { ($0 | 0x20) &- 0x61 < 26 || $0 >= 0x80 }) { return word }
      } else {
        p += 1
      }
    }
    return nil
  }

  private mutating func word() -> WordHash {
    var hash = WordHash()
    var previousIsLower = false
    while p < end, isLetterOrDigit(text[p]) {
      let byte = text[p]
      let isUpper = byte &- 0x41 < 26
      if isUpper, previousIsLower { break }
      previousIsLower = byte &- 0x61 < 26
      hash.add(foldedByte(byte))
      p += 1
    }
    return hash
  }

  private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80
  }

  /// A slash that begins a path or goes on with a URL, not one between two words (`user/password`).
  private func isPathStart() -> Bool {
    if p == 0 { return true }
    let before = text[p - 1]
    return before <= 0x20 || before == 0x22 || before == 0x27 || before == 0x3a || before == 0x2f || before == 0x3d
      || before == 0x28 || before == 0x5b || before == 0x7c
  }

  private mutating func skipPath() {
    while p < end, text[p] > 0x20, text[p] != 0x22, text[p] != 0x27, text[p] != 0x29, text[p] != 0x5d, text[p] != 0x7c {
      p += 1
    }
  }
}
