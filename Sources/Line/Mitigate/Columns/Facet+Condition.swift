import Model

extension Facet {
  /// The condition that holds for exactly these values of the facet (for query keys: for these and wider ones).
  func condition(_ values: [[UInt8]]) -> Condition {
    switch self {
    case .address, .network, .destination: return addresses(values)
    case .fragment:
      let isThere = Condition.test(ConditionTest(.field(.ipFragmentOffset), .greaterOrEqual, .literal(.int(0))))
      return any(values.map { $0.first == UInt8(ascii: "y") ? isThere : .not(isThere) })
    case _ where isNumber: return test(.isIn, members: values.map { .ints(Self.number($0)...Self.number($0)) })
    case .botScore, .wafScore, .requestBytes, .responseBytes:
      return test(.isIn, members: values.map { .ints(ranges[Int(Self.number($0))]) })
    case .agentClass, .payload, .ipProtocol, .amplifier:
      return test(.isIn, members: values.map { .text(ByteText(words[Int(Self.number($0))])) })
    case .referer, .cookie, .queryPresence:
      let isThere = Condition.test(ConditionTest(.field(fields[0]), .notEqual, .literal(.text(""))))
      return any(values.map { $0.first == UInt8(ascii: "y") ? isThere : .not(isThere) })
    case .pathTop, .pathTwo, .queryFirstKey: return any(values.map { calls(.startsWith, $0) })
    case .pathExtension: return any(values.map { calls(.endsWith, $0) })
    case .agentFamily:
      return any(values.map { $0.isEmpty ? absent : calls(.startsWith, $0) })
    case .agent where values.contains([]):
      let named = values.filter { !$0.isEmpty }
      return named.isEmpty ? absent : .or([absent, condition(named)])
    case .queryShape:
      return any(
        values.map { .test(ConditionTest(.field(.query), .strictWildcard, .literal(.text(ByteText($0))))) })
    default:
      return test(.isIn, members: values.map { .text(ByteText($0)) })
    }
  }

  /// A value as a person reads it.
  func words(_ value: [UInt8]) -> String {
    switch self {
    case .address, .network, .destination:
      let address = Self.address(value)
      return self != .network ? address.description : "\(AddressNetwork(address, bits: address.isV4 ? 24 : 48))"
    case .asn: return "AS\(Self.number(value))"
    case .tcpFlags: return Self.flags(Self.number(value))
    case _ where isNumber: return "\(Self.number(value))"
    case .botScore, .wafScore, .requestBytes, .responseBytes:
      let range = ranges[Int(Self.number(value))]
      return "\(range.lowerBound) to \(range.upperBound)"
    case .agentClass, .payload, .ipProtocol, .amplifier: return words[Int(Self.number(value))]
    case .referer, .cookie, .queryPresence, .fragment: return value.first == UInt8(ascii: "y") ? "present" : "absent"
    case .agent where value.isEmpty, .agentFamily where value.isEmpty: return "absent"
    default: return String(decoding: value, as: UTF8.self)
    }
  }

  /// `SYN+ACK`, RFC 9293's names from the lowest bit.
  private static func flags(_ bits: Int64) -> String {
    let names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"].enumerated()
    let set = names.filter { bits >> Int64($0.offset) & 1 == 1 }.map(\.element)
    return set.isEmpty ? "none" : set.joined(separator: "+")
  }

  /// Whether a value is a number as it stands in the event.
  private var isNumber: Bool {
    switch self {
    case .asn, .status, .destinationPort, .sourcePort, .udpDestinationPort, .udpSourcePort, .tcpFlags, .tcpWindow,
      .ipLength, .ipTTL, .icmpType, .dnsType, .etherType:
      true
    default: false
    }
  }

  private var words: [String] {
    if case .keyword(let words) = fields[0].spec.type { words } else { [] }
  }

  private var absent: Condition { .not(.test(ConditionTest(.field(fields[0]), .notEqual, .literal(.text(""))))) }

  private func test(_ relation: ConditionRelation, members: [ConditionMember]) -> Condition {
    let value = ConditionValue.field(fields[0])
    if members.count == 1 {
      switch members[0] {
      case .text(let text): return .test(ConditionTest(value, .equal, .literal(.text(text))))
      case .ints(let range) where range.lowerBound == range.upperBound:
        return .test(ConditionTest(value, .equal, .literal(.int(range.lowerBound))))
      default: break
      }
    }
    return .test(ConditionTest(value, relation, .set(members)))
  }

  private func calls(_ function: ConditionFunction, _ text: [UInt8]) -> Condition {
    let arguments = [ConditionValue.field(fields[0]), ConditionValue(.literal(.text(ByteText(text))))]
    return .test(ConditionTest(ConditionValue(.call(function, arguments)), .holds, .nothing))
  }

  private func any(_ parts: [Condition]) -> Condition { parts.count == 1 ? parts[0] : .or(parts) }

  private func addresses(_ values: [[UInt8]]) -> Condition {
    let members = values.map { value -> ConditionMember in
      let address = Self.address(value)
      let bits = self != .network ? (address.isV4 ? 32 : 128) : (address.isV4 ? 24 : 48)
      let network = AddressNetwork(address, bits: bits)
      return .addresses(network.first...network.last)
    }
    return .test(ConditionTest(.field(fields[0]), .isIn, .set(members)))
  }

  static func number(_ value: [UInt8]) -> Int64 { value.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) } }
  static func address(_ value: [UInt8]) -> IPAddress { value.withUnsafeBytes { $0.loadUnaligned(as: IPAddress.self) } }
}
