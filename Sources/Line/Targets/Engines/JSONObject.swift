import Foundation

/// A JSON object's texts, for the little that is read here outside hot paths.
enum JSONObject {
  /// Name and text of each member whose value is a text or a list that begins with one; nil where it is no object.
  static func read(_ bytes: [UInt8]) -> [(String, String)]? {
    guard let object = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] else { return nil }
    return object.compactMap { name, value in
      if let text = value as? String { return (name, text) }
      if let first = (value as? [Any])?.first as? String { return (name, first) }
      return nil
    }
  }
}
