import Model

// Names that no column holds.
extension RowReader {
  func derived(_ field: DerivedField, _ row: Int) -> Datum {
    switch field {
    case .line: return .text(batch.line(row))
    case .timestampSeconds, .timestampMilliseconds, .minute, .hour, .day, .week, .month, .year:
      let time = cell(.time, row)
      return time.kind == .int ? .int(Self.part(field, of: time.number)) : .absent
    case .fullURI: return fullURI(row)
    case .pathExtension: return pathExtension(row)
    case .ssl: return isEncrypted(row).map { .bool($0) } ?? .absent
    case .clientBot, .verifiedBot: return .bool(isGoodRobot(row))
    case .inEuropeanUnion: return inEuropeanUnion(row)
    case .wafClass: return wafClass(row)
    case .args: return cell(.query, row)
    case .cookies: return cell(.cookie, row)
    case .argNames, .argValues, .headerNames, .headerValues: return .absent
    }
  }

  private static func part(_ field: DerivedField, of time: Int64) -> Int64 {
    let seconds = EventTime.floored(time, 1_000_000_000)
    switch field {
    case .timestampSeconds: return seconds
    // As in the Rules language: the milliseconds within the second.
    case .timestampMilliseconds: return EventTime.within(time, 1_000_000_000) / 1_000_000
    case .minute: return CivilTime(seconds: seconds).minute
    case .hour: return CivilTime(seconds: seconds).hour
    case .day: return CivilTime(seconds: seconds).day
    case .week: return CivilTime(seconds: seconds).week
    case .month: return CivilTime(seconds: seconds).month
    default: return CivilTime(seconds: seconds).year
    }
  }

  /// Whether the client's connection was encrypted; nil where the log does not say.
  private func isEncrypted(_ row: Int) -> Bool? {
    let scheme = cell(.scheme, row)
    if scheme.kind == .text { return scheme.text.elementsEqual("https".utf8) }
    let version = cell(.tlsVersion, row)
    return version.kind == .text
      ? !version.text.isEmpty && version.text[0] != UInt8(ascii: "-") && !version.text.elementsEqual("none".utf8) : nil
  }

  private func fullURI(_ row: Int) -> Datum {
    let host = cell(.host, row), uri = cell(.uri, row)
    guard host.kind == .text, uri.kind == .text else { return .absent }
    let scheme = stored(isEncrypted(row) ?? true ? "https://" : "http://")
    guard scheme.kind == .text, let front = joined(scheme.text, host.text), let all = joined(front, uri.text) else {
      return .absent
    }
    return .text(all)
  }

  /// Lower case, without the dot; missing where the last part of the path has none.
  private func pathExtension(_ row: Int) -> Datum {
    let path = cell(.path, row)
    guard path.kind == .text else { return .absent }
    let bytes = path.text
    var at = bytes.count
    while at > 0, bytes[at - 1] != UInt8(ascii: "/") {
      at -= 1
      if bytes[at] == UInt8(ascii: ".") {
        let tail = Bytes(rebasing: bytes[(at + 1)...])
        return tail.isEmpty ? .absent : lowered(tail)
      }
    }
    return .absent
  }

  /// The vendor verified the robot, or the address lies in the ranges the robot's owner publishes.
  private func isGoodRobot(_ row: Int) -> Bool {
    let vendor = cell(.verifiedBot, row)
    if vendor.kind == .text, !vendor.text.isEmpty { return true }
    let own = cell(.robot, row)
    return own.kind == .text && own.text.elementsEqual("verified".utf8)
  }

  private func inEuropeanUnion(_ row: Int) -> Datum {
    let country = cell(.sourceCountry, row)
    guard country.kind == .text, country.text.count == 2 else { return .absent }
    let code = UInt16(country.text[0]) << 8 | UInt16(country.text[1])
    return .bool(Self.europeanUnion.contains(code))
  }

  private static let europeanUnion: Set<UInt16> = Set(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split(separator: " ").map {
      UInt16($0.utf8.first!) << 8 | UInt16($0.utf8.last!)
    })

  /// The vendor's classes of its attack score: 1–20 attack, 21–50 likely, 51–80 likely clean, 81–99 clean.
  private func wafClass(_ row: Int) -> Datum {
    let score = cell(.wafScore, row)
    guard score.kind == .int else { return .absent }
    switch score.number {
    case 1...20: return stored("attack")
    case 21...50: return stored("likely_attack")
    case 51...80: return stored("likely_clean")
    case 81...99: return stored("clean")
    default: return .absent
    }
  }
}
