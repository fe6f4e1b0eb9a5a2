import Conditions
import Enrich
import Model

/// Conditions of the command line, where `$name` is an address list that `--list NAME=FILE` gives.
struct ListedConditions {
  private let lists: NamedLists

  /// Errors: `UsageError` for an option of the wrong form; a list that cannot be read.
  init(_ arguments: Arguments) throws {
    var lists = NamedLists()
    for (name, path) in try arguments.pairs("list") {
      lists[name] = try AddressLists.networks(of: path).found.map { .addresses($0.first...$0.last) }
    }
    self.lists = lists
  }

  func condition(_ text: String) throws(ContentError) -> Condition {
    try Condition(parsing: text).resolving(lists)
  }
}
