import CVectorscan
import Foundation
import Model
import Testing

@testable import Patterns

private func found(_ set: PatternSet, in text: String) -> Set<Int> {
  var places: Set<Int> = []
  Array(text.utf8).withUnsafeBufferPointer { PatternScratch(for: set).scan(set, $0) { places.insert($0) } }
  return places
}

@Test("all patterns that occur are found, whatever the case, each once") func occurrences() throws {
  let set = try PatternSet(["bot", "^curl/[0-9]", "x{3}"])
  #expect(found(set, in: "CURL/8 a BOT and a bot xxxx") == [0, 1, 2])
  #expect(found(set, in: "a curl/8") == [])
  #expect(found(set, in: "") == [])
}

@Test("a pattern that cannot be compiled is named") func refusal() {
  #expect { try PatternSet(["fine", "(?=look)ahead"]) } throws: { "\($0)".contains("(?=look)ahead") }
}

@Test("what was compiled once is used again only when whole and made from the very same patterns") func keeping() throws
{
  let folder = NSTemporaryDirectory() + "weir-patterns-\(UInt64.random(in: 0 ... .max))"
  try FileManager.default.createDirectory(
    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let expressions = (0..<200).map { PatternCompiler.Expression("word\($0)[a-z]+end", flags: 0, id: UInt32($0)) }
  let entry = try #require(PatternCache.Entry(expressions, folder: folder))
  #expect(entry.load() == nil)

  let database = try PatternCompiler.compile(expressions)
  defer { hs_free_database(database) }
  entry.store(database)
  let kept = try #require(entry.load())
  hs_free_database(kept)

  let file = folder + "/" + (try #require(FileManager.default.contentsOfDirectory(atPath: folder).first))
  let whole = try Data(contentsOf: URL(filePath: file))
  for broken in [whole.prefix(whole.count / 2), Data("other".utf8) + whole, whole.dropLast(200) + Data(count: 200)] {
    try Data(broken).write(to: URL(filePath: file))
    #expect(entry.load() == nil)
  }
  try whole.write(to: URL(filePath: file))
  chmod(file, 0o666)
  #expect(entry.load() == nil)
  #expect(PatternCache.Entry(Array(expressions.prefix(3)), folder: folder) == nil)
}
