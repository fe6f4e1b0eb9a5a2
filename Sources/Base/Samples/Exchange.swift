/// One request and its answer, except for the texts that differ each time: path and referrer lie beside it.
struct Exchange {
  enum Method: Int {
    case get, head, post, put

    static let names = TextTable(["GET", "HEAD", "POST", "PUT"])
  }

  /// ns since 1970 UTC.
  var time: Int64
  var client: Client
  var method = Method.get
  var status = 200
  /// Size of the answer's body.
  var bytes = 0
  /// Size of the request.
  var requestBytes = 420
  var contentType: StaticString = "text/html"
  var cacheable = false
  var isAPI = false
  /// Index into `Agents.ja4`; by default what the agent usually has.
  var fingerprint: Int
  /// Which attack this belongs to: an index into the truth's attacks plus one, 0 for honest traffic.
  var label = 0
  /// A number that belongs to this exchange alone: ids, ports, durations are drawn from it.
  var traits: UInt64

  init(time: Int64, client: Client, traits: UInt64) {
    self.time = time
    self.client = client
    self.traits = traits
    fingerprint = Agents.fingerprints[Int(client.agent)]
  }
}
