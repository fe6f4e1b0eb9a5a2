import Model

/// One flow as an exporter told of it; numbers below zero, and absent addresses, were not exported.
package struct FlowRecord {
  package var source = IPAddress.absent
  package var destination = IPAddress.absent
  /// Ends of the tunnel around the flow.
  package var outerSource = IPAddress.absent
  package var outerDestination = IPAddress.absent
  package var sourcePort: Int64 = -1
  package var destinationPort: Int64 = -1
  package var protocolNumber: Int64 = -1
  package var flags: Int64 = -1
  package var packets: Int64 = -1
  package var bytes: Int64 = -1
  /// Type times 256 and code.
  package var icmp: Int64 = -1
  package var ttl: Int64 = -1
  package var fragmentOffset: Int64 = -1
  /// First and last packet, ns since 1970 UTC; `absentTime` where not exported.
  package var start = FlowRecord.absentTime
  package var end = FlowRecord.absentTime
  /// Packets seen for one exported; 0 where the record does not say.
  package var sampling: Int64 = 0
  /// Which sampler of the exporter saw it; -1 where the record does not say.
  package var sampler: Int64 = -1

  package static let absentTime = Int64.min

  package init() {}
}

/// Who exported: the device's address and its observation domain, source id or engine.
package struct ExporterKey: Hashable, Sendable {
  package var address: IPAddress
  package var domain: UInt32
  /// 5, 9, 10; 0 stands for sFlow.
  package var version: UInt16

  package init(address: IPAddress, domain: UInt32, version: UInt16) {
    self.address = address
    self.domain = domain
    self.version = version
  }
}

/// What came of a datagram that may be an export.
package enum ExportOutcome: Equatable {
  /// It is something else.
  case foreign
  case taken(flows: Int)
  /// All of its data came before the templates that describe it.
  case missesTemplate
  /// Its parts do not fit the lengths it names.
  case broken
}
