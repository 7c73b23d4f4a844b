// The console: the open incidents, as many as there are, in one list that stays; a click goes to the server, its answer comes back as data.

const consoles = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  if (!consoles.has(parentElement)) consoles.set(parentElement, placeConsole(parentElement.querySelector('.console'), data));
  const view = consoles.get(parentElement);
  view.acts.send = (asked) => setTriggerValue('act', asked);
  view.acts.answered(data.answer);
  callMe(view, data.me);
  return () => {
    for (const stop of consoles.get(parentElement)?.stops ?? []) stop();
    consoles.delete(parentElement);
  };
}

// `rows` is what is shown by id, `order` what is left of it by the filter; `missed` are the ids that changed during a pause, null without one.
function placeConsole(root, data) {
  const view = { root, data, words: data.words, rows: new Map(), order: [], active: null, missed: null, filter: readFilter(), me: data.me, now: null, wanted: readAlert() };
  nameWords(root, data.words);
  nameLabels(root, data.words);
  root.lang = data.language;
  view.held = holdAlerts((ids, raised) => takeNews(view, ids, raised));
  view.acts = actsInTurn((id) => drawAnswer(view, id));
  view.list = virtualList(root.querySelector('.board'), () => newRow(view), (row, index) => drawRow(row, view, index));
  view.bar = placeFilters(view, (filter) => filterBy(view, filter));
  view.details = placeDetails(view);
  view.notices = placeNotices(view);
  view.feed = follow({ get stream() { return view.held.address(); } }, view.held.take, undefined, view.notices.keeps);
  root.querySelector('.pause').onclick = () => pauseOrGoOn(view);
  const tick = setInterval(() => { wearTheme(root); drawState(view); }, 500);
  view.stops = [view.notices.stop, view.bar.stop, view.acts.stop, view.feed.stop, view.held.stop, view.list.stop, () => clearInterval(tick), followAddress(view), listenToKeys(view)];
  view.held.load();
  view.bar.draw();
  wearTheme(root);
  drawState(view);
  return view;
}

// While the list is paused it shows the rows as they were; only what this person did to a row goes through.
function takeNews(view, ids, raised) {
  const { acts, held } = view;
  for (const id of ids) acts.saw(id, held.rows.get(id));
  if (view.missed === null) view.rows = held.rows;
  else {
    for (const id of ids) {
      if (!acts.isMine(id)) view.missed.add(id);
      else if (held.rows.has(id)) view.rows.set(id, held.rows.get(id));
      else view.rows.delete(id);
    }
  }
  announce(view, raised);
  if (held.version !== null) view.notices.look(held.rows);
  arrange(view);
  openWanted(view);
  drawState(view);
}

// The alert of the link one came by: once the list is there; one that is not in it is said to be gone.
function openWanted(view) {
  if (view.wanted === null || view.held.version === null) return;
  const id = view.wanted;
  view.wanted = null;
  showAlert(view, id);
  if (view.details.id === id) return;
  setText(view.root.querySelector('.answer'), view.words.console.gone);
  replaceAddress(view);
}

function arrange(view) {
  const at = view.order.findIndex((row) => row.id === view.active);
  view.order = arranged(view);
  if (!view.order.some((row) => row.id === view.active)) view.active = view.order[Math.min(Math.max(at, 0), view.order.length - 1)]?.id ?? null;
  view.bar.count();
  view.list.show(view.order, view.active);
  view.details.draw();
}

function filterBy(view, filter) {
  view.filter = filter;
  view.bar.draw();
  arrange(view);
  view.list.toTop();
  drawState(view);
}

function callMe(view, me) {
  if (me === view.me) return;
  view.me = me;
  view.notices.belongTo(me);
  arrange(view);
}

function activate(view, id) {
  view.active = id;
  view.list.show(view.order, id);
  view.details.follow(id);
}

function act(view, incident, action, said = '') {
  if (!incident || view.acts.stateOf(incident.id) === 'sending') return;
  if (action === 'acknowledge' && !mayAcknowledge(incident)) return;
  view.acts.ask({ action, said, id: incident.id, version: incident.version });
}

function drawAnswer(view, id) {
  setText(view.root.querySelector('.answer'), view.acts.said(view.words));
  view.list.redraw(id);
  view.details.draw();
}

function pauseOrGoOn(view) {
  view.missed = view.missed === null ? new Set() : null;
  view.acts.disown();
  view.rows = view.missed === null ? view.held.rows : new Map(view.held.rows);
  arrange(view);
  drawState(view);
}
