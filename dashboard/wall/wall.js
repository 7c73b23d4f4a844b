// The wall: builds its nodes once, then changes texts, attributes and points only. What it says was decided on the server.

const QUEUES = 8, CATEGORIES = 4, TICKERS = 4, SOURCES = 5, TICK_MS = 250, RELOAD_JITTER_MS = 20000;
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
  const root = parent.querySelector('.wall'), words = { ...data.words, language: data.language };
  const parts = build(root);
  const state = { frame: null, drawnAt: 0, reload: 0 };
  nameWords(root, words);
  root.lang = data.language;
  parts.links.hidden = !data.links;
  for (const link of parts.links.children) link.href = `${link.getAttribute('href')}?lang=${data.language}`;
  const feed = follow({ stream: data.stream, snapshot: data.snapshot }, (frame) => {
    if (state.frame && frame.seq < state.frame.seq && frame.sent <= state.frame.sent) return;
    state.frame = frame;
    draw(parts, frame, words, data.language);
    mark(root, feed, frame, parts, words);
    if (data.build && frame.build !== data.build && !state.reload) {
      state.reload = setTimeout(() => location.reload(), Math.random() * RELOAD_JITTER_MS);
    }
  });
  const tick = setInterval(() => drawAges(parts, root, state.frame, feed, data), TICK_MS);
  drawAges(parts, root, null, feed, data);
  const pointer = watchPointer(root);
  return () => { feed.stop(); clearInterval(tick); clearTimeout(state.reload); pointer(); };
}

function build(root) {
  const $ = (selector) => root.querySelector(selector);
  const make = (holder, count, html) => Array.from({ length: count }, () => {
    const row = document.createElement('div');
    row.className = 'row';
    row.innerHTML = html;
    row.hidden = true;
    for (const element of row.querySelectorAll('span, b')) if (!element.children.length) element.append(document.createTextNode(''));
    holder.append(row);
    return row;
  });
  const queue = '<span class="name"><i class="shape"></i><span class="title"></span><b class="word"></b></span><span class="channel"></span>'
    + '<span class="waiting num"></span><span class="oldest num"></span><span class="left num"></span>'
    + '<span class="sl num"><span class="sl-value"></span><span class="sl-goal"></span></span><span class="agents num"></span>';
  const parts = {
    root, links: $('.links'), slots: new Map(),
    queues: make($('.pool'), QUEUES, queue),
    categories: make($('.categories'), CATEGORIES, '<span class="category"></span><i class="share"></i><span class="count num"></span>'),
    tickers: make($('.ticker'), TICKERS, '<span class="level"><i class="shape"></i><b class="roman"></b></span><span class="what"></span><span class="who"></span><span class="since num"></span>'),
    sources: make($('.sources'), SOURCES, '<i class="shape"></i><b class="source"></b><span class="lags"></span>'),
  };
  for (const element of root.querySelectorAll('.value, .note, .last, .more, .site, .clock, .fresh-word, .fresh-age, .verdict-word, .verdict-why, .label-text, .render, .axis-from, dd')) {
    if (!element.firstChild) element.append(document.createTextNode(''));
  }
  return parts;
}

function draw(parts, frame, words, language) {
  const root = parts.root, $ = (selector) => root.querySelector(selector);
  setText($('.site'), said(frame.site, language));
  $('.demo').hidden = !frame.demo;
  drawHero(root, frame.hero, words);
  drawQueues(parts, frame, words);
  drawPeople(root, frame.people);
  drawComplaints(parts, frame.complaints, words);
  drawLine($('[data-line=service_level]'), frame.trend.service_level, (value) => percent(value, 0, words), frame.hero.goal);
  drawLine($('[data-line=complaints]'), frame.trend.complaints, number, null);
  setText($('.axis-from'), frame.trend.service_level.length > 1 ? fill(words.wall.minutes_ago, { n: frame.trend.service_level.length - 1 }) : '');
  drawIncidents(parts, frame, words, language);
}

function drawHero(root, hero, words) {
  setData(root, 'status', hero.verdict);
  setText(root.querySelector('.verdict-word'), words.wall[`verdict_${hero.verdict}`]);
  const { critical, warning } = hero.queues, all = Object.values(hero.queues).reduce((sum, count) => sum + count, 0);
  setText(root.querySelector('.verdict-why'), fill(words.wall.verdict_why, { critical, warning, all })
    + (hero.silent_sources ? ` · ${fill(words.wall.silent_sources, { n: hero.silent_sources })}` : ''));
  setText(root.querySelector('.main .label-text'), fill(words.wall.sl_30m, { formula: hero.formula }));
  const goal = fill(words.wall.goal, { goal: percent(hero.goal, 0, words) });
  figure(root, 'service_level', percent(hero.service_level, 1, words), hero.service_level_status, goal);
  figure(root, 'today', percent(hero.today, 1, words), hero.today_status, goal);
  figure(root, 'projected', percent(hero.projected, 1, words), hero.projected_status, goal);
  figure(root, 'waiting', number(hero.waiting), 'plain');
  figure(root, 'oldest', duration(hero.oldest_wait_s, words), hero.wait_status, said(hero.oldest_in, words.language));
}

function figure(root, name, text, status, note) {
  const box = root.querySelector(`[data-figure=${name}]`);
  setData(box, 'status', status);
  setText(box.querySelector('.value'), text);
  if (note !== undefined) setText(box.querySelector('.note'), note);
}

// A queue keeps its row as long as it is shown; only the place of the row changes.
function drawQueues(parts, frame, words) {
  const shown = new Set(frame.rows.map((row) => row.name));
  for (const name of parts.slots.keys()) if (!shown.has(name)) parts.slots.delete(name);
  const free = parts.queues.filter((row) => ![...parts.slots.values()].includes(row));
  frame.rows.forEach((queue, place) => {
    if (!parts.slots.has(queue.name)) parts.slots.set(queue.name, free.shift());
    drawQueue(parts.slots.get(queue.name), queue, place, words);
  });
  for (const row of free) row.hidden = true;
  const more = frame.more_queues ? fill(words.wall.more_queues, { n: frame.more_queues }) : '';
  setText(parts.root.querySelector('.queues-more'), more);
}

function drawQueue(row, queue, place, words) {
  const part = (name) => row.querySelector(`.${name}`);
  row.hidden = false;
  setData(row, 'status', queue.status);
  setStyle(row, '--place', String(place));
  setText(part('title'), said(queue.title, words.language));
  setText(part('word'), words.status[queue.status]);
  setText(part('channel'), words.channel[queue.channel] ?? NEVER);
  setText(part('waiting'), number(queue.waiting));
  setText(part('oldest'), duration(queue.oldest_wait_s, words));
  setText(part('left'), duration(queue.left_s, words));
  setText(part('sl-value'), percent(queue.service_level, 0, words));
  setText(part('sl-goal'), ` / ${percent(queue.goal, 0, words)}`);
  setText(part('agents'), `${number(queue.available)} / ${number(queue.agents)}`);
}

function drawPeople(root, people) {
  const all = people?.logged_in || 0;
  for (const element of root.querySelectorAll('[data-people]')) setText(element, number(people?.[element.dataset.people]));
  for (const part of root.querySelectorAll('.bar i')) setStyle(part, 'flex-grow', String(all ? people[part.dataset.state] ?? 0 : 0));
}

function drawComplaints(parts, complaints, words) {
  const root = parts.root, most = Math.max(1, ...complaints.by_category.map(([, count]) => count));
  setText(root.querySelector('[data-complaints=recent]'), number(complaints.recent));
  setText(root.querySelector('[data-complaints=today]'), fill(words.wall.today_count, { n: number(complaints.today) }));
  parts.categories.forEach((row, index) => {
    const found = complaints.by_category[index];
    row.hidden = !found;
    if (!found) return;
    setText(row.querySelector('.category'), said(found[0], words.language));
    setStyle(row.querySelector('.share'), '--share', String(found[1] / most));
    setText(row.querySelector('.count'), found[1]);
  });
}

// Sixty places from left to right, the newest at the right edge; a minute nobody knows is a gap that is bridged, not a zero.
function drawLine(chart, values, written, goal) {
  const known = values.map((value, index) => [index, value]).filter(([, value]) => value !== null);
  const numbers = known.map(([, value]) => value);
  const top = goal === null ? Math.max(4, ...numbers) : 1, bottom = goal === null ? 0 : Math.max(0, Math.min(goal - 0.2, ...numbers) - 0.05);
  const y = (value) => (38 - 36 * ((value - bottom) / (top - bottom))).toFixed(1);
  const step = 100 / Math.max(1, values.length - 1);
  const points = known.map(([index, value]) => `${(index * step).toFixed(1)},${y(value)}`).join(' ');
  const line = chart.querySelector('polyline'), mark = chart.querySelector('.goal');
  if (line.getAttribute('points') !== points) line.setAttribute('points', points);
  if (mark && goal !== null) { mark.setAttribute('y1', y(goal)); mark.setAttribute('y2', y(goal)); }
  setText(chart.querySelector('.last'), known.length ? written(known[known.length - 1][1]) : NEVER);
}

function drawIncidents(parts, frame, words, language) {
  const root = parts.root;
  setData(root, 'incidents', frame.incidents.length);
  setText(root.querySelector('.incidents-more'), frame.more_incidents ? fill(words.wall.more, { n: frame.more_incidents }) : '');
  parts.tickers.forEach((row, index) => {
    const incident = frame.incidents[index];
    row.hidden = !incident;
    if (!incident) return;
    setData(row, 'status', incident.status);
    setData(row, 'owned', incident.acknowledged);
    setText(row.querySelector('.roman'), roman(incident.level));
    setText(row.querySelector('.what'), (incident.drill ? `${words.wall.drill} · ` : '') + said(incident.title, language));
    const who = incident.owner ?? words.wall.no_owner;
    setText(row.querySelector('.who'), incident.is_over ? `${words.wall.over} · ${who}` : who);
  });
}

// Ages go on while frames do not: once four times a second, from the server's clock.
function drawAges(parts, root, frame, feed, data) {
  const words = data.words, now = feed.now(), ageS = frame && now !== null ? Math.max(0, (now - frame.at) / 1000) : null;
  const fresh = freshness(ageS, feed.link());
  setData(root, 'fresh', fresh);
  setText(root.querySelector('.fresh-word'), words.live[fresh]);
  setText(root.querySelector('.fresh-age'), ageS === null ? '' : age(ageS, words));
  drawDown(root, feed.down(), words);
  if (!frame || now === null) return;
  setText(root.querySelector('.clock'), timeOf(now, frame.zone, data.language));
  frame.incidents.forEach((incident, index) => setText(parts.tickers[index].querySelector('.since'), duration((now - incident.opened_at) / 1000, words)));
  drawSources(parts, frame, ageS, words);
}

function drawSources(parts, frame, ageS, words) {
  setText(parts.root.querySelector('.sources-more'), frame.more_sources ? fill(words.wall.more, { n: frame.more_sources }) : '');
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
function mark(root, feed, frame, parts, words) {
  const now = feed?.now?.();
  setData(root, 'seq', frame.seq);
  setData(root, 'at', frame.at);
  setData(root, 'accepted', frame.accepted);
  setData(root, 'drawn', Date.now());
  if (now) setText(root.querySelector('.render'), fill(words.wall.render_lag, { ms: Math.max(0, Math.round(now - frame.at)) }));
}

const formats = new Map();
function timeOf(at, zone, language) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: zone }));
  }
  return formats.get(zone).format(at);
}

// Nobody touches a wall; where somebody does move a mouse, cursor and links show for three seconds.
function watchPointer(root) {
  let timer = 0;
  const moved = () => {
    root.dataset.pointer = 'on';
    clearTimeout(timer);
    timer = setTimeout(() => { root.dataset.pointer = ''; }, 3000);
  };
  root.addEventListener('pointermove', moved);
  root.addEventListener('focusin', moved);
  return () => { clearTimeout(timer); root.removeEventListener('pointermove', moved); root.removeEventListener('focusin', moved); };
}

function said(texts, language) {
  return texts?.[language] ?? texts?.en ?? '';
}
