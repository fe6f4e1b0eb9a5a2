/// XML entities, LDAP filters, header and mail injection, server-side requests.
extension Signals {
  static let xmlEntities: [Signal] = [
    Signal(
      "xxe-entity", .lfi, 60,
      #"<!\s*entity\b|<!entity|%\w+;\s*\]>|<!doctype[^>\[]*\[|<!\s*(element|attlist|notation)\b"#,
      "an XML entity or document type is defined"),
    Signal(
      "xxe-external", .lfi, 60,
      #"<!doctype\s+(\w+:)?\w+\s+(system\b|public\s+["'][^"']*["']\s+["'](https?|file|ftp|php|expect|gopher|jar|netdoc|//|/))"#,
      "an external document type"),
    Signal(
      "xxe-include", .lfi, 55,
      #"<\s*xi:include|xmlns:xi\s*=|<\s*xs:(include|import|redefine)\b|\bxinclude\b|<\s*include\s[^>]*xinclude"#,
      "an XML inclusion"),
    Signal(
      "xxe-schema", .lfi, 50, #"schemalocation\s*=\s*["'][^"']*(https?|ftp|file)://"#,
      in: PartPlaces(.value, .document), "an XML schema from elsewhere"),
    Signal(
      "xxe-declaration", .lfi, 30, #"<\?xml\b[^>]*(\?>|$)"#, in: PartPlaces(.value, .path, .cookie, .name),
      "an XML document where a value belongs"),
    Signal(
      "xxe-system", .lfi, 45, #"\b(system|public)\s+["'][^"']*["']\s*["'>\]]"#, in: PartPlaces(.value, .path),
      "an external XML identifier"),
    Signal(
      "xxe-encoding", .lfi, 40, #"encoding\s*=\s*["']?(utf-7|utf-16(be|le)?|ibm037|cp037|ucs-?[24])|\+adw|\+afs"#,
      "an encoding chosen to hide markup"),
    Signal(
      "xslt-function", .rce, 60,
      #"\b(php:function|document\s*\(\s*['"]|xsl:(value-of|include|import|template|variable)|msxsl:script|unparsed-text\s*\(|system-property\s*\(|rt:exec|xalan:)"#,
      "XSLT that reads files or runs code"),
    Signal(
      "xpath-injection", .sqli, 50,
      #"['"\])]\s*(or|and|\|)\s*[\w/()*@'"]+\s*(=|\[|\()[^\n]*(text\(\)|name\(|position\(|count\(|string-length|substring|node\(|//|\bor\b)|\]\s*\|\s*/{1,2}|/\*\[|\bcount\s*\(\s*/|\bstring-length\s*\(|/(user|parent|child|descendant|ancestor|following|node)\w*(::|\[)|\b(parent|child|ancestor|descendant|following-sibling)::"#,
      in: PartPlaces(.value, .cookie), "an XPath condition"),
  ]

  static let directoryInjection: [Signal] = [
    Signal(
      "ldap-filter", .protocol, 60,
      #"[*)\w]\s*\)\s*\(?\s*[|&!]\s*[()]|\(\s*[|&!]\s*\(\s*[!&|]?\s*\(?\s*\w+\s*[~<>]?=|\)\s*\(\s*\w+\s*[~<>]?=|\*\s*\)\s*\(|\*\s*\)\s*\)|\)\s*[!|&]\s*\(\s*\w+\s*=|\*\(\|\(|^\(?\w+=\*\)?$|\)\(\||\)\(&|\(\w+=\*\)"#,
      in: PartPlaces(.value, .cookie, .path), "an LDAP filter"),
    Signal(
      "ldap-rule", .protocol, 60,
      #":(\d+\.){3,}\d+:=|\bobjectclass\s*=\s*\*?|\b(userpassword|samaccountname|cn|uid|ou|dc)\s*=\s*[^,\s]+,\s*(cn|ou|dc|o)\s*=[^,]+,\s*(dc|o|ou)="#,
      in: PartPlaces(.value, .path, .cookie), "an LDAP attribute or matching rule"),
  ]

  static let headerInjection: [Signal] = [
    Signal(
      "crlf-header", .protocol, 60,
      #"[\r\n]\s*(set-cookie2?|location|content-(type|length|encoding|disposition|security-policy)|http/\d|refresh|access-control-\w+|transfer-encoding|x-xss-protection|x-forwarded-\w+|host|connection|link|status|injected\w*|x-\w{2,})\s*[:/=]"#,
      in: PartPlaces(.value, .name, .path, .cookie, .userAgent, .referer), "a line break and a header of the answer"),
    Signal(
      "crlf-in-target", .protocol, 35, #"[\r\n]+[^\s]"#, in: PartPlaces(.path, .referer, .userAgent),
      "a line break where none can be"),
    Signal(
      "crlf-in-header", .protocol, 50, #"(\r\n?|\n|%0[ad])[\w-]{2,}\s*:"#,
      in: PartPlaces(.header, .userAgent, .referer, .cookie), "a line break in a header, and another header"),
    Signal("crlf-encoded", .protocol, 40, #"%0[ad]\s*[\w-]{3,}\s*:"#, "an encoded line break before a header"),
    Signal(
      "crlf-request", .protocol, 60,
      #"[\r\n\s]+(get|post|head|put|delete|options|connect|patch|trace)\s+(/|https?:)\S*\s+http/\d|^(get|post|head|put|options)\s+\S+\s+http/\d"#,
      in: PartPlaces(.value, .name, .path, .cookie, .userAgent, .document, .header),
      "a request hides inside the request"),
    Signal(
      "mail-command", .protocol, 55,
      #"[\r\n]+\s*(rcpt\s+to\s*:|mail\s+from\s*:|data\s*[\r\n]|quit\s*($|[\r\n])|ehlo\s|helo\s|vrfy\s|expn\s|noop\b|rset\b|starttls|auth\s+(plain|login)|user\s+\w+[\r\n]|pass\s|stat\s*[\r\n]|retr\s+\d|dele\s+\d|top\s+\d|uidl\b|bcc\s*:|a?\w{0,4}\d{1,4}\s+(capability|fetch|login|select|examine|list|lsub|logout|search|store|delete|append|authenticate|status|uid|copy|create|rename|subscribe|noop|starttls|check|close|expunge|getquota|setacl|getacl)\b|\w{1,8}\s+uid\s+(store|copy|fetch|search)|\w{1,8}\s+(store|fetch|copy|append)\s+\d)"#,
      in: PartPlaces(.value, .name, .path, .cookie), "a mail server's command on a line of its own"),
    Signal(
      "mail-header", .protocol, 42,
      #"[\r\n]+\s*(bcc|cc|to|from|subject|reply-to|mime-version|content-transfer-encoding|x-mailer)\s*:\s*\S|%0a(b?cc|to|subject)\s*:"#,
      in: PartPlaces(.value, .name, .path), "a mail header on a line of its own"),
  ]

  static let requestForgery: [Signal] = [
    Signal(
      "ssrf-internal", .rfi, 55,
      #"\b(https?|ftp|gopher|dict|tftp|ldaps?|sftp|netdoc|wss?|telnet|smb|file)\s*:\s*[/\\]{1,3}([^/@\s]*@)?(localhost\b|localtest\.me|127\.|0\.0\.0\.0|0/|0x[0-9a-f]{2,8}|\d{8,10}([/:?]|$)|169\.254\.|10\.\d{1,3}\.\d{1,3}\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[[0-9a-f:.]*\]|0177\.|::1|0\d{2,5}\.0|\d{1,3}\.\d{5,9}([/:?]|$)|\d{1,3}\.\d{1,3}\.\d{4,5}([/:?]|$)|[^/\s]*\xe2\x91[\xa0-\xbf]|ip6-|kubernetes\.default|[\w.-]*\.(docker|containers)\.internal|metadata\b|instance-data|[\w.-]*\.(internal|local|localdomain|lan|intranet|corp)\b|[\w.-]*\.?(nip|xip|sslip)\.io|spoofed\.|kubernetes\.|consul\b|vcap\.|100\.100\.100\.200|192\.0\.0\.192|[\w.-]*lvh\.me|0x[0-9a-f]+\.)"#,
      in: PartPlaces(.value, .name, .path, .cookie, .header, .document), "a URL that leads inside the network"),
    Signal(
      "ssrf-metadata", .rfi, 60,
      #"169\.254\.169\.254|metadata\.google\.internal|/latest/(meta-data|user-data|dynamic)|/computemetadata/v1|/metadata/(instance|v1)|\b(localhost|localhost\.localdomain|localhost[46](\.localdomain[46])?|ip6-(localhost|loopback)|[\w.]+\.(docker|containers)\.internal|kubernetes\.default[\w.]*|localtest\.me|lvh\.me)/"#,
      in: PartPlaces(.value, .name, .document, .cookie, .header), "the address of cloud metadata or the server itself"),
    Signal(
      "ssrf-scheme", .rfi, 55,
      #"^\s*(url:)?\s*(gopher|dict|tftp|ldaps?|netdoc|jar|sftp|rmi|imaps?|pop3|smtp|smb|vnc|ssh2?|cifs|rtsp|mailto:\S*@\S*%0|view-source|php|unix|tcp|udp|ogg|mysql)\s*:\s*/{2}|\bgopher:/|\bdict://|\bunix:a{6,}|\bunix:[^\s]*\|"#,
      in: PartPlaces(.value, .name, .cookie, .header, .document), "a URL scheme that reaches other services"),
    Signal(
      "rfi-script", .rfi, 45,
      #"^(https?|ftps?)://[^\s?#]{3,}\.(txt|php\d?|asp|jsp|sh|pl|py|inc|dtd|xsl|ser|class|jar|exe|ps1|hta|bin)\?*(%00|\x00|&|$)"#,
      in: PartPlaces(.value, .cookie), "a script is fetched from another server"),
    Signal(
      "rfi-address", .rfi, 35,
      #"^\W{0,3}(https?|ftps?)://(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?[0-9a-f]{1,4}(:[0-9a-f]{0,4}){3,7}\]?)([:/?]|$)"#,
      in: PartPlaces(.value, .document, .cookie), "a URL with a bare address"),
    Signal(
      "rfi-question", .rfi, 25, #"^(https?|ftps?)://[^\s?]{3,}\?+$"#, in: PartPlaces(.value),
      "a URL that ends in a question mark to cut off what follows"),
    Signal(
      "rfi-test-host", .scanner, 60,
      #"\b(burpcollaborator\.net|oast(ify)?\.(com|me|fun|live|online|pro|site|us)|interact\.sh|interactsh|dnslog\.(cn|pw)|ceye\.io|bxss\.(me|in)|xss\.(ht|report|rocks)|requestrepo\.com|canarytokens\.\w+|webhook\.site|requestbin|dnsbin|dns\.su18|eyes\.sh|callback\.red|dig\.pm|burpcol\w*|evil\.(com|org|net)|attacker\.\w{2,6}|rfi\.nessus|r57\.gen|pingb\.in|ssrf\.\w+|tssrt|log4j2?\.(cloud|binaryedge)|exfil|pwned?\.\w{2,4}|hacker\.(com|site)|rhainfosec|xsshunter)\b"#,
      in: PartPlaces(.value, .name, .path, .cookie, .header, .userAgent, .referer, .document),
      "a host that only security tests use"),
    Signal(
      "open-redirect-slashes", .rfi, 38,
      #"^(/[\\/\t]{1,3}|\\{1,3}/?|[/\\]{3,}|https?:(\\|/?[^/]))[\w.-]{3,}(\.\w{2,12}|@)"#, in: PartPlaces(.value),
      "a redirect target in disguise"),
    Signal(
      "open-redirect-path", .rfi, 45, #"^/{2,}[\w.-]{3,}\.\w{2,10}/(%2f|\.\.|%2e)|^/\\[\w.-]+\.\w+|/\.\.;?/https?:"#,
      in: .path, "the path redirects to another site"),
  ]
}
