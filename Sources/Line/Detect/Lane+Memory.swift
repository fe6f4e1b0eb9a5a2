import Windows

// Which keys stay where there are too many.
extension DetectionLane {
  /// Gives back what has left every window, and where the rest is still too much, drops the keys silent for longest.
  /// Depends on the order of events alone.
  func sweep(at time: Int64) {
    untilSweep = sweepEvery
    // The earlier of two events far apart: one of them may have a wrong clock.
    let now = min(time, sweptAt)
    sweptAt = time
    guard now != .min else { return }
    let newest = slot(of: now)
    var held = 0
    table.forEachState { _, state in
      state.pointee.window.rest(at: newest)
      if now > state.pointee.last, apart(now, state.pointee.last) > episode { state.pointee.sources = nil }
      held += state.pointee.window.heldBytes + (state.pointee.sources?.heldBytes ?? 0)
    }
    suspects.measure()
    if held > byteLimit { makeRoom(at: time, keeping: table.count * (byteLimit / 2) / held) }
  }

  /// Drops keys that have been silent for an episode, and when more than `most` are left, the ones silent for longest that
  /// are no suspects. Depends on the order of events alone.
  func makeRoom(at now: Int64, keeping most: Int) {
    var allowed = max(detection.episode, detection.window.history)
    var kept = 0
    table.forEach { if isLive($0, now, allowed) { kept += 1 } }
    let live = kept
    while kept > most, allowed > 1 {
      allowed /= 2
      kept = 0
      table.forEach { if isLive($0, now, allowed) { kept += 1 } }
    }
    // Keys of one instant, as in a capture without times: age does not tell them apart, but how often they came.
    var least: UInt32 = 0
    while kept > most, least < 1 << 30 {
      least = least &* 2 &+ 1
      kept = 0
      table.forEach { if isLive($0, now, allowed), stands($0, above: least) { kept += 1 } }
    }
    statistics.evicted += live - kept
    table.rebuild { entry in
      if isLive(entry, now, allowed), stands(entry, above: least) { return true }
      if entry.state >= 0, table.states[Int(entry.state)].suspect >= 0 { release(table.states + Int(entry.state)) }
      return false
    }
  }

  private func stands(_ entry: KeyTable<State>.Entry, above least: UInt32) -> Bool {
    if least == 0 { return true }
    guard entry.state >= 0 else { return false }
    let state = table.states + Int(entry.state)
    return state.pointee.runCount > least || state.pointee.suspect >= 0
  }

  private func isLive(_ entry: KeyTable<State>.Entry, _ now: Int64, _ allowed: Int64) -> Bool {
    guard entry.state >= 0 else { return apart(now, entry.time) <= allowed }
    let state = table.states + Int(entry.state)
    let age = apart(now, state.pointee.last)
    return age <= allowed || state.pointee.suspect >= 0 && age <= detection.episode
  }
}
