import Conditions
import Correlate
import Model
import Records
import Synchronization

/// Tells incidents of the floor with exact numbers, counted over what is still kept.
package final class Stories: Sendable {
  private let floor: WatchFloor
  private let told = Mutex<[String: (events: Int, alerts: Int, incident: Incident)]>([:])
  /// One at a time: a recount reads much, and the next one may find its answer made.
  private let turn = Mutex(())

  package init(_ floor: WatchFloor) { self.floor = floor }

  /// The incident with its story; nil where the customer has none of that name. Reads what arrived since an hour before
  /// the incident was opened, about a second for half a gigabyte; what was told once is remembered until it grows.
  package func incident(_ id: String, of customer: String) throws -> Incident? {
    try turn.withLock { _ in
      guard let view = floor.view(of: customer), let incident = view.incidents.first(where: { $0.id == id }) else {
        return nil
      }
      if let known = told.withLock({ $0[id] }), known.events == incident.events, known.alerts == incident.alerts.count {
        return known.incident
      }
      let story = try tell(incident, of: customer, view)
      told.withLock { told in
        if told.count > 500 { told = [:] }
        told[id] = (incident.events, incident.alerts.count, story)
      }
      return story
    }
  }

  private func tell(_ incident: Incident, of customer: String, _ view: LiveView) throws -> Incident {
    let folded = [(incident: incident, alerts: incident.alerts.compactMap { view.alerts[$0] })]
    let storyteller = Storyteller(traffic: view.traffic)
    let queries = storyteller.queries(for: folded)
    let paths = floor.spool.segments(of: customer, arrived: try arrival(of: incident, customer)...Int64.max)
    guard !queries.isEmpty, !paths.isEmpty else { return incident }
    let set = try ConditionSet(queries.map { query throws(ContentError) in try Condition(parsing: query) })
    let intake = try floor.assembly.intake(paths, screen: RowScreen(for: set.conditions))
    let recount = Recount(
      set: set, loop: try floor.assembly.loop(intake, for: set.fields), traffic: view.traffic)
    let tallies = try recount.tallies { _ in }
    let byQuery = Dictionary(zip(queries, tallies)) { first, _ in first }
    return storyteller.told(incident, alerts: folded[0].alerts, tallies: byQuery)
  }

  /// An hour before the journal first heard of the incident; everything where it has not yet.
  private func arrival(of incident: Incident, _ customer: String) throws(WorldError) -> Int64 {
    let opened = try floor.journal.facts(customer: customer, kind: "incident.opened")
      .first { $0.body.contains("\"id\":\"\(incident.id)\"") }
    return opened.map { $0.time - 3_600_000_000_000 } ?? .min
  }
}
