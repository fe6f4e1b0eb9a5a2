/// What the signals' patterns ask of a text, found once: which literals, which kinds of bytes, and which family asks.
/// Immutable and shared by all workers.
struct SignalNeeds: Sendable {
  let requirements: [Requirement]
  let literals: LiteralScan
  /// Words of a set of signals.
  let width: Int
  /// By family, then by place: sets of signals.
  let ofFamily: [BitSet]
  let atPlace: [BitSet]

  init() throws(SignalError) {
    requirements = Signals.all.map { signal in
      PatternReader.need(of: signal.pattern).map(Requirement.init) ?? Requirement()
    }
    do throws(RuleSetError) {
      literals = try LiteralScan(requirements)
    } catch {
      throw SignalError(description: "the signals' literals: \(error)")
    }
    let all = Signals.all.indices
    width = (all.count + 63) / 64
    let counts = Signals.families.map(\.count)
    ofFamily = counts.indices.map { family in
      let first = counts[..<family].reduce(0, +)
      return all.reduce(into: BitSet(count: all.count)) { set, signal in
        if signal >= first, signal < first + counts[family] { set.insert(signal) }
      }
    }
    atPlace = PartPlace.allCases.map { place in
      all.reduce(into: BitSet(count: all.count)) { if Signals.all[$1].places.contains(place) { $0.insert($1) } }
    }
  }
}

/// Says, with one search for literals, which families of signals a text can hold at all; one per worker.
///
/// Never says no to a family that the text does hold: see `Need`. Cost: some 50 ns for a text of 60 bytes.
final class SignalScreen {
  private let hits: LiteralHits
  private let masks: MaskTable
  private let width: Int
  private let familyCount: Int
  private let ofFamily: UnsafeMutablePointer<UInt64>
  private let atPlace: UnsafeMutablePointer<UInt64>

  init(_ needs: SignalNeeds) {
    hits = LiteralHits(needs.literals)
    width = needs.width
    masks = MaskTable(needs.requirements, width: width)
    familyCount = needs.ofFamily.count
    ofFamily = Self.laid(needs.ofFamily)
    atPlace = Self.laid(needs.atPlace)
  }

  deinit {
    ofFamily.deallocate()
    atPlace.deallocate()
  }

  private static func laid(_ sets: [BitSet]) -> UnsafeMutablePointer<UInt64> {
    let words = sets.flatMap(\.words)
    let place = UnsafeMutablePointer<UInt64>.allocate(capacity: words.count)
    place.initialize(from: words, count: words.count)
    return place
  }

  /// The signals that mean something at a place.
  func signals(at place: PartPlace) -> UnsafePointer<UInt64> { UnsafePointer(atPlace + Int(place.rawValue) * width) }

  /// Whether no signal of any family can lie in the text, nor in a piece of it: needs ask for bytes and literals, and a
  /// piece has none that the whole has not.
  func isMute(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let mask = scan(text) else { return true }
    return !(0..<width).contains { possible($0, mask) != 0 }
  }

  /// The families as bits.
  func families(in text: UnsafeRawBufferPointer, at place: PartPlace) -> UInt32 {
    guard let mask = scan(text) else { return 0 }
    var families: UInt32 = 0
    let wanted = signals(at: place)
    for word in 0..<width {
      let asked = wanted[word] & possible(word, mask)
      if asked == 0 { continue }
      for family in 0..<familyCount where asked & ofFamily[family * width + word] != 0 { families |= 1 << family }
    }
    return families
  }

  /// Looks for the literals and returns the masks of the text's kinds of bytes; nil for an empty text.
  private func scan(_ text: UnsafeRawBufferPointer) -> UnsafeMutablePointer<UInt64>? {
    guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count > 0 else { return nil }
    hits.find(in: base, text.count)
    return masks.row(of: ByteClasses.of(base, text.count))
  }

  /// The signals of one word whose needs the scanned text fulfils.
  @inline(__always) private func possible(_ word: Int, _ mask: UnsafeMutablePointer<UInt64>) -> UInt64 {
    mask[word] & (mask[width + word] | hits.words[word]) & (mask[2 * width + word] | hits.words[width + word])
  }
}
