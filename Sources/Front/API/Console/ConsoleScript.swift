/// What the page does: signs in, keeps the address and what is shown the same, and asks again when something changed.
enum ConsoleScript {
  static let script = #"""
    // The address says what is shown: #/CUSTOMER/INCIDENT. Nothing from the server is ever taken as markup.
    import { traffic, incidents, detail } from '/console-views.js'

    const at = id => document.getElementById(id)
    const state = { customers: [], customer: '', incident: '', list: [], asked: 0 }
    let source, timer

    // Whatever changes something says the word that signing in gave: no other site's page knows it.
    async function ask(path, options) {
      if (options?.method) options.headers = { ...options.headers, 'X-Weir-CSRF': state.csrf }
      const answer = await fetch(path, options)
      if (answer.status === 401) { door(); throw new Error('signed out') }
      const body = answer.status === 204 ? null : await answer.json()
      if (!answer.ok) throw new Error(body.detail)
      return body
    }

    const of = path => `/api/v1/customers/${encodeURIComponent(state.customer)}/${path}`

    function door() {
      source?.close()
      at('floor').hidden = at('customer').hidden = at('leave').hidden = true
      at('state').textContent = ''
      at('state').className = ''
      at('door').hidden = false
      at('name').focus()
    }

    async function signIn(words) {
      const answer = await fetch('/api/v1/session', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(words)
      })
      const body = await answer.json()
      if (!answer.ok) throw new Error(answer.status === 401 && words.token ? 'This token is not known here.' : body.detail)
      enter(body)
    }

    function enter(me) {
      state.customers = me.customers
      state.csrf = me.csrf ?? ''
      at('door').hidden = true
      at('floor').hidden = at('leave').hidden = false
      at('customer').hidden = me.customers.length < 2
      at('customer').replaceChildren(...me.customers.map(name => new Option(name, name)))
      follow()
      listen()
    }

    function listen() {
      source?.close()
      source = new EventSource('/api/v1/events')
      source.addEventListener('hello', () => { live(true); refresh() })
      source.addEventListener('error', () => live(false))
      for (const kind of ['alert', 'incident'])
        source.addEventListener(kind, event => {
          const change = JSON.parse(event.data)
          if (change.customer === state.customer) soon(change)
        })
    }

    function live(is) {
      at('state').textContent = is ? 'live' : 'connection lost, trying again'
      at('state').className = is ? 'live' : 'lost'
    }

    // Many changes at once are one look.
    function soon(change) {
      if (change?.id === state.incident) state.asked = 0
      timer ??= setTimeout(() => { timer = undefined; refresh() }, 400)
    }

    async function refresh() {
      if (!state.customer) return
      const customer = state.customer
      try {
        const [list, flow] = await Promise.all([ask(of('incidents?limit=200')), ask(of('traffic'))])
        if (customer !== state.customer) return
        const known = new Set(state.list.map(incident => incident.id))
        const isFirst = state.list.length === 0
        state.list = list.items
        traffic(at('traffic'), flow, list)
        incidents(at('incidents'), list, state, id => !isFirst && !known.has(id))
        if (!state.incident && list.items[0]) return open(list.items[0].id, true)
        await story()
      } catch (error) {
        if (error.message !== 'signed out') live(false)
      }
    }

    // An open incident that grows is told anew, at most every five seconds.
    async function story() {
      if (!state.incident || Date.now() - state.asked < 5000) return
      const id = state.incident
      state.asked = Date.now()
      const path = encodeURIComponent(id)
      try {
        const [incident, alerts] = await Promise.all([ask(of(`incidents/${path}`)), ask(of(`alerts?incident=${path}`))])
        if (id === state.incident) detail(at('detail'), incident, alerts)
      } catch (error) {
        if (id === state.incident) at('detail').textContent = error.message
      }
    }

    function open(id, quietly) {
      const place = `#/${encodeURIComponent(state.customer)}/${encodeURIComponent(id)}`
      if (quietly) { history.replaceState(null, '', place); follow() } else location.hash = place
    }

    function follow() {
      const [customer, incident] = location.hash.slice(2).split('/').map(decodeURIComponent)
      const before = state.customer
      state.customer = state.customers.includes(customer) ? customer : state.customers[0] ?? ''
      at('customer').value = state.customer
      state.incident = incident ?? ''
      state.asked = 0
      if (before !== state.customer) { state.list = []; at('detail').replaceChildren() }
      refresh()
    }

    addEventListener('hashchange', follow)
    at('customer').addEventListener('change', event => location.hash = `#/${encodeURIComponent(event.target.value)}`)
    at('leave').addEventListener('click', async () => { await ask('/api/v1/session', { method: 'DELETE' }); door() })
    at('door').addEventListener('submit', async event => {
      event.preventDefault()
      at('refusal').textContent = ''
      const [user, word] = [at('name').value.trim(), at('word').value]
      try { await signIn(user ? { user, password: word } : { token: word.trim() }); at('word').value = '' } catch (error) {
        at('refusal').textContent = error.message
      }
    })

    // j and k walk the list, as in every other tool of the trade.
    addEventListener('keydown', event => {
      if (event.target.matches('input,select') || event.metaKey || event.ctrlKey || event.altKey) return
      const step = { j: 1, k: -1 }[event.key]
      if (!step || !state.list.length) return
      const place = state.list.findIndex(incident => incident.id === state.incident)
      const next = state.list[Math.min(state.list.length - 1, Math.max(0, place + step))]
      open(next.id)
    })

    // Figures move on even while nothing is raised.
    setInterval(() => { if (!at('floor').hidden && !document.hidden) refresh() }, 5000)

    // A token behind the address is used once and taken out of it.
    const word = location.hash.match(/^#token=([\w-]+)$/)?.[1]
    if (word) history.replaceState(null, '', '/')
    try {
      if (word) await signIn({ token: word }); else enter(await ask('/api/v1/me'))
    } catch (error) { door() }

    """#
}
