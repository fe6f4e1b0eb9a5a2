/// Services whose answers are larger than the questions, told by the port they answer from and the shape of the answer.
///
/// Source: CISA alert TA14-017A (amplification factors by protocol) and the protocols' own documents.
package enum Amplifier {
  /// The place in `EventField.amplifiers`; nil where a UDP packet looks like none of their answers.
  package static func place(sourcePort: UInt16, destinationPort: UInt16, _ payload: Wire) -> Int? {
    switch sourcePort {
    case 53: payload.count >= 12 && payload[2] & 0x80 != 0 ? 0 : nil
    case 123: ntp(payload)
    case 161: payload.count >= 2 && payload[0] == 0x30 && destinationPort != 162 ? 2 : nil
    case 1900: starts(payload, "HTTP/1.") || starts(payload, "NOTIFY") ? 3 : nil
    case 11211: payload.count >= 8 ? 4 : nil
    case 389: payload.count >= 2 && payload[0] == 0x30 ? 5 : nil
    case 19: payload.count > 0 ? 6 : nil
    case 500, 4500: destinationPort != sourcePort || payload.count > 28 && isAnswer(ike: payload) ? 7 : nil
    case 47808: payload.count >= 4 && payload[0] == 0x81 ? 8 : nil
    case 27000...27050: payload.count >= 5 && payload.u32(0) == 0xffff_ffff ? 9 : nil
    case 111: payload.count >= 24 && payload.u32(4) == 1 ? 10 : nil
    case 137: payload.count >= 12 && payload[2] & 0x80 != 0 ? 11 : nil
    // Ordinary multicast answers go to 5353.
    case 5353: destinationPort != 5353 && payload.count >= 12 && payload[2] & 0x80 != 0 ? 12 : nil
    case 5060: starts(payload, "SIP/2.0") && destinationPort != 5060 ? 13 : nil
    // Version 1, a response class.
    case 5683: payload.count >= 4 && payload[0] >> 6 == 1 && (2...5).contains(payload[1] >> 5) ? 14 : nil
    case 3702: payload.count >= 1 && payload[0] == 0x3c ? 15 : nil
    case 520: payload.count >= 4 && payload[0] == 2 && payload[1] == 1 && destinationPort != 520 ? 16 : nil
    case 17: payload.count > 0 ? 17 : nil
    case 69: payload.count >= 4 && payload.u16(0) == 3 ? 18 : nil
    case 1701: payload.count >= 12 && payload[0] & 0xc0 == 0xc0 && destinationPort != 1701 ? 19 : nil
    case 1434: payload.count >= 3 && payload[0] == 5 ? 20 : nil
    case 27960, 30720, 28960: payload.count >= 5 && payload.u32(0) == 0xffff_ffff ? 21 : nil
    case 3283: payload.count >= 4 ? 22 : nil
    default: nil
    }
  }

  /// The places that count by the source port alone, for fragments' kin in flow records, which carry no payload.
  package static func place(flowFrom port: Int) -> Int? {
    switch port {
    case 19: 6
    case 11211: 4
    case 389: 5
    case 1900: 3
    case 17: 17
    case 111: 10
    case 3702: 15
    case 47808: 8
    case 3283: 22
    default: nil
    }
  }

  /// Answers of the control and private modes, or more than a clock ever sends.
  private static func ntp(_ payload: Wire) -> Int? {
    guard payload.count >= 8 else { return nil }
    let mode = payload[0] & 7
    if mode == 7, payload[0] & 0x80 != 0 { return 1 }
    return mode == 6 && payload[1] & 0x80 != 0 && payload.count >= 200 ? 1 : nil
  }

  /// Whether an IKE message bears the answer flag of version 2, or version 1's cookie of the answering side.
  private static func isAnswer(ike payload: Wire) -> Bool {
    payload[17] >> 4 == 2 ? payload[19] & 0x20 != 0 : payload.u64(8) != 0
  }

  private static func starts(_ payload: Wire, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard payload.count >= count else { return false }
    return (0..<count).allSatisfy { payload[$0] == word.utf8Start[$0] }
  }
}
