// The filters as they are touched: a search field, a button a choice with its count, a list of queues; on a phone they fold away.

const TYPING_MS = 250;

function placeFilters(view, chosen) {
  const { root, words } = view, $ = (selector) => root.querySelector(selector), chips = new Map();
  const bar = {}, query = $('.query'), scope = newScopes(words), fold = $('.fold');
  let typing = 0;
  const choose = (filter, isTyped) => { chosen(filter); if (isTyped) replaceAddress(view); else pushAddress(view); };
  for (const name of ['level', 'state', 'owner', 'drill']) {
    const group = newGroup(name, words);
    for (const value of GROUPS[name].choices) chips.set(`${name} ${value}`, newChip(group, chipWord(name, value, words.console), () => choose(toggled(view.filter, name, value))));
    $('.facets').append(group);
  }
  $('.facets').append(scope);
  scope.onchange = () => choose({ ...view.filter, scope: new Set(scope.value ? [scope.value] : []) });
  query.placeholder = words.console.search;
  query.oninput = () => { clearTimeout(typing); typing = setTimeout(() => choose({ ...view.filter, q: query.value }, true), TYPING_MS); };
  $('.clear').onclick = () => { choose(noFilter()); query.focus(); };
  fold.onclick = () => { setData(root, 'filters', root.dataset.filters === 'open' ? 'closed' : 'open'); drawFold(root, view, fold); };

  bar.stop = () => clearTimeout(typing);
  bar.draw = () => {
    const { filter } = view;
    if (root.getRootNode().activeElement !== query) query.value = filter.q;
    for (const [key, chip] of chips) chip.element.setAttribute('aria-pressed', String(filter[key.split(' ')[0]].has(key.split(' ')[1])));
    $('.clear').hidden = !isNarrow(filter);
    drawFold(root, view, fold);
  };
  bar.count = () => {
    const counts = countChoices(view);
    for (const [key, chip] of chips) setText(chip.count, counts[key.split(' ')[0]].get(key.split(' ')[1]) ?? 0);
    drawScopes(scope, view, counts.scope);
  };
  return bar;
}

function newGroup(name, words) {
  const group = document.createElement('div');
  group.className = 'group';
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', groupWord(name, words.console));
  return group;
}

function newChip(group, word, pressed) {
  const element = document.createElement('button'), count = document.createElement('b');
  element.type = 'button';
  element.className = 'chip';
  element.append(`${word} `, count);
  element.onclick = pressed;
  group.append(element);
  return { element, count };
}

function groupWord(name, said) {
  return { level: said.column_level, state: said.column_state, owner: said.column_owner, drill: said.drill }[name];
}
function chipWord(name, value, said) {
  if (name === 'level') return roman(Number(value));
  return { open: said.open, acknowledged: said.acknowledged, over: said.over, mine: said.mine, nobody: said.nobody, only: said.only_drills, none: said.no_drills }[value];
}

function toggled(filter, name, value) {
  const chosen = new Set(GROUPS[name].several ? filter[name] : []);
  if (filter[name].has(value)) chosen.delete(value); else chosen.add(value);
  return { ...filter, [name]: chosen };
}

function newScopes(words) {
  const scope = document.createElement('select');
  scope.className = 'scope';
  scope.setAttribute('aria-label', words.console.column_where);
  scope.append(new Option(words.console.everywhere, ''));
  return scope;
}

// Options are kept by their value, so that a list that is open is not pulled from under the pointer.
function drawScopes(select, view, counts) {
  const places = new Map([...view.rows.values()].map((row) => [row.scope, placeOf(row, view)])), wished = [...view.filter.scope][0] ?? '';
  if (wished && !places.has(wished)) places.set(wished, wished);
  const known = new Map([...select.options].map((option) => [option.value, option]));
  for (const [value, option] of known) if (value && !places.has(value)) option.remove();
  for (const [value, place] of [...places].sort((one, other) => one[1].localeCompare(other[1]))) {
    if (!known.has(value)) select.append(new Option('', value));
  }
  for (const option of select.options) if (option.value) setText(option, `${places.get(option.value)} (${counts.get(option.value) ?? 0})`);
  if (select.value !== wished) select.value = wished;
}

function drawFold(root, view, fold) {
  const { filter, words } = view, count = Object.keys(GROUPS).filter((name) => filter[name].size).length;
  setText(fold, count ? fill(words.console.filters_on, { n: count }) : words.console.filters);
  fold.setAttribute('aria-expanded', String(root.dataset.filters === 'open'));
}
