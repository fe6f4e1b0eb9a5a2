import Synchronization

/// Something that takes a while to make, made when it is first asked for and then kept.
final class OnDemand<Room: Sendable>: Sendable {
  private let made = Mutex<Room?>(nil)
  private let make: @Sendable () throws -> Room

  init(_ make: @escaping @Sendable () throws -> Room) { self.make = make }

  /// The room; a failure to make it is told each time anew.
  func get() throws -> Room {
    try made.withLock { made in
      if let made { return made }
      let room = try make()
      made = room
      return room
    }
  }
}
