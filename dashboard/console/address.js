// The filter and the alert one is at in the address: a link that is passed on opens the same, the back button goes back to what was before.

const OPENED_HERE = 'details';

function readFilter() {
  const asked = new URLSearchParams(location.search), filter = noFilter();
  for (const name in GROUPS) filter[name] = new Set((asked.get(name) ?? '').split(',').filter(Boolean));
  filter.q = asked.get('q') ?? '';
  return filter;
}

// The id of the alert that the address names; null where it names none.
function readAlert() {
  const asked = new URLSearchParams(location.search).get('alert');
  return /^\d{1,15}$/.test(asked ?? '') ? Number(asked) : null;
}

// Everything else in the address stays as it is: the language, what Streamlit keeps there. `inPlace` leaves the entry before in the history.
function writeAddress(view, inPlace, step = null) {
  const filter = view.filter, asked = new URLSearchParams(location.search);
  for (const name in GROUPS) putParameter(asked, name, [...filter[name]].sort().join(','));
  putParameter(asked, 'q', filter.q.trim());
  putParameter(asked, 'alert', view.details.idOf());
  const search = String(asked).replaceAll('%2C', ',');
  if (search === location.search.slice(1)) return;
  const address = location.pathname + (search ? `?${search}` : '') + location.hash;
  if (inPlace) history.replaceState(history.state, '', address); else history.pushState({ ...history.state, pulse: step }, '', address);
  // Streamlit writes the address as it last knew it when it changes the language: it learns of ours as it learns of the back button.
  window.dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
}

function putParameter(asked, name, value) {
  if (value) asked.set(name, value); else asked.delete(name);
}

function followAddress(view) {
  const page = location.pathname;
  const moved = () => {
    const filter = readFilter();
    if (location.pathname !== page) return;
    if (!sameFilter(filter, view.filter)) filterBy(view, filter);
    showAlert(view, readAlert());
  };
  window.addEventListener('popstate', moved);
  return () => window.removeEventListener('popstate', moved);
}

// Opens the alert the address names, or closes the one it does not name any more.
function showAlert(view, id) {
  const { details } = view;
  if (id === null) details.hide();
  else if (id !== details.idOf() && view.rows.has(id)) {
    if (!view.order.some((row) => row.id === id)) filterBy(view, noFilter());
    activate(view, id);
    details.open(true);
  }
}

function sameFilter(one, other) {
  return one.q.trim() === other.q.trim() && Object.keys(GROUPS).every((name) => [...one[name]].sort().join() === [...other[name]].sort().join());
}
