extension EventField {
  /// Name, type, unit, aliases and one sentence of this field.
  package var spec: FieldSpec { Self.specs[Int(rawValue)] }

  private static let specs: [FieldSpec] = allCases.map { $0.declaration }

  /// Whether its cells are texts, lists and maps among them: asked for each row, where copying a spec would cost.
  package var isText: Bool { Self.texts[place] }
  /// Whether its cells are plain numbers.
  package var isInt: Bool { Self.ints[place] }

  private static let texts = specs.map { [.text, .list, .map].contains($0.type) }
  private static let ints = specs.map { $0.type == .int }

  private var declaration: FieldSpec {
    switch self {
    case .time:
      FieldSpec(
        name: "event.time", type: .time, unit: "ns since 1970 UTC", sigma: ["date", "time"],
        logpush: ["EdgeStartTimestamp", "Datetime", "Timestamp"], ocsf: "time",
        sentence: "When the request reached the edge, or the logged thing happened.")
    case .eventClass:
      FieldSpec(
        name: "event.class", type: .keyword(Self.eventClasses), ocsf: "class_uid",
        sentence: "What kind of event this is.")
    case .weight:
      FieldSpec(
        name: "event.weight", type: .int, unit: "events",
        sentence: "How many events this one stands for in a sampled source; absent means one.")
    case .ipSource:
      FieldSpec(
        name: "ip.src", type: .ip, sigma: ["c-ip", "src_ip"], logpush: ["ClientIP", "SourceIP"],
        ocsf: "src_endpoint.ip",
        sentence: "Address of the client.")
    case .sourcePort:
      FieldSpec(
        name: "tcp.srcport", type: .int, sigma: ["src_port"], logpush: ["ClientSrcPort", "ClientPort"],
        ocsf: "src_endpoint.port", sentence: "Port of the client.")
    case .sourceASN:
      FieldSpec(
        name: "ip.src.asnum", type: .int, aliases: ["ip.geoip.asnum"], logpush: ["ClientASN", "ClientAsn"],
        ocsf: "src_endpoint.autonomous_system.number", sentence: "Autonomous system of the client's address.")
    case .sourceASName:
      FieldSpec(
        name: "ip.src.asname", type: .text, logpush: ["ClientASNDescription"],
        ocsf: "src_endpoint.autonomous_system.name", sentence: "Name of the client's autonomous system.")
    case .sourceCountry:
      FieldSpec(
        name: "ip.src.country", type: .text, aliases: ["ip.geoip.country"], logpush: ["ClientCountry"],
        ocsf: "src_endpoint.location.country",
        sentence: "Country of the client's address, ISO 3166 alpha-2, upper case.")
    case .sourceCity:
      FieldSpec(
        name: "ip.src.city", type: .text, logpush: ["ClientCity"], ocsf: "src_endpoint.location.city",
        sentence: "City of the client's address.")
    case .sourceClass:
      FieldSpec(
        name: "ip.src.class", type: .text, logpush: ["ClientIPClass"],
        sentence: "What the vendor calls the address (badHost, searchEngine, tor and so on).")
    case .deviceType:
      FieldSpec(
        name: "http.device_type", type: .text, logpush: ["ClientDeviceType"],
        sentence: "Kind of device, as the vendor guessed it.")
    case .method:
      FieldSpec(
        name: "http.request.method", type: .text, sigma: ["cs-method"], logpush: ["ClientRequestMethod"],
        ocsf: "http_request.http_method", sentence: "Method, as sent.")
    case .scheme:
      FieldSpec(
        name: "http.request.scheme", type: .text, logpush: ["ClientRequestScheme"], ocsf: "http_request.url.scheme",
        sentence: "`http` or `https`.")
    case .host:
      FieldSpec(
        name: "http.host", type: .text, sigma: ["cs-host", "r-dns"], logpush: ["ClientRequestHost"],
        ocsf: "http_request.url.hostname", sentence: "Host the client asked for.")
    case .uri:
      FieldSpec(
        name: "http.request.uri", type: .text, aliases: ["raw.http.request.uri"], sigma: ["c-uri", "cs-uri"],
        logpush: ["ClientRequestURI"], ocsf: "http_request.url.url_string",
        sentence: "Path and query as sent, percent-encoding kept.")
    case .path:
      FieldSpec(
        name: "http.request.uri.path", type: .text, aliases: ["raw.http.request.uri.path"],
        sigma: ["cs-uri-stem", "c-uri-stem"], logpush: ["ClientRequestPath"], ocsf: "http_request.url.path",
        sentence: "Path as sent, without the query.")
    case .query:
      FieldSpec(
        name: "http.request.uri.query", type: .text, aliases: ["raw.http.request.uri.query"],
        sigma: ["cs-uri-query", "c-uri-query"], logpush: ["ClientRequestQuery"], ocsf: "http_request.url.query_string",
        sentence: "Query as sent, without the question mark.")
    case .version:
      FieldSpec(
        name: "http.request.version", type: .text, sigma: ["cs-version"], logpush: ["ClientRequestProtocol"],
        ocsf: "http_request.version", sentence: "Protocol version, for example `HTTP/1.1`.")
    case .userAgent:
      FieldSpec(
        name: "http.user_agent", type: .text, sigma: ["cs-user-agent", "c-useragent"],
        logpush: ["ClientRequestUserAgent"], ocsf: "http_request.user_agent", sentence: "User-Agent header.")
    case .referer:
      FieldSpec(
        name: "http.referer", type: .text, sigma: ["cs-referer", "cs-referrer"], logpush: ["ClientRequestReferer"],
        ocsf: "http_request.referrer", sentence: "Referer header.")
    case .cookie:
      FieldSpec(
        name: "http.cookie", type: .text, sigma: ["cs-cookie"], sentence: "Cookie header.")
    case .forwardedFor:
      FieldSpec(
        name: "http.x_forwarded_for", type: .text, ocsf: "http_request.x_forwarded_for",
        sentence: "X-Forwarded-For header.")
    case .contentType:
      FieldSpec(
        name: "http.request.body.mime", type: .text, sentence: "Content-Type of the request.")
    case .headers:
      FieldSpec(
        name: "http.request.headers", type: .map, logpush: ["RequestHeaders"],
        sentence: "Request headers that were logged beyond those with a field of their own.")
    case .body:
      FieldSpec(
        name: "http.request.body.raw", type: .text, sentence: "Request body, where it is logged.")
    case .requestBytes:
      FieldSpec(
        name: "http.request.bytes", type: .int, unit: "bytes", sigma: ["cs-bytes"], logpush: ["ClientRequestBytes"],
        ocsf: "traffic.bytes_in", sentence: "Size of the request, headers and body.")
    case .account:
      FieldSpec(
        name: "auth.account", type: .text, sigma: ["cs-username", "username"], logpush: ["FraudUserID"],
        ocsf: "actor.user.name", sentence: "Account that the client used or tried.")
    case .status:
      FieldSpec(
        name: "http.response.code", type: .int, sigma: ["sc-status"], logpush: ["EdgeResponseStatus"],
        ocsf: "http_response.code", sentence: "Status code sent to the client.")
    case .responseBytes:
      FieldSpec(
        name: "http.response.bytes", type: .int, unit: "bytes", sigma: ["sc-bytes"], logpush: ["EdgeResponseBytes"],
        ocsf: "traffic.bytes_out", sentence: "Size of the answer, headers and body.")
    case .responseBodyBytes:
      FieldSpec(
        name: "http.response.body_bytes", type: .int, unit: "bytes", logpush: ["EdgeResponseBodyBytes"],
        ocsf: "http_response.length", sentence: "Size of the answer's body.")
    case .responseType:
      FieldSpec(
        name: "http.response.content_type.media_type", type: .text, logpush: ["EdgeResponseContentType"],
        ocsf: "http_response.content_type", sentence: "Content-Type of the answer.")
    case .duration:
      FieldSpec(
        name: "http.response.duration_us", type: .int, unit: "µs", sigma: ["time-taken"],
        ocsf: "http_response.latency", sentence: "From the request's arrival to the end of the answer.")
    case .serverIP:
      FieldSpec(
        name: "cf.edge.server_ip", type: .text, sigma: ["s-ip", "dst_ip"], logpush: ["EdgeServerIP"],
        ocsf: "dst_endpoint.ip", sentence: "Address of the server that answered.")
    case .serverName:
      FieldSpec(
        name: "edge.server.name", type: .text, sigma: ["s-computername", "s-sitename"], ocsf: "dst_endpoint.hostname",
        sentence: "Name of the machine, site or front end that answered.")
    case .ray:
      FieldSpec(
        name: "cf.ray_id", type: .text, logpush: ["RayID"], ocsf: "http_request.uid",
        sentence: "The vendor's id of the request.")
    case .colo:
      FieldSpec(
        name: "cf.colo.name", type: .text, logpush: ["EdgeColoCode", "ColoCode"], ocsf: "dst_endpoint.zone",
        sentence: "Data centre that answered, IATA code or the vendor's name.")
    case .zone:
      FieldSpec(
        name: "cf.zone.name", type: .text, logpush: ["ZoneName"], sentence: "The customer's zone or service.")
    case .cacheStatus:
      FieldSpec(
        name: "cf.cache_status", type: .text, logpush: ["CacheCacheStatus"],
        sentence: "What the cache did with the request, lower case.")
    case .originStatus:
      FieldSpec(
        name: "cf.origin.response_code", type: .int, logpush: ["OriginResponseStatus"],
        sentence: "Status code of the origin; 0 where it was not asked.")
    case .originDuration:
      FieldSpec(
        name: "cf.timings.origin_ttfb_msec", type: .int, unit: "ms", logpush: ["OriginResponseDurationMs"],
        sentence: "How long the origin took.")
    case .clientRTT:
      FieldSpec(
        name: "cf.timings.client_tcp_rtt_msec", type: .int, unit: "ms", logpush: ["ClientTCPRTTMs"],
        sentence: "Round-trip time to the client.")
    case .tlsVersion:
      FieldSpec(
        name: "cf.tls_version", type: .text, logpush: ["ClientSSLProtocol"], ocsf: "tls.version",
        sentence: "TLS version of the client's connection, `none` without TLS.")
    case .tlsCipher:
      FieldSpec(
        name: "cf.tls_cipher", type: .text, logpush: ["ClientSSLCipher"], ocsf: "tls.cipher",
        sentence: "Cipher of the client's connection.")
    case .ja3:
      FieldSpec(
        name: "cf.bot_management.ja3_hash", type: .text, logpush: ["JA3Hash"], ocsf: "tls.ja3_hash.value",
        sentence: "JA3 fingerprint of the client's TLS hello.")
    case .ja4:
      FieldSpec(
        name: "cf.bot_management.ja4", type: .text, logpush: ["JA4"], ocsf: "ja4_fingerprint_list.value",
        sentence: "JA4 fingerprint of the client's TLS hello.")
    case .botScore:
      FieldSpec(
        name: "cf.bot_management.score", type: .int, unit: "1 (automated) to 99 (human)", logpush: ["BotScore"],
        sentence: "The vendor's bot score.")
    case .botSource:
      FieldSpec(
        name: "cf.bot_management.source", type: .text, logpush: ["BotScoreSrc"],
        sentence: "Which engine gave the bot score.")
    case .botTags:
      FieldSpec(
        name: "cf.bot_management.tags", type: .list, logpush: ["BotTags"], sentence: "The vendor's bot tags.")
    case .verifiedBot:
      FieldSpec(
        name: "cf.verified_bot_category", type: .text, logpush: ["VerifiedBotCategory"],
        sentence: "Category of a robot that the vendor verified.")
    case .wafScore:
      FieldSpec(
        name: "cf.waf.score", type: .int, unit: "1 (attack) to 99 (clean)", logpush: ["WAFAttackScore"],
        sentence: "The vendor's attack score.")
    case .wafSQLi:
      FieldSpec(
        name: "cf.waf.score.sqli", type: .int, unit: "1 (attack) to 99 (clean)", logpush: ["WAFSQLiAttackScore"],
        sentence: "The vendor's SQL injection score.")
    case .wafXSS:
      FieldSpec(
        name: "cf.waf.score.xss", type: .int, unit: "1 (attack) to 99 (clean)", logpush: ["WAFXSSAttackScore"],
        sentence: "The vendor's cross-site scripting score.")
    case .wafRCE:
      FieldSpec(
        name: "cf.waf.score.rce", type: .int, unit: "1 (attack) to 99 (clean)", logpush: ["WAFRCEAttackScore"],
        sentence: "The vendor's code execution score.")
    case .leakedCredentials:
      FieldSpec(
        name: "cf.waf.credential_check", type: .text, logpush: ["LeakedCredentialCheckResult"],
        sentence: "Whether the credentials were found in a leak.")
    case .action:
      FieldSpec(
        name: "security.action", type: .text, logpush: ["SecurityAction", "Action", "WAFAction"], ocsf: "disposition",
        sentence: "What the security product did in the end, lower case.")
    case .actions:
      FieldSpec(
        name: "security.actions", type: .list, logpush: ["SecurityActions", "FirewallMatchesActions"],
        sentence: "What each matching rule did.")
    case .ruleID:
      FieldSpec(
        name: "security.rule.id", type: .text, logpush: ["SecurityRuleID", "RuleID", "WAFRuleID"],
        ocsf: "firewall_rule.uid", sentence: "The rule that decided.")
    case .ruleIDs:
      FieldSpec(
        name: "security.rule.ids", type: .list, logpush: ["SecurityRuleIDs", "FirewallMatchesRuleIDs"],
        sentence: "All rules that matched.")
    case .ruleName:
      FieldSpec(
        name: "security.rule.name", type: .text, logpush: ["SecurityRuleDescription", "Description", "WAFRuleMessage"],
        ocsf: "firewall_rule.name", sentence: "Words of the rule that decided.")
    case .ruleRef:
      FieldSpec(
        name: "security.rule.ref", type: .text, logpush: ["Ref"], sentence: "The customer's own label of the rule.")
    case .securitySource:
      FieldSpec(
        name: "security.source", type: .text, logpush: ["Source"], sentence: "Which product matched, lower case.")
    case .securitySources:
      FieldSpec(
        name: "security.sources", type: .list, logpush: ["SecuritySources", "FirewallMatchesSources"],
        sentence: "Which product matched, per rule.")
    case .ruleMessage:
      FieldSpec(
        name: "security.message", type: .text, ocsf: "firewall_rule.match_details",
        sentence: "What the security product said about the match.")
    case .ruleScore:
      FieldSpec(
        name: "security.score", type: .int, sentence: "Anomaly score that the security product logged.")
    case .authOutcome:
      FieldSpec(
        name: "auth.outcome", type: .keyword(Self.authOutcomes), ocsf: "status_id",
        sentence: "Whether a log-in worked, where the log says so itself.")
    case .service:
      FieldSpec(
        name: "event.service", type: .text, ocsf: "metadata.product.name",
        sentence: "Program or product that wrote the line.")
    case .message:
      FieldSpec(
        name: "event.message", type: .text, ocsf: "message", sentence: "Free text of the line.")
    case .logLevel:
      FieldSpec(
        name: "event.level", type: .text, ocsf: "severity", sentence: "The log's own level, lower case.")
    case .ipDestination, .ipProtocol, .ipProtocolNumber, .destinationPort, .udpSourcePort, .udpDestinationPort,
      .tcpFlags, .tcpWindow, .ipLength, .ipTTL, .ipFragmentOffset, .ipMoreFragments, .ipv6Extensions, .tunnel,
      .tunnelSource, .tunnelDestination, .etherType, .flowStart, .exporter, .icmpType,
      .icmpCode, .payloadBytes, .amplifier, .flowPackets, .flowBytes, .flowEnd, .dnsName, .dnsDomain, .dnsType,
      .dnsCode, .dnsIsResponse, .dnsAnswers, .tlsName, .tlsALPN, .tlsAlert, .routeKind, .routePrefix, .routeOrigin,
      .routePath, .routeValidity:
      packetSpec
    case .agentClass:
      FieldSpec(
        name: "client.class", type: .keyword(Self.agentClasses),
        sentence: "What the user agent says it is.")
    case .robot:
      FieldSpec(
        name: "client.robot", type: .keyword(Self.robotStates),
        sentence: "Whether a robot's name fits its address: verified, impostor, or claimed where no ranges are known.")
    case .pathNormal:
      FieldSpec(
        name: "http.request.uri.path.normal", type: .text,
        sentence: "Path with encodings undone and dot segments resolved.")
    case .queryNormal:
      FieldSpec(
        name: "http.request.uri.query.normal", type: .text, aliases: [],
        sentence: "Query with encodings undone.")
    case .addressLists:
      FieldSpec(
        name: "ip.src.lists", type: .list, sentence: "Names of the address lists that hold the client's address.")
    case .payloadVerdict:
      FieldSpec(
        name: "payload.verdict", type: .keyword(Self.verdicts), sentence: "Weir's own word on the request's payload.")
    case .payloadScore:
      FieldSpec(
        name: "payload.score", type: .int, unit: "0 to 100", sentence: "How sure Weir is that the payload is an attack."
      )
    case .payloadClasses:
      FieldSpec(
        name: "payload.classes", type: .list, sentence: "Attack classes of the payload.")
    case .payloadRules:
      FieldSpec(
        name: "payload.rules", type: .list, sentence: "Core Rule Set rules that matched.")
    case .crsScore:
      FieldSpec(
        name: "payload.crs.score", type: .int, sentence: "Anomaly score of the Core Rule Set alone.")
    case .sigmaRules:
      FieldSpec(
        name: "sigma.rules", type: .list, sentence: "Sigma rules that matched.")
    }
  }
}
