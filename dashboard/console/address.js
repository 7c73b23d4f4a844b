// The filter and the alert one is at in the address: a link that is passed on opens the same, the back button goes back to what was before.

const OPENED_HERE = 'details';

function readFilter() {
  const asked = new URLSearchParams(location.search), filter = noFilter();
  // A choice that there is not would hide everything.
  const known = (name, value) => !GROUPS[name].choices.length || GROUPS[name].choices.includes(value);
  for (const name in GROUPS) filter[name] = new Set((asked.get(name) ?? '').split(',').filter((value) => value && known(name, value)));
  filter.q = asked.get('q') ?? '';
  return filter;
}

// The id of the alert that the address names; null where it names none.
function readAlert() {
  const asked = new URLSearchParams(location.search).get('alert');
  return /^\d{1,15}$/.test(asked ?? '') ? Number(asked) : null;
}

// Another step in the history, `step` says which; the one that is there is left.
function pushAddress(view, step = null) {
  writeAddress(view, (address) => history.pushState({ ...history.state, pulse: step }, '', address));
}
function replaceAddress(view) {
  writeAddress(view, (address) => history.replaceState(history.state, '', address));
}

// Everything else in the address stays as it is: the language, what Streamlit keeps there.
function writeAddress(view, write) {
  const filter = view.filter, asked = new URLSearchParams(location.search);
  for (const name in GROUPS) putParameter(asked, name, [...filter[name]].sort().join(','));
  putParameter(asked, 'q', filter.q.trim());
  putParameter(asked, 'alert', view.details.id);
  const search = String(asked).replaceAll('%2C', ',');
  if (search === location.search.slice(1)) return;
  write(location.pathname + (search ? `?${search}` : '') + location.hash);
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

// Shows the alert the address names, or hides the one it does not name any more; the history stays as it is.
function showAlert(view, id) {
  const { details } = view;
  if (id === null) details.hide();
  else if (id !== details.id && view.rows.has(id)) {
    if (!view.order.some((row) => row.id === id)) filterBy(view, noFilter());
    details.show(id);
    activate(view, id);
    replaceAddress(view);
    details.parts.what.focus();
  }
}

function sameFilter(one, other) {
  return one.q.trim() === other.q.trim() && Object.keys(GROUPS).every((name) => [...one[name]].sort().join() === [...other[name]].sort().join());
}
