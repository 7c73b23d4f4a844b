// The wall: builds its nodes once, then changes texts, attributes and points only. What it says was decided on the server.

const SOURCES = 5, TICK_MS = 250, RELOAD_JITTER_MS = 20000, MISSING_LOOK_MS = 30000;
const walls = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  if (!walls.has(parentElement)) walls.set(parentElement, hang(parentElement, data));
  return () => {
    walls.get(parentElement)?.();
    walls.delete(parentElement);
  };
}

function hang(parent, data) {
  const root = parent.querySelector('.wall'), address = new URLSearchParams(location.search), { layout, words, language } = data;
  root.lang = language;
  setStyle(root, '--scale', String(layout.scale));
  setData(root, 'reach', layout.scale < 3 ? 'near' : 'far');
  if (address.get('palette') === 'classic') setData(root, 'palette', 'classic');
  nameWords(root, words);
  const parts = prepare(root, data);
  const state = { frame: null, reload: 0 };
  const loadAnew = () => { state.reload ||= setTimeout(() => reloadIfThere(() => { state.reload = 0; }), Math.random() * RELOAD_JITTER_MS); };
  const pages = buildPages(root.querySelector('.deck'), layout, words);
  layOut(root, pages);
  const say = () => ({ words, language, frame: state.frame });
  const drawPage = () => { if (state.frame) drawTiles(turn.page(), say(), feed.now()); };
  const turn = turning(root, pages, layout, data.page, () => drawPage());
  const sound = data.past ? NO_SOUND : sounding(root, address, words);
  const take = (frame) => {
    if (state.frame && frame.seq < state.frame.seq && frame.sent <= state.frame.sent) return;
    state.frame = frame;
    turn.pin(frame.pinned);
    setText(root.querySelector('.pin'), words.wall.pinned);
    root.querySelector('.pin').hidden = !frame.pinned || pages.length === 1;
    drawAround(root, frame, language);
    drawPage();
    mark(root, feed, frame, words);
    if (data.build && frame.build !== data.build) loadAnew();
  };
  const feed = data.past ? lookBack(root, data, take) : follow({ stream: data.stream, snapshot: data.snapshot }, take, loadAnew);
  turn.show(data.page ?? 0);
  const tick = setInterval(() => drawAges(parts, root, state.frame, feed, data, turn, say()), TICK_MS);
  drawAges(parts, root, null, feed, data, turn, say());
  const missing = data.missing ? setInterval(() => lookFor(data.missing, loadAnew), MISSING_LOOK_MS) : 0;
  const kiosk = data.past ? NO_KIOSK : standing(root, feed, () => state.frame, data, sound);
  const door = data.past_link ? openingPast(root, feed, data) : NO_DOOR;
  const setup = settingUp(root, address, data);
  const resized = () => { layOut(root, pages); measureBreadth(root, turn.page(), layout); };
  addEventListener('resize', resized);
  return () => {
    for (const part of [feed, turn, sound, kiosk, door, setup]) part.stop();
    clearInterval(tick);
    clearInterval(missing);
    clearTimeout(state.reload);
    removeEventListener('resize', resized);
    for (const built of root.querySelectorAll('.page, .setup-choice, .sources .row')) built.remove();
  };
}

// A page that is loaded while its server is away has no script left to bring it back: the wall stays as it is until it answers.
function reloadIfThere(notThere) {
  fetch(location.href, { cache: 'no-store' }).then((answer) => { if (answer.ok) location.reload(); else notThere(); }, notThere);
}

// A layout that was not there may come: when it was taken back, or its database was away. A look that is lost is made good by the next.
function lookFor(snapshot, found) {
  fetch(snapshot, { cache: 'no-store' }).then((answer) => { if (answer.ok) found(); }, () => {});
}

function prepare(root, data) {
  const links = root.querySelectorAll('.page-link');
  for (const link of links) {
    link.hidden = data.links.length < 2 || !data.links.includes(link.getAttribute('href'));
    link.href = `${link.getAttribute('href')}?lang=${data.language}`;
    if (data.past && link.getAttribute('href').startsWith('console')) link.dataset.past = 'yes';
  }
  const wrong = root.querySelector('.wrong');
  const notes = [data.wrong, data.note].filter(Boolean);
  wrong.hidden = !notes.length;
  setText(wrong, notes.join(' · '));
  const sources = makeRows(root.querySelector('.sources'), SOURCES, '<i class="shape"></i><b class="source"></b><span class="lags"></span>');
  readyTexts(root.querySelector('.stage'));
  return { sources };
}

function drawAround(root, frame, language) {
  setText(root.querySelector('.site'), said(frame.site, language));
  root.querySelector('.demo').hidden = !frame.demo;
  setData(root, 'status', frame.verdict);
}

function drawTiles(page, say, now) {
  for (const { name, element, kind } of page.tiles) {
    const told = say.frame.tiles[name];
    if (!told) continue;
    kind.draw(element, told, say);
    if (kind.tick && now !== null) kind.tick(element, told, now, say);
  }
}

// Ages go on while frames do not: once four times a second, from the server's clock.
function drawAges(parts, root, frame, feed, data, turn, say) {
  const words = data.words, now = feed.now(), ageS = frame && now !== null ? Math.max(0, (now - frame.at) / 1000) : null;
  const fresh = data.past ? 'past' : freshness(ageS, feed.link());
  setData(root, 'fresh', fresh);
  setText(root.querySelector('.fresh-word'), data.past ? words.wall.past : words.live[fresh]);
  setText(root.querySelector('.fresh-age'), ageS === null || data.past ? '' : age(ageS, words));
  drawDown(root, feed.down(), words);
  drawRefusal(root, feed.refusal());
  if (!frame || now === null) return;
  setText(root.querySelector('.clock'), (data.layout.scale < 2 ? timeOf : hourOf)(now, frame.zone, data.language));
  for (const { name, element, kind } of turn.page().tiles) if (kind.tick && frame.tiles[name]) kind.tick(element, frame.tiles[name], now, say);
  drawSources(parts, root, frame, ageS, words);
}

// A screen whose right is over goes dark: its last picture is nobody's any more.
function drawRefusal(root, refusal) {
  const holder = root.querySelector('.refused');
  holder.hidden = !refusal;
  setText(holder, refusal);
}

function drawSources(parts, root, frame, ageS, words) {
  setText(root.querySelector('.sources-more'), frame.more_sources ? fill(words.wall.more, { n: frame.more_sources }) : '');
  parts.sources.forEach((row, index) => {
    const source = frame.sources[index];
    row.hidden = !source;
    if (!source) return;
    setData(row, 'status', source.status);
    setText(row.querySelector('.source'), source.name);
    const collect = source.collect_lag_s === null ? null : source.collect_lag_s + ageS;
    const told = [words.condition[source.condition], fill(words.wall.collected, { age: age(collect, words) })];
    if (source.source_lag_s !== null) told.push(fill(words.wall.source_lag, { age: age(source.source_lag_s, words) }));
    if (source.completeness !== null) told.push(fill(words.wall.complete, { percent: percent(source.completeness, 0, words) }));
    if (source.problems) told.push(fill(words.wall.problems, { n: source.problems }));
    if (source.replayed) told.push(words.wall.replayed);
    setText(row.querySelector('.lags'), told.join(' · '));
  });
}

// For people: how long the newest Board took to this screen. For the bench: when its newest record was accepted, and drawn.
function mark(root, feed, frame, words) {
  const now = feed?.now?.();
  setData(root, 'seq', frame.seq);
  setData(root, 'at', frame.at);
  setData(root, 'accepted', frame.accepted);
  setData(root, 'drawn', Date.now());
  if (now && root.dataset.fresh !== 'past') setText(root.querySelector('.render'), fill(words.wall.render_lag, { ms: Math.max(0, Math.round(now - frame.at)) }));
}
