/// How many distinct values were seen within the last slots of time: exact up to a limit, an estimate beyond.
///
/// The exact part is a small open-addressing set that keeps, for each value, the latest slot it was seen in; past the
/// limit each slot gets a HyperLogLog of its own, and the window's count is that of their union (the slotted form of
/// Chabchoub and Hébrail 2010). Merging takes the later slot of each value, so any cut of the events gives the same set.
package struct SlidingDistinct: Sendable {
  struct Member: Sendable {
    var hash: UInt64
    var slot: Int64
  }

  /// Slots a window reaches back over, the newest included.
  package static let slots: Int64 = 9
  static let reckonEvery: Int32 = 256
  /// Values kept exactly.
  package static let exactLimit = 512

  /// The only value so far, kept without a table: most keys of a spoofed flood never show another.
  var only = Member(hash: 0, slot: 0)
  var members: [Member] = []
  var used: Int32 = 0
  /// Values the sketches saw since their union was last reckoned.
  var unreckoned: Int32 = 0
  var newest = Int64.min
  var sketches: [SlottedSketch]?
  /// The value seen last if that was in the newest slot, so that a repetition costs two comparisons.
  var lastHash: UInt64 = 0
  /// Members in the window, and the newest slot for which that was counted.
  var live = 0
  var liveAt = Int64.min

  struct SlottedSketch: Sendable {
    var slot: Int64
    var sketch: HyperLogLog
  }

  package init() {}

  package var isEstimate: Bool { sketches != nil }

  package mutating func observe(_ value: UInt64, slot: Int64) {
    let hash = value == 0 ? 1 : value
    if hash == lastHash, slot == newest { return }
    lastHash = slot >= newest ? hash : 0
    if slot > newest || newest &- slot > Self.slots * 64 {
      if slot < newest { forget() }
      newest = slot
    } else if newest &- slot >= Self.slots {
      return
    }
    if sketches != nil { observeSketch(hash, slot) } else { insert(hash, slot) }
  }

  /// Distinct values in the window that ends with the newest slot.
  ///
  /// Cost: a comparison while no slot has passed, else a walk over the members or sketches; an estimate is reckoned anew
  /// after every 256 values, since a union costs some microseconds.
  package mutating func count() -> Int {
    if let sketches {
      if liveAt == newest, unreckoned < Self.reckonEvery { return live }
      var union = HyperLogLog()
      for sketch in sketches where newest - sketch.slot < Self.slots { union.merge(sketch.sketch) }
      live = union.estimate
      liveAt = newest
      unreckoned = 0
      return live
    }
    if liveAt != newest {
      live = members.isEmpty ? (isLive(only) ? 1 : 0) : members.reduce(0) { $0 + (isLive($1) ? 1 : 0) }
      liveAt = newest
    }
    return live
  }

  package mutating func merge(_ other: SlidingDistinct) {
    guard other.newest != .min else { return }
    newest = max(newest, other.newest)
    if let theirs = other.sketches {
      becomeSketch()
      for entry in theirs where newest - entry.slot < Self.slots { mergeSketch(entry) }
    }
    for member in other.values where member.hash != 0 && newest - member.slot < Self.slots {
      if sketches != nil { observeSketch(member.hash, member.slot) } else { insert(member.hash, member.slot) }
    }
    lastHash = 0
    liveAt = .min
  }

  /// Gives back everything where the window that ends with `slot` holds nothing of it any more. An event that comes so
  /// late that its own window would have held something is counted as the first.
  package mutating func rest(at slot: Int64) {
    if newest != .min, slot &- newest >= Self.slots { forget() }
  }

  package var heldBytes: Int {
    members.count * MemoryLayout<Member>.stride
      + (sketches?.count ?? 0) * (HyperLogLog.size + MemoryLayout<SlottedSketch>.stride)
  }

  // MARK: the exact set

  private func isLive(_ member: Member) -> Bool { member.hash != 0 && newest - member.slot < Self.slots }

  private mutating func insert(_ hash: UInt64, _ slot: Int64) {
    if members.isEmpty, takeOnly(hash, slot) { return }
    let mask = members.count - 1
    var at = Int(truncatingIfNeeded: hash) & mask
    while members[at].hash != 0 {
      if members[at].hash == hash {
        guard members[at].slot < slot else { return }
        if !isLive(members[at]) { live += 1 }
        members[at].slot = slot
        return
      }
      at = (at + 1) & mask
    }
    members[at] = Member(hash: hash, slot: slot)
    used += 1
    live += 1
    if Int(used) * 4 > members.count * 3 { rebuild() }
  }

  /// Keeps the value without a table where it is the only one; else makes the table with what there was.
  private mutating func takeOnly(_ hash: UInt64, _ slot: Int64) -> Bool {
    if only.hash == 0 || only.hash == hash {
      if only.hash == 0 || !isLive(only) { live += 1 }
      if only.hash == 0 || only.slot < slot { only = Member(hash: hash, slot: slot) }
      return true
    }
    members = Array(repeating: Member(hash: 0, slot: 0), count: 8)
    members[Int(truncatingIfNeeded: only.hash) & 7] = only
    used = 1
    only = Member(hash: 0, slot: 0)
    return false
  }

  private var values: [Member] { members.isEmpty && only.hash != 0 ? [only] : members }

  /// Drops what left the window and doubles the table where that was not enough.
  private mutating func rebuild() {
    let live = members.filter(isLive)
    if live.count > Self.exactLimit {
      members = live
      becomeSketch()
      return
    }
    var size = 8
    while live.count * 2 > size { size *= 2 }
    members = Array(repeating: Member(hash: 0, slot: 0), count: size)
    used = Int32(live.count)
    for member in live {
      var at = Int(truncatingIfNeeded: member.hash) & (size - 1)
      while members[at].hash != 0 { at = (at + 1) & (size - 1) }
      members[at] = member
    }
  }

  private mutating func forget() {
    only = Member(hash: 0, slot: 0)
    members = []
    used = 0
    live = 0
    lastHash = 0
    sketches = nil
  }

  // MARK: the sketches

  private mutating func becomeSketch() {
    guard sketches == nil else { return }
    sketches = []
    liveAt = .min
    let old = values
    only = Member(hash: 0, slot: 0)
    members = []
    used = 0
    for member in old where isLive(member) { observeSketch(member.hash, member.slot) }
  }

  private mutating func observeSketch(_ hash: UInt64, _ slot: Int64) {
    let at = sketchIndex(slot)
    sketches![at].sketch.observe(hash)
    unreckoned += 1
  }

  private mutating func mergeSketch(_ entry: SlottedSketch) {
    let at = sketchIndex(entry.slot)
    sketches![at].sketch.merge(entry.sketch)
  }

  private mutating func sketchIndex(_ slot: Int64) -> Int {
    if let at = sketches!.firstIndex(where: { $0.slot == slot }) { return at }
    sketches!.removeAll { newest - $0.slot >= Self.slots }
    sketches!.append(SlottedSketch(slot: slot, sketch: HyperLogLog()))
    return sketches!.count - 1
  }
}
