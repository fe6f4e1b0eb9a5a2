import Samples

@main struct Bench {
  static func main() throws {
    var settings = SampleSettings()
    settings.format = CommandLine.arguments[1] == "cloudflare" ? .cloudflare : .combined
    settings.events = Int(CommandLine.arguments[2])!
    if CommandLine.arguments.count > 5 { settings.seconds = Int64(CommandLine.arguments[5])! }
    let truth = try SampleWriter(settings).write(to: CommandLine.arguments[3], labels: CommandLine.arguments[4])
    print(truth.events)
    for attack in truth.attacks {
      print(
        attack.label, attack.name, attack.events, attack.sources.count, attack.sources.prefix(3),
        (attack.lastSeen - attack.firstSeen) / 1_000_000_000)
    }
  }
}
