// What of the list is shown: groups of choices that narrow each other, words that must all be found, and a count beside each choice.

const GROUPS = {
  level: { of: (row) => String(row.level), choices: ['1', '2', '3'], several: true },
  state: { of: stateOf, choices: ['open', 'acknowledged', 'over'], several: true },
  owner: { of: (row, me) => (row.owner === null ? 'nobody' : row.owner === me ? 'mine' : 'other'), choices: ['mine', 'nobody'] },
  drill: { of: (row) => (row.drill ? 'only' : 'none'), choices: ['only', 'none'] },
  scope: { of: (row) => row.scope, choices: [] },
};

function noFilter() {
  return { ...Object.fromEntries(Object.keys(GROUPS).map((name) => [name, new Set()])), q: '' };
}
function isNarrow(filter) {
  return filter.q.trim() !== '' || Object.keys(GROUPS).some((name) => filter[name].size > 0);
}

function arranged(view) {
  const { filter, me } = view, wanted = wordsOf(filter.q);
  return [...view.rows.values()].filter((row) => fits(row, filter, me, null) && tells(row, wanted, view.data.language)).sort(inConsoleOrder);
}
function fits(row, filter, me, but) {
  for (const name in GROUPS) if (name !== but && filter[name].size && !filter[name].has(GROUPS[name].of(row, me))) return false;
  return true;
}
function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}
const searched = new WeakMap();
function tells(row, wanted, language) {
  if (!wanted.length) return true;
  if (!searched.has(row)) {
    const parts = row.contributors.map((one) => saidIn(one.title, language) || one.value);
    searched.set(row, [`#${row.id}`, saidIn(row.title, language), saidIn(row.why, language), saidIn(row.place, language), row.scope, row.rule, row.owner ?? '', ...parts].join('\n').toLowerCase());
  }
  return wanted.every((word) => searched.get(row).includes(word));
}

// How many rows each choice would show, with the other groups as they are.
function countChoices(view) {
  const counts = Object.fromEntries(Object.keys(GROUPS).map((name) => [name, new Map()])), wanted = wordsOf(view.filter.q);
  for (const row of view.rows.values()) {
    if (!tells(row, wanted, view.data.language)) continue;
    for (const name in GROUPS) {
      if (!fits(row, view.filter, view.me, name)) continue;
      const value = GROUPS[name].of(row, view.me);
      counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
    }
  }
  return counts;
}
