// The open incidents as this console holds them: the pages of a snapshot first, then what the stream says has changed.

const PAGE_ROWS = 500, RETRY_MS = 1000;

// `took(ids, raised)` is called with the ids of what changed and the rows that are new; `take` is given what the stream tells.
function holdAlerts(took) {
  const held = { rows: new Map(), epoch: null, version: null, at: null, isLoading: false };
  let early = [], retry = 0, stopped = false;

  held.take = (told) => {
    held.at = Math.max(held.at ?? 0, told.at);
    if (held.isLoading) early.push(told);
    else if (told.epoch !== held.epoch || !told.delta || told.delta.after > held.version) held.load();
    else if (told.delta.version > held.version) layOver(held, told.delta, took);
  };
  held.load = async () => {
    held.isLoading = true;
    early = [];
    const loaded = await readPages(held, took);
    if (stopped) return;
    // The server is away, or the version is gone: it is asked again until it answers.
    if (loaded === null) { retry = setTimeout(held.load, RETRY_MS); return; }
    const ids = otherThan(held.rows, loaded.rows), isFirst = held.version === null;
    const raised = isFirst ? [] : ids.filter((id) => !held.rows.has(id)).map((id) => loaded.rows.get(id));
    Object.assign(held, loaded, { isLoading: false });
    took(ids, raised);
    for (const told of early.splice(0)) held.take(told);
  };
  held.address = () => (held.version === null ? '/api/alerts/stream' : `/api/alerts/stream?epoch=${encodeURIComponent(held.epoch)}&since=${held.version}`);
  held.stop = () => { stopped = true; clearTimeout(retry); };
  return held;
}

// All rows of one version, null where they cannot be had. Where nothing was shown before, what has come is shown page by page: the gravest come first.
async function readPages(held, took) {
  const rows = new Map(), isFirst = held.version === null;
  let loaded = null;
  do {
    loaded = await readPage(loaded === null ? '' : `&version=${loaded.page.version}&after=${loaded.page.next}`);
    if (loaded === null) return null;
    for (const row of loaded.page.rows) rows.set(row.id, row);
    if (isFirst && loaded.page.next !== null) {
      Object.assign(held, { rows, at: loaded.at });
      took([], []);
    }
  } while (loaded.page.next !== null);
  return { rows, epoch: loaded.epoch, version: loaded.page.version, at: loaded.at === null ? held.at : Math.max(held.at ?? 0, loaded.at) };
}

async function readPage(place) {
  try {
    const answer = await fetch(`/api/alerts?limit=${PAGE_ROWS}${place}`, { cache: 'no-store' });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function layOver(held, delta, took) {
  const raised = delta.changed.filter((row) => !held.rows.has(row.id));
  for (const id of delta.gone) held.rows.delete(id);
  for (const row of delta.changed) held.rows.set(row.id, row);
  held.version = delta.version;
  took([...delta.gone, ...delta.changed.map((row) => row.id)], raised);
}

function otherThan(before, after) {
  if (before === after) return [];
  const gone = [...before.keys()].filter((id) => !after.has(id));
  return [...gone, ...[...after.values()].filter((row) => JSON.stringify(row) !== JSON.stringify(before.get(row.id))).map((row) => row.id)];
}

// What is raised stands before what is over, what is real before a drill; then the gravest, then the oldest: within a level that is
// also the least time left.
function inConsoleOrder(one, other) {
  const first = (one.is_over - other.is_over) || (one.drill - other.drill) || ((one.muted !== null) - (other.muted !== null));
  return first || one.level - other.level || one.opened_at - other.opened_at || one.id - other.id;
}

function stateOf(incident) {
  if (incident.is_over) return 'over';
  return incident.owner === null ? 'open' : 'acknowledged';
}
function mayAcknowledge(incident) {
  return incident.owner === null;
}
function saidIn(texts, language) {
  return texts[language] ?? texts.en ?? '';
}
