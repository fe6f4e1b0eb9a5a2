import Foundation
import Model

/// A web server of our own that listens on Unix sockets in a folder of its own: no port is taken, nobody else can ask it.
///
/// Each request goes over a connection of its own behind a line of the PROXY protocol, which carries the recorded client.
final class ServerSession: EngineSession {
  private let name: String
  private let folder: URL
  private var process: ChildProcess?
  /// The socket of an artifact, and the port that the PROXY line says was asked for.
  private let route: (Int) -> (socket: String, port: Int)

  /// `arguments` may hold `%DIR%`; `files` are written into the folder first.
  init(
    _ name: String, program: String, _ arguments: [String], files: [String: String],
    route: @escaping (Int) -> (String, Int)
  ) throws(EngineError) {
    self.name = name
    folder = URL(filePath: "/tmp/weir-\(UUID().uuidString.prefix(13))")
    let folder = folder
    self.route = { place in
      let (socket, port) = route(place)
      return (folder.path + "/" + socket, port)
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (file, text) in files {
        try text.replacing("%DIR%", with: folder.path)
          .write(to: folder.appending(path: file), atomically: false, encoding: .utf8)
      }
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw EngineError(engine: name, words: "its folder could not be made: \(error.localizedDescription)")
    }
    process = ChildProcess(
      program, arguments.map { $0.replacing("%DIR%", with: folder.path) }, output: folder.path + "/output")
    guard process != nil else {
      try? FileManager.default.removeItem(at: folder)
      throw EngineError(engine: name, words: "\(program) could not be started")
    }
    try awaitSocket()
  }

  deinit { stop() }

  /// Waits until the engine answers, half a minute at most: long rules take it a while to compile.
  private func awaitSocket() throws(EngineError) {
    let path = route(0).socket
    for _ in 0..<3000 {
      guard process?.isRunning == true else { break }
      if let connection = UnixConnection(path) {
        connection.close()
        return
      }
      usleep(10_000)
    }
    let words = (try? String(contentsOf: folder.appending(path: "output"), encoding: .utf8)) ?? ""
    stop()
    throw EngineError(engine: name, words: words.isEmpty ? "did not begin to listen" : words)
  }

  func ask(_ artifact: Int, _ batch: EventBatch, rows: [Int], asked: Set<EventField>) throws(EngineError)
    -> [EngineVerdict]
  {
    let (socket, port) = route(artifact)
    var verdicts: [EngineVerdict] = []
    for row in rows {
      do throws(RecordedRequest.Unplayable) {
        let request = try RecordedRequest(batch, row, asked: asked)
        guard let status = UnixConnection(socket)?.status(of: Self.proxied(request, port: port)) else {
          verdicts.append(.refused(status: 0))
          continue
        }
        verdicts.append(status == 403 ? .stopped : [200, 204].contains(status) ? .passed : .refused(status: status))
      } catch { verdicts.append(.unplayable(error.why)) }
    }
    guard process?.isRunning == true else { throw EngineError(engine: name, words: "ended while it was asked") }
    return verdicts
  }

  private static func proxied(_ request: RecordedRequest, port: Int) -> [UInt8] {
    let line =
      request.source.isV4
      ? "PROXY TCP4 \(request.source) 192.0.2.254 \(request.port) \(port)\r\n"
      : "PROXY TCP6 \(request.source) 2001:db8::fe \(request.port) \(port)\r\n"
    return Array(line.utf8) + request.bytes
  }

  func stop() {
    guard let child = process else { return }
    process = nil
    child.end()
    try? FileManager.default.removeItem(at: folder)
  }
}
