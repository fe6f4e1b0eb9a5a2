/// What an attack is made of, as a person counts it and as something can answer it.
enum AttackUnit: Sendable {
  case request, packet
  /// A line of a web application's own log, of a failed log-in say.
  case event
  /// The same of a service that speaks no HTTP.
  case session
  /// A frame that carries no IP: it never leaves its own network segment.
  case frame

  var noun: String {
    switch self {
    case .request: "request"
    case .packet: "packet"
    case .event, .session: "event"
    case .frame: "frame"
    }
  }

  /// Whether a client can be asked who it is: that needs a browser, or a program in its place, which waits for an answer.
  var canBeAsked: Bool { self == .request || self == .event }

  /// IPv4 and IPv6. Source: IEEE 802 numbers, IANA.
  static let ipTypes: Set<String> = ["2048", "34525"]

  /// Programs whose log-ins no web page can stand before, as they name themselves in logs.
  static let withoutHTTP: Set<String> = [
    "asterisk", "dovecot", "dropbear", "exim", "exim4", "ftp", "imap", "mariadbd", "mysqld", "named", "openvpn", "pop3",
    "postfix", "postgres", "proftpd", "pure-ftpd", "rdp", "sendmail", "smbd", "smtp", "ssh", "sshd", "vsftpd", "xrdp",
  ]
}
