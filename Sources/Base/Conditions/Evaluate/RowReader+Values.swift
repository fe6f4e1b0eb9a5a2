import Model

extension RowReader {
  func value(_ index: Int, row: Int, element: Datum) -> Datum {
    let node = code.values[index]
    switch node.operation {
    case .field: return cell(node.field, row)
    case .derived: return derived(node.derived, row)
    case .raw: return rawKey(node.literal.text, row)
    case .literal: return node.literal
    case .each: return element
    case .key, .element: return .absent
    case .index:
      var left = node.number
      var found = Datum.absent
      _ = forEach(in: code.children[node.first], row: row, element: element) { value in
        left -= 1
        if left < 0 { found = value }
        return left >= 0
      }
      return found
    case .len: return length(code.children[node.first], row: row, element: element)
    case .concat: return concatenated(node, row: row, element: element)
    case .lookupText, .lookupInt: return lookup(node, row: row, element: element)
    default: break
    }
    let first = value(code.children[node.first], row: row, element: element)
    if first.kind == .absent { return .absent }
    switch node.operation {
    case .startsWith, .endsWith:
      let part = argument(node, 1, row: row)
      return part.kind == .text ? .bool(hasEnd(first.text, part.text, atStart: node.operation == .startsWith)) : .absent
    case .lower: return lowered(first.text)
    case .upper: return mapped(first.text) { $0 &- UInt8(ascii: "a") < 26 ? $0 & 0xdf : $0 }
    case .substring: return substring(first.text, node, row: row)
    case .regexReplace: return replaced(first.text, node, row: row)
    case .urlDecode: return urlDecoded(first.text, options: node.count > 1 ? argument(node, 1, row: row).text : nil)
    case .removeBytes: return without(first.text, argument(node, 1, row: row).text)
    case .decodeBase64: return base64Decoded(first.text)
    case .toString: return written(first)
    case .toAddress: return IPAddress(parsing: first.text).map { .ip($0) } ?? .absent
    case .cidr:
      let bits = argument(node, first.address.isV4 ? 1 : 2, row: row).number
      return .ip(first.address.network(Int(max(0, min(bits, 128)))))
    case .cidr6:
      return first.address.isV4
        ? first : .ip(first.address.network(Int(max(0, min(argument(node, 1, row: row).number, 128)))))
    default: return .absent
    }
  }

  func argument(_ node: ValueNode, _ number: Int, row: Int) -> Datum {
    number < node.count ? value(code.children[node.first + number], row: row, element: .absent) : .absent
  }

  /// What a column holds; a keyword is its word, a list or map its JSON text.
  func cell(_ field: EventField, _ row: Int) -> Datum {
    if field == .ipSource || field == .ipDestination { return .ip(batch.address(field, row)) }
    let cell = batch.column(field)[row]
    if cell == EventBatch.absentCell { return .absent }
    switch code.kinds[Int(field.rawValue)] {
    case .text:
      let slice = TextSlice(cell: cell)
      return .text(UnsafeBufferPointer(start: arena + Int(slice.offset), count: Int(slice.length)))
    case .bool: return .bool(cell != 0)
    case .keyword:
      let words = code.keywords[Int(field.rawValue)]
      return cell < UInt64(words.count) ? .text(words[Int(cell)]) : .absent
    case .number: return .int(Int64(bitPattern: cell))
    }
  }

  private func length(_ index: Int, row: Int, element: Datum) -> Datum {
    guard code.isList(index) else {
      let value = value(index, row: row, element: element)
      return value.kind == .text ? .int(Int64(value.text.count)) : .absent
    }
    var count: Int64 = 0
    let isThere = forEach(in: index, row: row, element: element) { _ in
      count += 1
      return true
    }
    return isThere ? .int(count) : .absent
  }

  private func concatenated(_ node: ValueNode, row: Int, element: Datum) -> Datum {
    var all = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    for number in 0..<node.count {
      let part = written(value(code.children[node.first + number], row: row, element: element))
      guard part.kind == .text, let joined = joined(all, part.text) else { return .absent }
      all = joined
    }
    return .text(all)
  }
}
