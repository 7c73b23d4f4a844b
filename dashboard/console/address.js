// The filter in the address: a link that is passed on opens the same list, the back button goes back to the filter before.

function readFilter() {
  const asked = new URLSearchParams(location.search), filter = noFilter();
  for (const name in GROUPS) filter[name] = new Set((asked.get(name) ?? '').split(',').filter(Boolean));
  filter.q = asked.get('q') ?? '';
  return filter;
}

// Everything else in the address stays as it is: the language, what Streamlit keeps there.
function writeAddress(filter, isTyped) {
  const asked = new URLSearchParams(location.search);
  for (const name in GROUPS) putParameter(asked, name, [...filter[name]].sort().join(','));
  putParameter(asked, 'q', filter.q.trim());
  const search = String(asked).replaceAll('%2C', ',');
  if (search === location.search.slice(1)) return;
  const address = location.pathname + (search ? `?${search}` : '') + location.hash;
  if (isTyped) history.replaceState(history.state, '', address); else history.pushState(history.state, '', address);
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
    if (location.pathname === page && !sameFilter(filter, view.filter)) filterBy(view, filter);
  };
  window.addEventListener('popstate', moved);
  return () => window.removeEventListener('popstate', moved);
}

function sameFilter(one, other) {
  return one.q.trim() === other.q.trim() && Object.keys(GROUPS).every((name) => [...one[name]].sort().join() === [...other[name]].sort().join());
}
