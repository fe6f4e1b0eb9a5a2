import CMaxMind
import Model

/// A MaxMind DB file that tells an address's country or network (`--geo`, `--asn`).
///
/// Source: MaxMind DB file format specification 2.0. A file that is not one is refused when opened; a record that turns
/// out broken counts as unknown. Look-ups are read-only and safe from any thread.
package final class AddressDatabase: @unchecked Sendable {
  private var handle = MMDB_s()
  package let path: String

  /// What a database knows of one address.
  package struct Record: Equatable, Sendable {
    package var country: String?
    package var city: String?
    package var asn: Int64?
    package var asName: String?
  }

  package init(path: String) throws(WorldError) {
    self.path = path
    let status = MMDB_open(path, UInt32(MMDB_MODE_MMAP), &handle)
    guard status == MMDB_SUCCESS else {
      throw WorldError(
        what: "not a usable MaxMind database", place: path, why: String(cString: MMDB_strerror(status)),
        retryHelps: status == MMDB_IO_ERROR || status == MMDB_OUT_OF_MEMORY_ERROR)
    }
  }

  deinit { MMDB_close(&handle) }

  /// The record of `address`; nil where the database has none.
  package func record(of address: IPAddress) -> Record? {
    guard var entry = entry(of: address) else { return nil }
    var record = Record()
    record.country =
      text(&entry, ["country", "iso_code"]) ?? text(&entry, ["registered_country", "iso_code"])
      ?? text(&entry, ["country_code"])
    record.city = text(&entry, ["city", "names", "en"])
    record.asn = number(&entry, ["autonomous_system_number"]) ?? number(&entry, ["traits", "autonomous_system_number"])
    record.asName =
      text(&entry, ["autonomous_system_organization"]) ?? text(&entry, ["traits", "autonomous_system_organization"])
    return record
  }

  private func entry(of address: IPAddress) -> MMDB_entry_s? {
    var failure: Int32 = 0
    let result: MMDB_lookup_result_s
    if address.isV4 {
      var socket = sockaddr_in()
      socket.sin_family = sa_family_t(AF_INET)
      socket.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
      result = withUnsafePointer(to: &socket) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { MMDB_lookup_sockaddr(&handle, $0, &failure) }
      }
    } else {
      guard handle.metadata.ip_version == 6 else { return nil }
      var socket = sockaddr_in6()
      socket.sin6_family = sa_family_t(AF_INET6)
      withUnsafeMutableBytes(of: &socket.sin6_addr) {
        $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      result = withUnsafePointer(to: &socket) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { MMDB_lookup_sockaddr(&handle, $0, &failure) }
      }
    }
    return failure == MMDB_SUCCESS && result.found_entry ? result.entry : nil
  }

  private func value(_ entry: inout MMDB_entry_s, _ path: [String]) -> MMDB_entry_data_s? {
    var data = MMDB_entry_data_s()
    let keys = path.map { Array($0.utf8CString) }
    return withPointers(keys) { pointers in
      MMDB_aget_value(&entry, &data, pointers) == MMDB_SUCCESS && data.has_data ? data : nil
    }
  }

  private func withPointers<R>(_ keys: [[CChar]], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    func nest(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> R {
      if index == keys.count { return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) } }
      return keys[index].withUnsafeBufferPointer { nest(index + 1, pointers + [$0.baseAddress]) }
    }
    return nest(0, [])
  }

  private func text(_ entry: inout MMDB_entry_s, _ path: [String]) -> String? {
    guard let data = value(&entry, path), data.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING), let bytes = data.utf8_string
    else { return nil }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: Int(data.data_size)) {
      String(decoding: UnsafeBufferPointer(start: $0, count: Int(data.data_size)), as: UTF8.self)
    }
  }

  private func number(_ entry: inout MMDB_entry_s, _ path: [String]) -> Int64? {
    guard let data = value(&entry, path) else { return nil }
    switch Int32(data.type) {
    case MMDB_DATA_TYPE_UINT16: return Int64(data.uint16)
    case MMDB_DATA_TYPE_UINT32: return Int64(data.uint32)
    case MMDB_DATA_TYPE_INT32: return Int64(data.int32)
    case MMDB_DATA_TYPE_UINT64: return Int64(exactly: data.uint64)
    default: return nil
    }
  }
}
