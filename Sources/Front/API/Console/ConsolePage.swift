/// The page's frame; everything that comes from logs is put in by the script, as text.
enum ConsolePage {
  static let html = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Weir</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/console.css">
    <script type="module" src="/console.js"></script>
    </head>
    <body>
    <header>
    <b>Weir</b>
    <label><span class="hidden">Customer</span><select id="customer" hidden></select></label>
    <span id="state" role="status"></span>
    <button id="leave" hidden>Sign out</button>
    </header>
    <form id="door" hidden>
    <h1>Sign in</h1>
    <label for="name">Name <small>(leave empty to sign in with a token)</small></label>
    <input id="name" autocomplete="username">
    <label for="word">Password or token</label>
    <input id="word" type="password" autocomplete="current-password" required>
    <button>Sign in</button>
    <p id="refusal" role="alert"></p>
    </form>
    <main id="floor" hidden>
    <section id="traffic" aria-label="Traffic"></section>
    <section id="incidents" aria-label="Incidents"></section>
    <section id="detail" aria-label="Incident" aria-live="off"></section>
    </main>
    <noscript>This page asks the server for what it shows, and needs JavaScript for it.</noscript>
    </body>
    </html>

    """
}
