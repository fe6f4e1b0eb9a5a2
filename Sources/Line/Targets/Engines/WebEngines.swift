import Model

extension Engine {
  static let nginx = Engine(name: "nginx", target: .nginx, tool: "nginx") { artifacts throws(EngineError) in
    let text = NginxFrame.whole(
      artifacts.map(\.text),
      http: "real_ip_header proxy_protocol; set_real_ip_from unix:; set_real_ip_from 0.0.0.0/0; set_real_ip_from ::/0;",
      server: { "listen unix:%DIR%/s\($0).sock proxy_protocol;" })
    return try ServerSession(
      "nginx", program: Executable.path(of: "nginx") ?? "nginx",
      ["-p", "%DIR%", "-c", "%DIR%/nginx.conf", "-g", "user root;"],
      files: ["nginx.conf": text], route: { ("s\($0).sock", 80) })
  }

  static let haproxy = Engine(name: "haproxy", target: .haproxy, tool: "haproxy") { artifacts throws(EngineError) in
    let text = HAProxyFrame.whole(artifacts.map(\.text), bind: { "bind unix@%DIR%/s\($0).sock accept-proxy" })
    return try ServerSession(
      "haproxy", program: Executable.path(of: "haproxy") ?? "haproxy", ["-db", "-q", "-f", "%DIR%/haproxy.cfg"],
      files: ["haproxy.cfg": text], route: { ("s\($0).sock", 80) })
  }

  /// One socket; the port that a client asked for chooses the artifact.
  static let varnish = Engine(name: "varnish", target: .varnish, tool: "varnishd") { artifacts throws(EngineError) in
    try ServerSession(
      "varnish", program: Executable.path(of: "varnishd") ?? "varnishd",
      [
        "-F", "-j", "none", "-n", "%DIR%/work", "-f", "%DIR%/weir.vcl", "-a", "weir=%DIR%/s.sock,PROXY", "-s",
        "malloc,8m", "-p", "vsl_space=1M", "-p", "http_req_hdr_len=48k", "-p", "http_req_size=128k", "-p",
        "workspace_client=512k", "-p", "http_max_hdr=256", "-p", "thread_pools=1",
      ], files: ["weir.vcl": VarnishFrame.whole(artifacts.map(\.text))], route: { ("s.sock", $0 + 1) })
  }
}
