/// What the page shows: traffic over time, the list of incidents, and one incident's story.
enum ConsoleViews {
  static let script = #"""
    // Elements are made here and filled with text; strings from logs never become markup.
    const make = (name, words = '', kind = '') => {
      const element = document.createElement(name)
      element.textContent = visible(words)
      if (kind) element.className = kind
      return element
    }

    // Characters that hide, reorder or command are shown by their number.
    const visible = words => String(words).replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
      one => `⟨U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)

    const within = (parent, ...children) => { parent.append(...children); return parent }
    const number = count => count.toLocaleString('en')
    const many = (count, one, more = one + 's') => `${number(count)} ${count === 1 ? one : more}`
    const clock = time => time.slice(11, 19)
    const day = time => time.slice(0, 10)

    export function traffic(place, flow, list) {
      const figures = within(make('dl', '', 'figures'),
        ...[['Events', number(flow.events)], ['Addresses', number(flow.sources)], ['Incidents', number(list.total)],
          ['Under way', number(list.items.filter(incident => incident.ongoing).length)]]
          .map(([name, value]) => within(make('div'), make('dt', name), make('dd', value))))
      place.replaceChildren(figures)
      if (flow.timeline.length) place.append(chart(flow))
    }

    function chart(flow) {
      const most = Math.max(1, ...flow.timeline.map(slot => slot.events))
      const wide = 1000 / flow.timeline.length
      const svg = shape('svg', { viewBox: '0 0 1000 70', preserveAspectRatio: 'none', role: 'img' })
      svg.append(within(shape('title'),
        `Events over time, ${many(flow.slot_seconds, 'second')} a bar; the dark part belongs to alerts`))
      flow.timeline.forEach((slot, index) => {
        const [all, bad] = [slot.events / most * 70, slot.attack / most * 70]
        const box = { x: index * wide, width: Math.max(.5, wide - .6) }
        if (all > bad) svg.append(shape('rect', { ...box, y: 70 - all, height: all - bad, class: 'rest' }))
        if (bad) svg.append(shape('rect', { ...box, y: 70 - bad, height: bad, class: 'attack' }))
      })
      const ends = within(make('p'), make('span', `${day(flow.first_seen)} ${clock(flow.first_seen)}`),
        make('span', `red: belongs to alerts · up to ${many(most, 'event')} in ${many(flow.slot_seconds, 'second')}`),
        make('span', `${clock(flow.last_seen)} UTC`))
      return within(make('div', '', 'chart'), svg, ends)
    }

    function shape(name, attributes = {}) {
      const element = document.createElementNS('http://www.w3.org/2000/svg', name)
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
      return element
    }

    export function incidents(place, list, state, isFresh) {
      const rows = list.items.map(incident => {
        const link = within(make('a'), make('span', incident.priority, `p ${incident.severity}`),
          make('span', incident.title), make('span', incident.ongoing ? 'under way' : '', 'on'),
          make('small', `${clock(incident.first_seen)} to ${clock(incident.last_seen)} · ${many(incident.events, 'event')
            } · ${many(incident.sources, 'address', 'addresses')} · ${many(incident.alerts, 'alert')}`))
        link.href = `#/${encodeURIComponent(state.customer)}/${encodeURIComponent(incident.id)}`
        if (incident.id === state.incident) link.setAttribute('aria-current', 'true')
        return within(make('li', '', isFresh(incident.id) ? 'fresh' : ''), link)
      })
      const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
      place.replaceChildren(make('h2', `Incidents, the most urgent first (j, k)`),
        rows.length ? within(make('ol'), ...rows) : make('p', 'Nothing yet. Quiet is good.', 'empty'))
      if (list.alerts_expected)
        place.append(make('p', `${many(list.alerts_expected, 'alert')} that somebody expects: suppressed, marked, in the API`, 'empty'))
      if (focused) [...place.querySelectorAll('a')].find(link => link.getAttribute('href') === focused)?.focus()
    }

    export function detail(place, incident, alerts) {
      const head = make('p', '', 'facts')
      head.append(within(make('span', '', incident.severity), incident.severity),
        ` · ${incident.kind.replaceAll('_', ' ')} · confidence ${incident.confidence} · ${incident.id
        } · ${day(incident.first_seen)} ${clock(incident.first_seen)} to ${clock(incident.last_seen)} UTC`)
      place.replaceChildren(make('h1', incident.title), head, make('h2', 'What happened'), story(incident))
      if (incident.sources.top.length) place.append(make('h2', sourcesHead(incident)), sources(incident))
      place.append(make('h2', many(alerts.total, 'alert')), ...alerts.items.map(alert))
    }

    function story(incident) {
      if (!incident.narrative.length) return make('p', 'The story is told once its events can be counted.', 'empty')
      return within(make('ol', '', 'story'), ...incident.narrative.map(sentence =>
        within(make('li'), make('time', clock(sentence.at)),
          within(make('div', sentence.text), query(`${many(sentence.count, 'event')}: the condition`, sentence.query)))))
    }

    const query = (name, text) => within(make('details'), make('summary', name), make('pre', text))

    const sourcesHead = incident =>
      `${incident.sources.estimated ? 'About ' : ''}${many(incident.sources.count, 'address', 'addresses')}`

    function sources(incident) {
      const head = within(make('tr'), make('th', 'Address'), make('th', 'Events', 'n'), make('th', 'Network'),
        make('th', 'Country'))
      return within(make('table'), head, ...incident.sources.top.slice(0, 12).map(one =>
        within(make('tr'), make('td', one.ip), make('td', number(one.events), 'n'),
          make('td', one.asn ? `AS${one.asn}` : ''), make('td', one.country ?? ''))))
    }

    function alert(finding) {
      const lines = (finding.evidences ?? []).map(one => one.data?.raw).filter(Boolean)
      const box = within(make('div', '', 'alert'), within(make('div', finding.message), ''),
        make('p', finding.finding_info.desc), query('the condition', finding.unmapped['weir.query']))
      if (lines.length) box.append(query(many(lines.length, 'line') + ' as they came in', lines.join('\n')))
      return box
    }

    """#
}
