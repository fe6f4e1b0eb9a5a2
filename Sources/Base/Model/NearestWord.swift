/// The word of `words` nearest to `word` by edit distance, or nil when none is near enough to be meant.
package func nearestWord(to word: String, in words: some Sequence<String>) -> String? {
  let allowed = max(1, word.count / 3)
  return words.map { ($0, editDistance($0.lowercased(), word.lowercased())) }
    .filter { $0.1 <= allowed }
    .min { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0 }?.0
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
///
/// Source: Damerau 1964, in the restricted form (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.utf8), b = Array(b.utf8)
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in 0..<b.count {
      row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
