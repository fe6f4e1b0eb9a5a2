// swift-tools-version:6.2
import PackageDescription

// Every folder two levels under Sources/ is a room, and every room is one target. Arrows point one way: a room lists
// the rooms it may import, and the build refuses any other import (`make check`).

// A C library behind one module map and one shim header.
func library(_ name: String, pkgConfig: String, debian: String) -> Target {
  .systemLibrary(name: name, path: "Sources/Base/\(name)", pkgConfig: pkgConfig, providers: [.apt([debian])])
}

// Release builds trust that no room touches a variable twice at once, which the compiler proves for most and tests check
// for the rest: checking it again at run time costs a tenth of the time of an event.
func room(_ path: String, _ needs: [Target.Dependency] = [], name: String? = nil) -> Target {
  .target(
    name: name ?? String(path.split(separator: "/").last!), dependencies: needs, path: "Sources/\(path)",
    swiftSettings: [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))])
}

func tests(_ room: String, _ needs: [Target.Dependency] = []) -> Target {
  let golden = room == "Reports" ? ["Golden"] : []
  return .testTarget(
    name: "\(room)Tests", dependencies: [.target(name: room)] + needs, path: "Tests/\(room)Tests", exclude: golden)
}

let package = Package(
  name: "weir",
  targets: [
    // Base: the ground; knows no workflow.
    library("CVectorscan", pkgConfig: "libhs", debian: "libvectorscan-dev"),
    library("CPCRE2", pkgConfig: "libpcre2-8", debian: "libpcre2-dev"),
    library("CIsal", pkgConfig: "libisal", debian: "libisal-dev"),
    library("CZstd", pkgConfig: "libzstd", debian: "libzstd-dev"),
    // Byte searches for hot loops: a header of inline functions and no library.
    .systemLibrary(name: "CBytes", path: "Sources/Base/CBytes"),
    // Memory that is free goes back to the system: a header of glibc's.
    .systemLibrary(name: "CMalloc", path: "Sources/Base/CMalloc"),
    // Network namespaces and packet sockets of Linux.
    .target(name: "CNetwork", path: "Sources/Base/CNetwork"),
    // DuckDB's C API, loaded when it is first needed.
    .target(name: "CDuckDB", path: "Sources/Base/CDuckDB", linkerSettings: [.linkedLibrary("dl")]),
    library("CYAML", pkgConfig: "yaml-0.1", debian: "libyaml-dev"),
    // libmodsecurity's C++ behind a C door.
    .target(
      name: "CModSecurity", path: "Sources/Base/CModSecurity", linkerSettings: [.linkedLibrary("modsecurity")]),
    room("Base/Model"),
    tests("Model"),
    room("Base/Content", ["Model", "CYAML"]),
    tests("Content"),
    room("Base/Patterns", ["Model", "CVectorscan"]),
    tests("Patterns", ["Model", "CVectorscan"]),
    library("CMaxMind", pkgConfig: "libmaxminddb", debian: "libmaxminddb-dev"),
    room("Line/Enrich", ["Model", "Content", "Patterns", "CMaxMind"]),
    tests("Enrich", ["Model", "Content"]),
    room("Base/Conditions", ["Model", "Patterns", "CPCRE2", "CVectorscan"]),
    tests("Conditions", ["Model", "ConditionSamples"]),
    // Random conditions, and batches that meet them often.
    .target(name: "ConditionSamples", dependencies: ["Model"], path: "Tests/Support/ConditionSamples"),
    room("Base/Windows", ["Model"]),
    tests("Windows", ["Model"]),

    library("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
    library("CCrypto", pkgConfig: "libcrypto", debian: "libssl-dev"),
    room("Base/Records", ["Model", "CSQLite", "CCrypto", "CZstd"]),
    tests("Records", ["Model", "CSQLite", "records-writer"]),
    // Writes records until it is killed; the tests of Records start it and kill it.
    .executableTarget(name: "records-writer", dependencies: ["Records"], path: "Tests/Support/RecordsWriter"),

    room("Base/Flows", ["Model", "Packets"]),
    tests("Flows", ["Model", "Packets"]),
    room("Base/Routing", ["Model", "Packets"]),
    tests("Routing", ["Model", "Packets"]),
    room("Base/Packets", ["Model"]),
    tests("Packets", ["Model", "Samples"]),
    library("CTLS", pkgConfig: "libssl", debian: "libssl-dev"),
    library("CRdKafka", pkgConfig: "rdkafka", debian: "librdkafka-dev"),
    library("CMicroHTTPD", pkgConfig: "libmicrohttpd", debian: "libmicrohttpd-dev"),
    room("Base/Net", ["Model", "CMicroHTTPD", "CTLS"]),
    tests("Net", ["Model"]),

    room("Base/Samples", ["CIsal"]),
    tests("Samples"),

    // Line: the data path; these rooms never import each other.
    room("Line/Intake", ["Model", "Content", "Packets", "Flows", "Routing", "CBytes", "CIsal", "CZstd", "CPCRE2"]),
    tests("Intake", ["Model", "Content", "Packets", "Samples", "CBytes", "CIsal", "CZstd"]),
    room("Line/Receive", ["Model", "Net", "Records", "Packets", "Flows", "CNetwork", "CRdKafka"]),
    tests("Receive", ["Model", "Net", "Packets", "Flows", "Records", "CRdKafka", "CTLS"]),
    room("Line/Archive", ["Model", "Conditions", "Records", "CDuckDB"]),
    tests("Archive", ["Model", "Conditions", "ConditionSamples"]),
    room("Line/Detect", ["Model", "Content", "Conditions", "Packets", "Windows", "CBytes"]),
    tests("Detect", ["Model", "Content", "Conditions", "Windows"]),
    room("Line/Inspect", ["Model", "Content", "Conditions", "Patterns", "CModSecurity", "CVectorscan", "CPCRE2"]),
    tests("Inspect", ["Model", "Content", "Conditions", "CModSecurity"]),
    room("Line/Mitigate", ["Model", "Conditions"]),
    tests("Mitigate", ["Model", "Conditions"]),
    room("Line/Correlate", ["Model"]),
    tests("Correlate", ["Model"]),
    room("Line/Reports", ["Model"]),
    tests("Reports", ["Model", "Correlate"]),

    room("Line/Targets", ["Model", "Conditions", "CModSecurity", "CNetwork"]),
    tests("Targets", ["Model", "Conditions"]),

    // Desk: the people side.
    library("CArgon2", pkgConfig: "libargon2", debian: "libargon2-dev"),
    room("Desk/Access", ["Model", "Records", "CArgon2"]),
    tests("Access", ["Model", "Records"]),

    // Watch: the two loops; the only wing that knows all of Line.
    room(
      "Watch",
      [
        "Model", "Conditions", "Content", "Packets", "Records", "Archive", "Intake", "Enrich", "Inspect", "Detect",
        "Correlate",
        "Mitigate", "Targets", "CMalloc",
      ]),
    tests("Watch", ["Model", "Conditions", "Archive", "Intake", "Mitigate", "Records", "Samples", "floor-writer"]),
    // A floor that archives until it is killed; the tests of Watch start it and kill it.
    .executableTarget(
      name: "floor-writer", dependencies: ["Watch", "Conditions", "Archive", "Model"], path: "Tests/Support/FloorWriter"
    ),

    // Front: what people and programs talk to.
    room(
      "Front/API",
      [
        "Model", "Content", "Conditions", "Records", "Archive", "Net", "Intake", "Reports", "Watch", "Receive",
        "Access",
      ]),
    tests("API", ["Model", "Records", "Net", "Watch", "Access"]),
    .executableTarget(
      name: "weir",
      dependencies: [
        "Model", "Conditions", "Content", "Intake", "Enrich", "Inspect", "Detect", "Mitigate", "Reports", "Samples",
        "Watch", "Targets", "Records", "Archive", "Net", "Receive", "Access", "API", "CMalloc",
      ],
      path: "Sources/Front/CLI"),

    // Run with `make acceptance`: the corpus through the verbs, and a table.
    .executableTarget(
      name: "acceptance", dependencies: ["Model", "Content", "Enrich", "Inspect", "Watch"],
      path: "Sources/Front/Acceptance"),

    // Measured with `make bench`.
    .executableTarget(
      name: "bench", dependencies: ["Samples", "Model", "Conditions"], path: "Benchmarks", exclude: ["RESULTS.md"]),

    // The tree itself: rooms, arrows, lengths.
    .testTarget(name: "RollCallTests", path: "Tests/RollCallTests"),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
