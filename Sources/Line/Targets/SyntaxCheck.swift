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
  ///
  /// Input and output are files without a name: a pipe could be held open by another child, and then nobody would see its
  /// end. Waits by `waitpid`, so that it may be called on any thread, also in a namespace of its own.
  static func run(_ path: String, _ arguments: [String], input: String? = nil) throws -> (Int32, String) {
    let (stdin, output) = (try scratchFile(holding: input ?? ""), try scratchFile(holding: ""))
    defer {
      close(stdin)
      close(output)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (file, place) in [(stdin, Int32(0)), (output, 1), (output, 2)] {
      posix_spawn_file_actions_adddup2(&actions, file, place)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, path, &actions, nil, &words, environ)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let handle = FileHandle(fileDescriptor: output, closeOnDealloc: false)
    try handle.seek(toOffset: 0)
    let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    // The exit status, or the signal that ended it as a shell tells it.
    return (status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, text)
  }

  /// A file that is gone when it is closed, open at its beginning.
  private static func scratchFile(holding text: String) throws -> Int32 {
    var name = Array((NSTemporaryDirectory() + "/weir-XXXXXX").utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    unlink(name)
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.seek(toOffset: 0)
    return file
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
