import Foundation

/// Runs every set of the corpus through the `weir` that was built beside this program, and prints a table.
///
/// Usage: `acceptance [--verbose] [--set NAME]…`. The corpus is found by `WEIR_CORPUS`, else at `../shared/corpus`.
/// Exit 0 when every set ran, whatever its rate: the table is a measurement. Exit 3 without a corpus or a `weir`.
@main struct Acceptance {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let isVerbose = arguments.contains("--verbose")
    let wanted = zip(arguments, arguments.dropFirst()).filter { $0.0 == "--set" }.map(\.1)
    guard let corpus = Corpus.find() else { stop("no corpus: set WEIR_CORPUS, or put it at ../shared/corpus") }
    guard let weir = Weir() else { stop("no weir beside this program: swift build -c release --product weir") }

    var results: [SetResult] = []
    for set in CorpusSets.all where wanted.isEmpty || wanted.contains(set.name) {
      progress(set.name)
      results += run(set, corpus: corpus, weir: weir)
    }
    progress("")
    if isVerbose { printMisses(results) }
    print(Table(results).text)
  }

  private static func run(_ set: CorpusSet, corpus: Corpus, weir: Weir) -> [SetResult] {
    let home = set.isOurs ? Corpus(root: URL(filePath: FileManager.default.currentDirectoryPath)) : corpus
    guard let folder = home.folder(set.folder) else { return [.skipped(set.name, why: "no folder \(set.folder)")] }
    do {
      return try set.run(Run(folder: folder, weir: weir))
    } catch {
      return [.skipped(set.name, why: "\(error)")]
    }
  }

  private static func printMisses(_ results: [SetResult]) {
    for result in results {
      for miss in result.misses { print("\(result.name): \(printable(miss))") }
    }
    print("")
  }

  /// Attack strings are live: control characters never reach the terminal.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.prefix(400).map { $0.value < 32 || $0.value == 127 ? "·" : $0 }))
  }

  private static func progress(_ text: String) {
    guard isatty(2) == 1 else { return }
    FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
  }

  private static func stop(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("acceptance: \(reason)\n".utf8))
    exit(3)
  }
}
