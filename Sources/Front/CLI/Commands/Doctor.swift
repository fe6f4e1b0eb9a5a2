import Archive
import Foundation

/// `weir doctor`: what this machine has, which version, what for, and what is missing.
struct Doctor: Command {
  let name = "doctor"
  let sentence = "is everything this machine needs here: libraries, rules, engines, with versions"
  let operands = "[--json]"
  let options = [Option(name: "json", sentence: "one JSON object a line")]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.isEmpty else { throw UsageError("doctor takes no operands") }
    let findings = needs.map { ($0, $0.probe()) }
    for (need, version) in findings {
      Terminal.print(arguments.has("json") ? json(need, version) : line(need, version))
    }
    let missing = findings.filter { $0.0.required && $0.1 == nil }.map(\.0.package)
    guard !missing.isEmpty else { return .fine }
    Terminal.complain("missing: run `apt-get install \(missing.joined(separator: " "))`")
    return .found
  }

  private func line(_ need: Need, _ version: String?) -> String {
    let state = version.map { $0.isEmpty ? "here" : $0 } ?? (need.required ? "MISSING" : "not here")
    return [padded(need.name, 18), padded(state, 22), need.purpose + (version == nil ? " (\(need.package))" : "")]
      .joined()
  }

  private func json(_ need: Need, _ version: String?) -> String {
    var object: [String: Any] = [
      "name": need.name, "present": version != nil, "required": need.required, "purpose": need.purpose,
      "package": need.package,
    ]
    if let version { object["version"] = version }
    let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}

/// Something that Weir uses: how to find it and what it is for.
struct Need: Sendable {
  let name: String
  let purpose: String
  /// Debian's package.
  let package: String
  let required: Bool
  /// The version, empty where it tells none, nil where it is missing.
  let probe: @Sendable () -> String?
}

/// In reading order: what the main job needs, then what proofs and reports use when it is there.
let needs: [Need] = [
  library("vectorscan", "many patterns in one pass", "libvectorscan-dev", "libhs.so.5", version: "hs_version"),
  library("PCRE2", "single patterns", "libpcre2-dev", "libpcre2-8.so.0"),
  library("libmodsecurity", "judging payloads", "libmodsecurity-dev", "libmodsecurity.so.3"),
  library("ISA-L", "gzip", "libisal-dev", "libisal.so.2"),
  library("zstd", "zstd", "libzstd-dev", "libzstd.so.1", version: "ZSTD_versionString"),
  library("SQLite", "the journal", "libsqlite3-dev", "libsqlite3.so.0", version: "sqlite3_libversion"),
  library(
    "libmicrohttpd", "pages, API and pushes", "libmicrohttpd-dev", "libmicrohttpd.so.12", version: "MHD_get_version"),
  library("librdkafka", "Kafka", "librdkafka-dev", "librdkafka.so.1", version: "rd_kafka_version_str"),
  library("libcrypto", "digests", "libssl-dev", "libcrypto.so.3"),
  library("libargon2", "passwords", "libargon2-dev", "libargon2.so.1"),
  library("libssl", "syslog over TLS", "libssl-dev", "libssl.so.3"),
  library("libyaml", "authored content", "libyaml-dev", "libyaml-0.so.2", version: "yaml_get_version_string"),
  library(
    "libmaxminddb", "countries and networks of addresses", "libmaxminddb-dev", "libmaxminddb.so.0",
    version: "MMDB_lib_version"),
  Need(name: "Core Rule Set", purpose: "payload rules", package: "modsecurity-crs", required: true, probe: coreRuleSet),
  Need(
    name: "DuckDB", purpose: "the archive and its hunts", package: "run Scripts/setup", required: false, probe: duckDB),
  tool("nginx", "proofs and recordings in the real engine", "nginx", ["-v"]),
  tool("haproxy", "proofs in the real engine", "haproxy", ["-v"]),
  tool("varnishd", "proofs and recordings in the real engine", "varnish", ["-V"]),
  tool("nft", "proofs of packet rules", "nftables", ["--version"]),
  tool("tcpdump", "proofs of capture filters by libpcap", "tcpdump", ["--version"]),
  tool("gobgp", "proofs of FlowSpec announcements", "gobgpd", ["--version"]),
  tool("chromium", "pictures of reports, PDF", "chromium", ["--version"]),
]

private func library(_ name: String, _ purpose: String, _ package: String, _ file: String, version: String? = nil)
  -> Need
{
  Need(name: name, purpose: purpose, package: package, required: true) {
    guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else { return nil }
    guard let version, let symbol = dlsym(handle, version) else { return "" }
    typealias Version = @convention(c) () -> UnsafePointer<CChar>?
    let words = unsafeBitCast(symbol, to: Version.self)().map { String(cString: $0) } ?? ""
    return String(words.prefix { $0 != " " })
  }
}

private func tool(_ name: String, _ purpose: String, _ package: String, _ arguments: [String]) -> Need {
  Need(name: name, purpose: purpose, package: package, required: false) {
    guard let path = executable(name) else { return nil }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return "" }
    let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let version = words.firstMatch(of: /[0-9]+(\.[0-9]+)+/)
    return version.map { String($0.output.0) } ?? ""
  }
}

private func executable(_ name: String) -> String? {
  let folders =
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
  return folders.map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

@Sendable private func coreRuleSet() -> String? {
  let path = "/usr/share/modsecurity-crs/rules/REQUEST-901-INITIALIZATION.conf"
  guard let data = FileManager.default.contents(atPath: path) else { return nil }
  return String(decoding: data, as: UTF8.self).firstMatch(of: /ver\.([0-9]+\.[0-9]+\.[0-9]+)/).map {
    String($0.output.1)
  } ?? ""
}

@Sendable private func duckDB() -> String? {
  (try? DuckLibrary.get())?.version
}
