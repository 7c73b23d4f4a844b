// The keyboard: one key an act, none of them while somebody types or holds a modifier.

const TYPED_IN = 'input, textarea, select, [contenteditable=""], [contenteditable=true]';
const SIGNS = { ArrowDown: '↓', ArrowUp: '↑', PageDown: 'Page ↓', PageUp: 'Page ↑' };

function listenToKeys(view) {
  const help = view.root.querySelector('.help'), { words } = view;
  const keys = keysOf(view, help);
  for (const [names, , word] of keys) help.querySelector('dl').append(...helpLine(names, words.console[word]));
  view.root.querySelector('.ask').onclick = () => help.showModal();
  const pressed = (event) => {
    const target = event.composedPath()[0];
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === 'Escape') { leave(view, target); return; }
    if (target.matches?.(TYPED_IN)) return;
    const found = keys.find(([names]) => names.includes(event.key));
    if (found && found[1](target, event.key) !== false) event.preventDefault();
  };
  document.addEventListener('keydown', pressed);
  return () => document.removeEventListener('keydown', pressed);
}

// Each: its keys, what it does (false where the key is not for us), and its word in the help.
function keysOf(view, help) {
  return [
    [['j', 'ArrowDown'], (target, key) => step(view, target, key, 1), 'key_next'],
    [['k', 'ArrowUp'], (target, key) => step(view, target, key, -1), 'key_previous'],
    [['PageDown'], (target, key) => step(view, target, key, view.list.page()), 'key_page_down'],
    [['PageUp'], (target, key) => step(view, target, key, -view.list.page()), 'key_page_up'],
    [['Home'], (target, key) => step(view, target, key, -Infinity), 'key_first'],
    [['End'], (target, key) => step(view, target, key, Infinity), 'key_last'],
    [['Enter'], (target) => (target.matches('.incident') ? view.details.open(true) : false), 'key_open'],
    [['a'], () => act(view, view.rows.get(view.details.id ?? view.active), 'acknowledge'), 'key_acknowledge'],
    [['/'], () => view.root.querySelector('.query').focus(), 'key_search'],
    [['p'], () => pauseOrGoOn(view), 'key_pause'],
    [['?'], () => help.showModal(), 'key_help'],
  ];
}

// Letters work wherever one is; arrows and the like only on the list, elsewhere they belong to the page.
function step(view, target, key, by) {
  if (key.length > 1 && target !== document.body && !target.closest?.('.board')) return false;
  const at = view.order.findIndex((row) => row.id === view.active), last = view.order.length - 1;
  if (last < 0) return;
  // The first step from elsewhere only enters the list.
  const isInside = view.list.hasFocus() || view.details.isOpen() || Math.abs(by) > 1;
  activate(view, view.order[Math.max(0, Math.min(last, isInside ? at + by : at))].id);
  view.list.focus();
}

function leave(view, target) {
  if (view.details.isOpen()) view.details.close();
  else if (target.matches?.('.query')) {
    // An empty list takes no focus: the field must let go of it all the same, or the next key would be typed there.
    target.blur();
    view.list.focus();
  }
}

function helpLine(names, word) {
  const term = document.createElement('dt'), meaning = document.createElement('dd');
  for (const name of names) {
    const key = document.createElement('kbd');
    setText(key, SIGNS[name] ?? name);
    term.append(key, ' ');
  }
  setText(meaning, word);
  return [term, meaning];
}
