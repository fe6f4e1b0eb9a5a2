import Access
import Model
import Records

/// A secret word that stands for somebody; only its digest is kept.
package struct AccessToken: Sendable, Equatable {
  package var name: String
  package var role: Role
  /// The customers it is good for; nil: all.
  package var customers: Set<String>?
  package var digest: SHA256

  package init(name: String, role: Role, customers: Set<String>? = nil, digest: SHA256) {
    self.name = name
    self.role = role
    self.customers = customers
    self.digest = digest
  }

  /// Whether its owner may do this, for this customer where it is about one. The one place that decides.
  func allows(_ permission: Permission, customer: String?) -> Bool {
    guard role.permissions.contains(permission) else { return false }
    guard let customer else { return true }
    return customers?.contains(customer) ?? true
  }
}

/// All tokens; finds whose a word is.
struct TokenRing: Sendable {
  let tokens: [AccessToken]

  /// The token of a word; every digest is compared, in a time that tells nothing.
  func token(for word: String) -> AccessToken? {
    let digest = SHA256(of: Array(word.utf8))
    var found: AccessToken?
    for token in tokens where token.digest.equalsSecretly(digest) { found = token }
    return found
  }
}
