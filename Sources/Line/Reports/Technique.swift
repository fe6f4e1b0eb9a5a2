/// An ATT&CK technique met at the edge: its id, name and tactic.
///
/// Source: MITRE ATT&CK Enterprise, names as published; an id that is not listed is shown without a name.
struct Technique: Sendable {
  let id: String
  let name: String
  let tactic: String

  static func named(_ id: String) -> Technique? { byID[id.uppercased()] }

  /// `T1110.004 Credential Stuffing`, or the bare id.
  static func label(_ id: String) -> String { named(id).map { "\($0.id) \($0.name)" } ?? id }

  private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  static let all: [Technique] = [
    Technique(id: "T1595", name: "Active Scanning", tactic: "Reconnaissance"),
    Technique(id: "T1595.001", name: "Scanning IP Blocks", tactic: "Reconnaissance"),
    Technique(id: "T1595.002", name: "Vulnerability Scanning", tactic: "Reconnaissance"),
    Technique(id: "T1595.003", name: "Wordlist Scanning", tactic: "Reconnaissance"),
    Technique(id: "T1592", name: "Gather Victim Host Information", tactic: "Reconnaissance"),
    Technique(id: "T1592.002", name: "Software", tactic: "Reconnaissance"),
    Technique(id: "T1589", name: "Gather Victim Identity Information", tactic: "Reconnaissance"),
    Technique(id: "T1589.001", name: "Credentials", tactic: "Reconnaissance"),
    Technique(id: "T1590", name: "Gather Victim Network Information", tactic: "Reconnaissance"),
    Technique(id: "T1593", name: "Search Open Websites/Domains", tactic: "Reconnaissance"),
    Technique(id: "T1594", name: "Search Victim-Owned Websites", tactic: "Reconnaissance"),
    Technique(id: "T1583.005", name: "Botnet", tactic: "Resource Development"),
    Technique(id: "T1584.005", name: "Botnet", tactic: "Resource Development"),
    Technique(id: "T1190", name: "Exploit Public-Facing Application", tactic: "Initial Access"),
    Technique(id: "T1133", name: "External Remote Services", tactic: "Initial Access"),
    Technique(id: "T1189", name: "Drive-by Compromise", tactic: "Initial Access"),
    Technique(id: "T1078", name: "Valid Accounts", tactic: "Initial Access"),
    Technique(id: "T1078.004", name: "Cloud Accounts", tactic: "Initial Access"),
    Technique(id: "T1059", name: "Command and Scripting Interpreter", tactic: "Execution"),
    Technique(id: "T1059.004", name: "Unix Shell", tactic: "Execution"),
    Technique(id: "T1059.007", name: "JavaScript", tactic: "Execution"),
    Technique(id: "T1203", name: "Exploitation for Client Execution", tactic: "Execution"),
    Technique(id: "T1505.003", name: "Web Shell", tactic: "Persistence"),
    Technique(id: "T1136", name: "Create Account", tactic: "Persistence"),
    Technique(id: "T1036", name: "Masquerading", tactic: "Defense Evasion"),
    Technique(id: "T1036.005", name: "Match Legitimate Resource Name or Location", tactic: "Defense Evasion"),
    Technique(id: "T1110", name: "Brute Force", tactic: "Credential Access"),
    Technique(id: "T1110.001", name: "Password Guessing", tactic: "Credential Access"),
    Technique(id: "T1110.002", name: "Password Cracking", tactic: "Credential Access"),
    Technique(id: "T1110.003", name: "Password Spraying", tactic: "Credential Access"),
    Technique(id: "T1110.004", name: "Credential Stuffing", tactic: "Credential Access"),
    Technique(id: "T1539", name: "Steal Web Session Cookie", tactic: "Credential Access"),
    Technique(id: "T1552", name: "Unsecured Credentials", tactic: "Credential Access"),
    Technique(id: "T1552.001", name: "Credentials In Files", tactic: "Credential Access"),
    Technique(id: "T1552.005", name: "Cloud Instance Metadata API", tactic: "Credential Access"),
    Technique(id: "T1046", name: "Network Service Discovery", tactic: "Discovery"),
    Technique(id: "T1083", name: "File and Directory Discovery", tactic: "Discovery"),
    Technique(id: "T1087", name: "Account Discovery", tactic: "Discovery"),
    Technique(id: "T1119", name: "Automated Collection", tactic: "Collection"),
    Technique(id: "T1213", name: "Data from Information Repositories", tactic: "Collection"),
    Technique(id: "T1530", name: "Data from Cloud Storage", tactic: "Collection"),
    Technique(id: "T1071", name: "Application Layer Protocol", tactic: "Command and Control"),
    Technique(id: "T1071.001", name: "Web Protocols", tactic: "Command and Control"),
    Technique(id: "T1071.004", name: "DNS", tactic: "Command and Control"),
    Technique(id: "T1090", name: "Proxy", tactic: "Command and Control"),
    Technique(id: "T1090.002", name: "External Proxy", tactic: "Command and Control"),
    Technique(id: "T1105", name: "Ingress Tool Transfer", tactic: "Command and Control"),
    Technique(id: "T1572", name: "Protocol Tunneling", tactic: "Command and Control"),
    Technique(id: "T1048", name: "Exfiltration Over Alternative Protocol", tactic: "Exfiltration"),
    Technique(id: "T1567", name: "Exfiltration Over Web Service", tactic: "Exfiltration"),
    Technique(id: "T1498", name: "Network Denial of Service", tactic: "Impact"),
    Technique(id: "T1498.001", name: "Direct Network Flood", tactic: "Impact"),
    Technique(id: "T1498.002", name: "Reflection Amplification", tactic: "Impact"),
    Technique(id: "T1499", name: "Endpoint Denial of Service", tactic: "Impact"),
    Technique(id: "T1499.001", name: "OS Exhaustion Flood", tactic: "Impact"),
    Technique(id: "T1499.002", name: "Service Exhaustion Flood", tactic: "Impact"),
    Technique(id: "T1499.003", name: "Application Exhaustion Flood", tactic: "Impact"),
    Technique(id: "T1499.004", name: "Application or System Exploitation", tactic: "Impact"),
    Technique(id: "T1496", name: "Resource Hijacking", tactic: "Impact"),
    Technique(id: "T1657", name: "Financial Theft", tactic: "Impact"),
  ]
}

extension Technique {
  /// As an OCSF `attack` object; a sub-technique stands beside its parent.
  static func ocsf(_ id: String) -> JSONValue {
    let parts = id.split(separator: ".", maxSplits: 1).map(String.init)
    let parent = parts.first ?? id
    return .sparse([
      ("technique", object(parent)),
      ("sub_technique", parts.count > 1 ? object(id) : .null),
      ("tactic", named(id).map { .object([("name", .text($0.tactic))]) } ?? .null),
    ])
  }

  private static func object(_ id: String) -> JSONValue {
    .sparse([("uid", .text(id)), ("name", .optional(named(id)?.name))])
  }
}
