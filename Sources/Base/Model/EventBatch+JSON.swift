extension EventBatch {
  /// Appends one row as a JSON object on a line of its own: keys are field names, absent fields are left out.
  ///
  /// Times are RFC 3339 text in UTC, numbers are numbers, lists and maps are arrays and objects where their text is JSON.
  /// `event.input` and `event.line` say where the row came from, `extra` holds what the format has no field for, and
  /// `event.repaired` names the fields whose bytes were no UTF-8: each bad byte became U+FFFD. The line is valid JSON
  /// and harmless on a terminal whatever the bytes.
  package func appendJSON(
    _ row: Int, input: String? = nil, extras: [(key: String, json: String)] = [], to out: inout [UInt8]
  ) {
    out.append(UInt8(ascii: "{"))
    var repaired: [EventField] = []
    for field in EventField.allCases where isPresent(field, row) {
      JSONText.key(field.name, to: &out)
      if !appendValue(field, row, to: &out) { repaired.append(field) }
    }
    if !extras.isEmpty {
      JSONText.key("extra", to: &out)
      out.append(UInt8(ascii: "{"))
      for (key, json) in extras {
        JSONText.key(key, to: &out)
        var json = json
        json.withUTF8 { text in
          if JSONText.isJSON(text) { out += text } else { JSONText.string(text, to: &out) }
        }
      }
      out.append(UInt8(ascii: "}"))
    }
    if !repaired.isEmpty {
      JSONText.key("event.repaired", to: &out)
      out += "[\(repaired.map { "\"\($0.name)\"" }.joined(separator: ","))]".utf8
    }
    if let input {
      JSONText.key("event.input", to: &out)
      JSONText.string(input, to: &out)
      JSONText.key("event.line", to: &out)
      out += String(lines[row].number).utf8
    }
    out += "}\n".utf8
  }

  /// Appends a cell's value; false when its bytes had to be repaired.
  private func appendValue(_ field: EventField, _ row: Int, to out: inout [UInt8]) -> Bool {
    switch field.spec.type {
    case .ip: JSONText.string(address(field, row).description, to: &out)
    case .int: out += String(number(field, row) ?? 0).utf8
    case .bool: out += (number(field, row) == 0 ? "false" : "true").utf8
    case .time: JSONText.string(UTCTime.rfc3339(number(field, row) ?? 0), to: &out)
    case .keyword(let words):
      let place = Int(truncatingIfNeeded: number(field, row) ?? -1)
      JSONText.string(words.indices.contains(place) ? words[place] : "", to: &out)
    case .text: return JSONText.string(bytes(field, row), to: &out)
    case .list, .map:
      let text = bytes(field, row)
      guard JSONText.isValue(text) else { return JSONText.string(text, to: &out) }
      out += text
    }
    return true
  }
}
