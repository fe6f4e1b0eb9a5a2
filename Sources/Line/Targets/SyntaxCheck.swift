import Foundation
import Model

/// The real tool that reads an artifact, and how the artifact is put before it.
package struct SyntaxCheck: Sendable {
  package enum Outcome: Sendable, Equatable {
    case fine(tool: String)
    case wrong(tool: String, words: String)
    /// The tool is not on this machine.
    case missing(tool: String)
  }

  let tool: String
  private let read: @Sendable (String) -> Outcome

  /// A reader in this process: its complaint, or nil.
  init(_ tool: String, reading: @escaping @Sendable (String) -> String?) {
    self.tool = tool
    read = { text in reading(text).map { .wrong(tool: tool, words: $0) } ?? .fine(tool: tool) }
  }

  /// A program; `whole` makes the file around the artifact. Arguments may hold `%DIR%` and `%FILE%`.
  init(
    _ tool: String, _ arguments: [String], file: String, alone: Bool = false,
    _ whole: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.tool = tool
    read = { text in Self.run(tool, arguments, file: file, alone: alone, whole(text)) }
  }

  /// Asks the tool; nothing is deployed or started.
  package func run(_ artifact: Artifact) -> Outcome { read(artifact.text) }

  /// Runs the tool in a folder of its own that is gone afterwards; `alone`, in a network namespace of its own too.
  private static func run(_ tool: String, _ arguments: [String], file: String, alone: Bool, _ text: String) -> Outcome {
    guard let path = Executable.path(of: tool) else { return .missing(tool: tool) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-check-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try text.write(to: folder.appending(path: file), atomically: false, encoding: .utf8)
      let words = arguments.map {
        $0.replacing("%DIR%", with: folder.path).replacing("%FILE%", with: folder.path + "/" + file)
      }
      // A user who is root only within a namespace may not send the kernel long lists: the true root stays what he is.
      let (status, output) =
        alone
        ? try Executable.run(Executable.path(of: "unshare") ?? "unshare", [getuid() == 0 ? "-n" : "-rn", path] + words)
        : try Executable.run(path, words)
      return status == 0 ? .fine(tool: tool) : .wrong(tool: tool, words: output)
    } catch { return .wrong(tool: tool, words: "\(error)") }
  }

  static let json = SyntaxCheck(
    "JSON",
    reading: { text in
      (try? JSONSerialization.jsonObject(with: Data(text.utf8))) == nil ? "not JSON" : nil
    })

  static let nginx = SyntaxCheck(
    "nginx", ["-t", "-q", "-p", "%DIR%", "-c", "%FILE%", "-g", "error_log stderr emerg;"], file: "nginx.conf"
  ) {
    NginxFrame.whole([$0], server: { _ in "listen unix:check.sock;" })
  }
}

/// A program on this machine.
package enum Executable {
  package static func path(of name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (folders + ["/usr/sbin", "/sbin"]).map { $0 + "/" + name }.first(where: FileManager.default.isExecutableFile)
  }

  /// Runs it to its end; the status, and what it wrote to both outputs.
  static func run(_ path: String, _ arguments: [String], input: String? = nil) throws -> (Int32, String) {
    let process = Process()
    let output = Pipe(), stdin = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    process.standardInput = input == nil ? FileHandle.nullDevice : stdin
    try process.run()
    if let input {
      try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try? stdin.fileHandleForWriting.close()
    }
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, words)
  }
}

/// A whole nginx configuration around artifacts, one server each; `return` in a location would come before any limit.
enum NginxFrame {
  static func whole(_ artifacts: [String], http: String = "", server: (Int) -> String) -> String {
    var head = "", servers = ""
    for (index, artifact) in artifacts.enumerated() {
      let parts = artifact.components(separatedBy: ": inside each server\n")
      head += parts[0] + "\n"
      servers +=
        "server { \(server(index)) location / { try_files /weir-none =204; }\n\(parts.count > 1 ? parts[1] : "")}\n"
    }
    return """
      daemon off; master_process off; pid nginx.pid; error_log stderr emerg;
      events { worker_connections 512; }
      http {
      access_log off; variables_hash_max_size 65536; map_hash_max_size 65536; map_hash_bucket_size 256;
      client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
      client_header_buffer_size 64k; large_client_header_buffers 8 64k;
      \(http)
      \(head)
      \(servers)
      }

      """
  }
}
