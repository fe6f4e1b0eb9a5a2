import Model
import Patterns

/// One thread's enrichment: what it learnt about a user agent or an address it does not work out again.
package final class EnrichWorker {
  private let enricher: Enricher
  private let agentScratch: PatternScratch
  private let robotScratch: PatternScratch
  private var agents = ByteMemo()
  /// What the databases said, so that neighbours in a log cost one look-up.
  private var records: [IPAddress: AddressDatabase.Record] = [:]

  init(_ enricher: Enricher) {
    self.enricher = enricher
    agentScratch = enricher.agents.scratch()
    robotScratch = enricher.robots.scratch()
  }

  /// Fills the enriched columns of all rows.
  package func enrich(_ batch: EventBatch) {
    classifyAgents(batch)
    normalize(batch)
    if !enricher.databases.isEmpty { locate(batch) }
    if !enricher.lists.isEmpty { markLists(batch) }
    if !enricher.routes.isEmpty { judgeRoutes(batch, enricher.routes) }
  }

  private func classifyAgents(_ batch: EventBatch) {
    guard batch.isTouched(.userAgent) else { return }
    batch.touch(.agentClass)
    batch.touch(.robot)
    for row in 0..<batch.count where batch.isPresent(.userAgent, row) {
      // The robot's number behind the class.
      let agent = agents.value(of: batch.bytes(.userAgent, row)) { text in
        UInt64(enricher.robots.robot(in: text, scratch: robotScratch)) << 8
          | UInt64(enricher.agents.keyword(of: text, scratch: agentScratch))
      }
      batch.set(.agentClass, row, Int64(agent & 0xFF))
      let robot = UInt8(truncatingIfNeeded: agent >> 8)
      if robot != RobotIndex.none {
        batch.set(.robot, row, enricher.robots.state(of: robot, at: batch.addresses[row]))
      }
    }
  }

  private func normalize(_ batch: EventBatch) {
    if batch.isTouched(.path) {
      batch.touch(.pathNormal)
      for row in 0..<batch.count where batch.isPresent(.path, row) {
        batch.set(.pathNormal, row, RequestNormalizer.normalizePath(batch.slice(.path, row), in: batch))
      }
    }
    if batch.isTouched(.query) {
      batch.touch(.queryNormal)
      for row in 0..<batch.count where batch.isPresent(.query, row) {
        batch.set(.queryNormal, row, RequestNormalizer.normalizeQuery(batch.slice(.query, row), in: batch))
      }
    }
  }

  /// Country, city and network of each client, where the log did not say so itself.
  private func locate(_ batch: EventBatch) {
    for field in [EventField.sourceCountry, .sourceCity, .sourceASN, .sourceASName] { batch.touch(field) }
    for row in 0..<batch.count where !batch.addresses[row].isAbsent {
      let record = record(of: batch.addresses[row])
      fill(.sourceCountry, row, record.country, batch)
      fill(.sourceCity, row, record.city, batch)
      fill(.sourceASName, row, record.asName, batch)
      if let asn = record.asn, !batch.isPresent(.sourceASN, row) { batch.set(.sourceASN, row, asn) }
    }
  }

  private func fill(_ field: EventField, _ row: Int, _ text: String?, _ batch: EventBatch) {
    guard let text, !batch.isPresent(field, row) else { return }
    batch.set(field, row, batch.arena.append(text.utf8))
  }

  private func record(of address: IPAddress) -> AddressDatabase.Record {
    if let known = records[address] { return known }
    if records.count >= 50_000 { records.removeAll(keepingCapacity: true) }
    var merged = AddressDatabase.Record()
    for database in enricher.databases {
      guard let found = database.record(of: address) else { continue }
      merged.country = merged.country ?? found.country
      merged.city = merged.city ?? found.city
      merged.asn = merged.asn ?? found.asn
      merged.asName = merged.asName ?? found.asName
    }
    records[address] = merged
    return merged
  }

  private func markLists(_ batch: EventBatch) {
    batch.touch(.addressLists)
    for row in 0..<batch.count where !batch.addresses[row].isAbsent {
      let names = enricher.lists.lists.filter { $0.set.contains(batch.addresses[row]) }.map { "\"\($0.name)\"" }
      if !names.isEmpty { batch.set(.addressLists, row, batch.arena.append("[\(names.joined(separator: ","))]".utf8)) }
    }
  }
}
