/// What a rule file says, before anything is decided about it: the SecLang of ModSecurity as the Core Rule Set uses it.
///
/// Source: ModSecurity Reference Manual v3.x, "Directives", "Variables", "Actions".
enum SecDirective {
  case rule(SecRule)
  case marker(String)
  case defaults([SecAction])
  /// Any other directive, by name.
  case setting(String, [String])
}

/// A `SecRule`, or a `SecAction` when there is no operator.
struct SecRule {
  var targets: [SecTarget]
  var op: SecOperator?
  var actions: [SecAction]
  var file: String
  var line: Int

  func all(_ name: String) -> [String] {
    actions.filter { $0.name == name }.map(\.value)
  }

  func has(_ name: String) -> Bool {
    actions.contains { $0.name == name }
  }

  func first(_ name: String) -> String? {
    actions.first { $0.name == name }?.value
  }
}

/// One part of a rule's variable list: `ARGS`, `&REQUEST_HEADERS:Host`, `!REQUEST_COOKIES:/__utm/`.
struct SecTarget: Hashable {
  enum Selector: Hashable {
    case all
    case name(String)
    case pattern(String)
  }

  /// In capitals.
  var collection: String
  var selector: Selector
  var counts = false
  var excludes = false

  /// As ModSecurity prints it.
  var label: String {
    switch selector {
    case .all: collection
    case .name(let name): "\(collection):\(name)"
    case .pattern(let pattern): "\(collection):regex(\(pattern))"
    }
  }
}

struct SecOperator: Hashable {
  var negated: Bool
  /// Lower case, without `@`.
  var name: String
  var argument: String
}

struct SecAction: Hashable {
  /// Lower case.
  var name: String
  /// Without its quotes.
  var value: String
}
