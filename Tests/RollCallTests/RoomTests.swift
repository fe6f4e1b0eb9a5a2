import Foundation
import Testing

@Test("every folder two levels under Sources is a declared room, and every declared room has its folder")
func roomsAreFolders() throws {
  let declared = Set(try DeclaredRoom.all().map(\.path))
  #expect(try Tree.rooms() == declared)
}

@Test("the ground knows no workflow: rooms of Base need rooms of Base only")
func baseStandsAlone() throws {
  let rooms = try DeclaredRoom.all()
  let base = Set(rooms.filter { $0.wing == "Base" }.map(\.name))
  for room in rooms where room.wing == "Base" {
    #expect(room.needs.allSatisfy(base.contains), "\(room.path) needs \(room.needs)")
  }
}

@Test("rooms of the data path do not know each other, nor who watches them", arguments: ["Line", "Desk"])
func roomsOfOneWingAreStrangers(wing: String) throws {
  let rooms = try DeclaredRoom.all()
  // The desk's rooms share one acquaintance: who the customer is.
  let allowed = Set(rooms.filter { $0.wing == "Base" }.map(\.name)).union(wing == "Desk" ? ["Customers"] : [])
  for room in rooms where room.wing == wing {
    #expect(room.needs.allSatisfy(allowed.contains), "\(room.path) needs \(room.needs)")
  }
}

@Test("a source file holds one idea: none is longer than 400 lines")
func filesAreShort() throws {
  let files = Tree.files(under: "Sources", suffix: ".swift")
  #expect(!files.isEmpty)
  for file in files {
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 400, "\(file.lastPathComponent) has \(lines.count) lines")
  }
}

@Test("every test folder is a declared target, and every declared target has its folder")
func testFoldersAreTargets() throws {
  let manifest = try String(contentsOf: Tree.root.appending(path: "Package.swift"), encoding: .utf8)
  let declared = Set(manifest.matches(of: /tests\("([A-Za-z0-9]+)"/).map { "\($0.1)Tests" }).union(["RollCallTests"])
  let folders = Set(
    try Tree.folders(in: Tree.root.appending(path: "Tests")).map(\.lastPathComponent).filter { $0.hasSuffix("Tests") })
  #expect(folders == declared)
}
