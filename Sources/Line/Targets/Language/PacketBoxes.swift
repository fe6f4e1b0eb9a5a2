import Conditions
import Model

/// A condition as boxes, one of which must hold the packet: what packet filters without brackets can say.
struct PacketBoxes: Sendable {
  let boxes: [PacketBox]

  static let limit = 1000

  /// Errors: every comparison that no packet filter can make, and a condition that falls into too many boxes.
  init(_ condition: Condition) throws(Refusals) {
    var reader = Reader()
    var found: [PacketBox] = []
    for isV4 in [true, false] { found += reader.read(condition, true, isV4) }
    if reader.isTooLarge || found.count > Self.limit {
      reader.reasons.append(.init(part: "the condition", why: "it falls into more than \(Self.limit) rules"))
    }
    guard reader.reasons.isEmpty else { throw Refusals(reader.reasons) }
    boxes = found
  }

  /// The networks as sources.
  init(_ networks: [AddressNetwork]) {
    let ranges = AddressRanges(networks)
    boxes = [true, false].compactMap { isV4 in
      var box = PacketBox(isV4: isV4)
      box.source = box.source.intersection(ranges)
      return box.source.isEmpty ? nil : box
    }
  }

  static let note =
    "of a packet in fragments, the later ones carry no ports and no flags: rules that ask for them let those pass"

  private struct Reader {
    var reasons: [Refusal.Reason] = []
    var isTooLarge = false

    mutating func read(_ condition: Condition, _ truth: Bool, _ isV4: Bool) -> [PacketBox] {
      if isTooLarge { return [] }
      switch condition {
      case .not(let part): return read(part, !truth, isV4)
      case .and(let parts): return truth ? all(parts, truth, isV4) : any(parts, truth, isV4)
      case .or(let parts): return truth ? any(parts, truth, isV4) : all(parts, truth, isV4)
      case .xor(let parts): return odd(parts, truth, isV4)
      case .test(let test):
        do throws(Refusals) { return try PacketTest(test).boxes(truth, isV4) } catch {
          for reason in error.reasons where !reasons.contains(reason) { reasons.append(reason) }
          return []
        }
      }
    }

    private mutating func any(_ parts: [Condition], _ truth: Bool, _ isV4: Bool) -> [PacketBox] {
      var found: [PacketBox] = []
      for part in parts { found += read(part, truth, isV4) }
      return bounded(found)
    }

    private mutating func all(_ parts: [Condition], _ truth: Bool, _ isV4: Bool) -> [PacketBox] {
      var found = [PacketBox(isV4: isV4)]
      for part in parts {
        // Read although nothing may be left, so that every reason is told at once.
        let more = read(part, truth, isV4)
        found = bounded(found.flatMap { box in more.compactMap { box.intersection($0) } })
      }
      return found
    }

    private mutating func odd(_ parts: [Condition], _ truth: Bool, _ isV4: Bool) -> [PacketBox] {
      guard parts.count > 1 else {
        return any(parts, truth, isV4) + (parts.isEmpty && !truth ? [PacketBox(isV4: isV4)] : [])
      }
      guard parts.count <= 6 else {
        reasons.append(.init(part: Condition.xor(parts).description, why: "xor of more than six parts"))
        return []
      }
      let rest = Condition.xor(Array(parts.dropFirst()))
      return read(
        .or([.and([parts[0], truth ? .not(rest) : rest]), .and([.not(parts[0]), truth ? rest : .not(rest)])]), true,
        isV4)
    }

    private mutating func bounded(_ boxes: [PacketBox]) -> [PacketBox] {
      guard boxes.count > PacketBoxes.limit else { return boxes }
      isTooLarge = true
      return []
    }
  }
}

/// One comparison, as boxes of the packets for which it holds, or for which it does not.
private struct PacketTest {
  let test: ConditionTest

  init(_ test: ConditionTest) { self.test = test }

  func boxes(_ truth: Bool, _ isV4: Bool) throws(Refusals) -> [PacketBox] {
    let reader = LeafReader(test)
    guard test.quantifier == nil else { throw reader.refusal("any and all over several values") }
    if let words = try words(truth) { return [PacketBox(isV4: isV4).with(.protocolNumber, words)].compactMap(\.self) }
    guard case .field(let field) = test.value.kind else { throw reader.refusal("a packet filter has no such value") }
    if field == .ipSource || field == .ipDestination {
      let ranges = try reader.addresses()
      var box = PacketBox(isV4: isV4)
      let meant = (truth ? ranges : ranges.complement).intersection(box.source)
      if field == .ipSource { box.source = meant } else { box.destination = meant }
      return meant.isEmpty ? [] : [box]
    }
    guard let number = PacketField(field) else {
      throw reader.refusal("a packet filter looks at addresses, protocols, ports, flags, lengths and TTLs only")
    }
    let ranges = NumberRanges.intersection(try reader.numbers(), [number.all])
    if truth { return [PacketBox(isV4: isV4).with(number, ranges)].compactMap(\.self) }
    // Not true is also what lacks the field: packets of other protocols.
    var found = [PacketBox(isV4: isV4).with(number, NumberRanges.complement(ranges, in: number.all))]
    if let transport = number.transport(isV4: isV4) {
      let others = NumberRanges.complement([transport...transport], in: 0...255)
      found.append(PacketBox(isV4: isV4).with(.protocolNumber, others))
    }
    return found.compactMap(\.self)
  }

  /// The protocol's name, however it is compared: the evaluator itself says for which names the test holds.
  private func words(_ truth: Bool) throws(Refusals) -> [ClosedRange<Int64>]? {
    guard Condition.test(test).fields == [.ipProtocol] else { return nil }
    guard let set = try? ConditionSet([.test(test)]) else { throw LeafReader(test).refusal("a named list") }
    let names = EventField.protocols
    let batch = EventBatch(capacity: names.count + 1, arenaBytes: 4096)
    batch.touch(.ipProtocol)
    for place in names.indices {
      batch.set(.ipProtocol, place, Int64(place))
      batch.commitRow(.absent)
    }
    let scratch = set.makeScratch()
    set.evaluate(batch, scratch)
    let known = names.map { Self.numbers[$0] }
    let others = NumberRanges.complement(known.compactMap(\.self).map { $0...$0 }, in: 0...255)
    return NumberRanges.sorted(
      names.indices.filter { scratch.matches(0)[$0] == truth }.flatMap { known[$0].map { [$0...$0] } ?? others })
  }

  /// IANA's numbers of the protocols that have a name here.
  private static let numbers: [String: Int64] = [
    "icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51, "icmpv6": 58,
    "ospf": 89, "pim": 103, "sctp": 132,
  ]
}
