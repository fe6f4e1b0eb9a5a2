import Model
import Testing

@testable import Mitigate

/// Second by second, as one would count on paper.
private func naive(_ times: [Int], requests: Int, period: Int, timeout: Int) -> Int {
  var (counts, until, stopped) = ([Int: Int](), -1, 0)
  for time in times.sorted() {
    if time < until {
      stopped += 1
      continue
    }
    counts[time / period, default: 0] += 1
    if counts[time / period]! > requests {
      stopped += 1
      until = time + timeout
    }
  }
  return stopped
}

@Test("a rate limit over fixed windows stops what counting on paper stops", arguments: 1...20)
func fixedWindows(seed: UInt64) {
  var random = SeededRandom(seed: seed)
  var trace = RateTrace(limit: 100_000)
  var times: [UInt64: [Int]] = [:]
  for _ in 0..<2_000 {
    let (client, second) = (UInt64.random(in: 0..<9, using: &random), Int.random(in: 0..<900, using: &random))
    trace.add(RateTrace.Hit(client: client, time: Int64(second) * 1_000_000_000))
    times[client, default: []].append(second)
  }
  for (requests, period, timeout) in [(3, 10, 10), (10, 60, 60), (5, 10, 0), (1, 60, 600)] {
    let outcome = RateReplay(requests: requests, period: period, timeout: timeout, window: .fixed).run(trace.clients)
    let expected = times.values.map { naive($0, requests: requests, period: period, timeout: timeout) }
    #expect(outcome.stopped == expected.reduce(0, +))
    #expect(outcome.clients == expected.count { $0 > 0 })
  }
}

@Test("a sliding window stops a burst over the border of two fixed ones")
func slidingWindow() {
  var trace = RateTrace(limit: 1_000)
  for step in 0..<12 { trace.add(RateTrace.Hit(client: 1, time: 54_000_000_000 + Int64(step) * 1_000_000_000)) }
  let fixed = RateReplay(requests: 8, period: 60, timeout: 0, window: .fixed).run(trace.clients)
  let sliding = RateReplay(requests: 8, period: 60, timeout: 0, window: .sliding).run(trace.clients)
  #expect(fixed.stopped == 0)
  #expect(sliding.stopped > 0)
}

@Test("the threshold leaves honest clients alone and stops the fast one")
func threshold() throws {
  var (honest, attack) = (RateTrace(limit: 100_000), RateTrace(limit: 100_000))
  for client in 1...500 as ClosedRange<UInt64> {
    for page in 0..<6 { honest.add(RateTrace.Hit(client: client << 8, time: Int64(page) * 4_000_000_000)) }
  }
  for step in 0..<600 { attack.add(RateTrace.Hit(client: 7, time: Int64(step) * 100_000_000)) }
  let found = try #require(RateChoice(attack: attack.clients, baseline: honest.clients).best(share: 0.001))
  #expect(found.baseline.clients == 0)
  #expect(found.attack.stopped > 500)
}

@Test("a trace is thinned by client, so that each kept client's requests are all there")
func thinnedByClient() {
  var trace = RateTrace(limit: 1_000)
  var random = SeededRandom(seed: 9)
  let clients = (0..<400).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
  for step in 0..<10 { for client in clients { trace.add(RateTrace.Hit(client: client, time: Int64(step))) } }
  #expect(trace.thinning > 0)
  #expect(trace.clients.allSatisfy { $0.count == 10 })
}

@Test("each data centre counts for itself, and a client that several stop is one client")
func perDataCentre() {
  var trace = RateTrace(limit: 1_000)
  for step in 0..<24 {
    trace.add(RateTrace.Hit(client: 1, time: Int64(step) * 100_000_000, colo: UInt16(1 + step % 2)))
  }
  let tight = RateReplay(requests: 8, period: 10, timeout: 10, window: .fixed).run(trace.clients)
  let loose = RateReplay(requests: 12, period: 10, timeout: 10, window: .fixed).run(trace.clients)
  #expect(tight.stopped == 8 && tight.clients == 1)
  #expect(loose.stopped == 0)
}

@Test("a chosen limit's proof follows good cohorts, countries, hosts, time and clients")
func rateProof() throws {
  var (honest, attack) = (RateTrace(limit: 100_000), RateTrace(limit: 100_000))
  let second: Int64 = 1_000_000_000
  for client in 1...2_000 as ClosedRange<UInt64> {
    for page in 0..<4 { honest.add(RateTrace.Hit(client: client << 8, time: Int64(page) * 20 * second)) }
  }
  // One partner is as fast as the attack, and long after it.
  for step in 0..<30 {
    var hit = RateTrace.Hit(client: 3, time: 5_000 * second + Int64(step) * second / 10)
    (hit.cohorts, hit.country) = (0b10, UInt16(UInt8(ascii: "D")) << 8 | UInt16(UInt8(ascii: "E")))
    hit.host = Array((step == 0 ? "" : "shop.example").utf8).withUnsafeBufferPointer { honest.number(ofHost: $0) }
    honest.add(hit)
  }
  for step in 0..<600 { attack.add(RateTrace.Hit(client: 7, time: Int64(step) * second / 10)) }
  let found = try #require(RateChoice(attack: attack.clients, baseline: honest.clients).best(share: 0.01))
  let window = ProofWindow(0...60 * second)
  let proof = RateProof(attack: attack, baseline: honest, found: found, window: window, cohorts: 2)
  #expect(proof.caught == found.attack.stopped && proof.attackers == 1)
  #expect(proof.hurt > 0 && proof.outside == proof.hurt)
  #expect(proof.cohorts == [0, proof.hurt] && proof.countries == ["DE": proof.hurt])
  #expect(proof.hosts == ["shop.example": proof.hurt])
  #expect(proof.slots.reduce(0) { $0 + $1.caught } == proof.caught)
  #expect(proof.clients.keys.sorted() == [3])
}
