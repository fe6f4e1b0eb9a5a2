vcl 4.1;
backend origin { .host = "127.0.0.1"; .port = "18080"; }

# Pages go through, so that every log tells of every page.
sub vcl_recv {
  if (req.url !~ "^/static/") { return (pass); }
}
