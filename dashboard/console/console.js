// The console: one row per incident, kept as long as it is open; a click goes to the server, its answer comes back as data.

const consoles = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  if (!consoles.has(parentElement)) consoles.set(parentElement, place(parentElement, data));
  const shown = consoles.get(parentElement);
  shown.send = (asked) => setTriggerValue('act', asked);
  shown.answered(data.answer);
  return () => {
    consoles.get(parentElement)?.stop();
    consoles.delete(parentElement);
  };
}

function place(parent, data) {
  const root = parent.querySelector('.console'), words = data.words, $ = (selector) => root.querySelector(selector);
  const rows = new Map();
  const shown = { send: null, frame: null, waiting: null, missed: 0, paused: false, clicks: 0, seen: 0 };
  nameWords(root, words);
  root.lang = data.language;
  function take(frame) {
    if (shown.paused) {
      shown.missed += changed(shown.waiting ?? shown.frame, frame) ? 1 : 0;
      shown.waiting = frame;
    } else {
      shown.frame = frame;
      drawList(root, rows, frame, data, click);
    }
    drawAges();
  }
  function click(incident, action, cause) {
    shown.clicks = Date.now();
    setText($('.answer'), words.console.sending);
    shown.send({ action, cause, id: incident.id, version: incident.version, click: shown.clicks });
  }
  function drawAges() {
    const now = feed.now(), newest = shown.waiting ?? shown.frame;
    const ageS = newest && now !== null ? Math.max(0, (now - newest.at) / 1000) : null, fresh = freshness(ageS, feed.link());
    setData(root, 'fresh', fresh);
    setText($('.fresh-word'), words.live[fresh]);
    drawDown(root, feed.down(), words);
    setText($('.fresh-age'), ageS === null ? '' : age(ageS, words));
    setText($('.pause'), shown.paused ? fill(words.console.resume, { n: shown.missed }) : words.console.pause);
    if (now !== null) for (const row of rows.values()) drawTimes(row, now, words);
  }
  $('.pause').onclick = () => {
    shown.paused = !shown.paused;
    const waiting = shown.waiting;
    Object.assign(shown, { waiting: null, missed: 0 });
    if (!shown.paused && waiting) take(waiting);
    drawAges();
  };
  const feed = follow({ stream: data.stream }, take);
  const tick = setInterval(drawAges, 500);
  drawAges();
  shown.answered = (answer) => {
    if (!answer || answer.click === shown.seen) return;
    shown.seen = answer.click;
    setText($('.answer'), words.console[answer.answer]);
    for (const row of rows.values()) for (const button of row.buttons) button.disabled = false;
  };
  shown.stop = () => { feed.stop(); clearInterval(tick); };
  return shown;
}

function changed(before, after) {
  return !before || JSON.stringify(before.rows) !== JSON.stringify(after.rows);
}

function drawList(root, rows, frame, data, click) {
  const words = data.words, list = root.querySelector('.list'), open = new Set(frame.rows.map((incident) => incident.id));
  for (const [id, row] of rows) if (!open.has(id)) { row.element.remove(); rows.delete(id); }
  frame.rows.forEach((incident, index) => {
    if (!rows.has(incident.id)) rows.set(incident.id, newRow(list, data));
    drawRow(rows.get(incident.id), incident, data, click);
    setStyle(rows.get(incident.id).element, 'order', String(index));
  });
  root.querySelector('.none').hidden = frame.rows.length > 0;
  const template = frame.unowned ? words.console.unowned : words.console.owned;
  setText(root.querySelector('.count'), frame.rows.length ? fill(template, { n: frame.unowned || frame.rows.length }) : '');
  setText(root.querySelector('.more'), frame.more ? fill(words.console.more, { n: frame.more }) : '');
}

function newRow(list, data) {
  const element = document.createElement('li');
  element.className = 'incident';
  element.innerHTML = '<span class="level"><i class="shape"></i><b class="word"></b></span>'
    + '<div><p class="what"></p><p class="why"></p><p class="parts"></p><p class="facts"><span class="since"></span><span class="owner"></span><span class="due"></span><span class="not-told"></span></p></div>'
    + '<div class="acts"><button class="acknowledge" type="button"></button>'
    + '<form class="closing"><select class="cause" required></select><button class="close"></button></form></div>';
  const cause = element.querySelector('.cause');
  for (const [value, text] of [['', data.words.console.cause], ...data.causes]) cause.append(new Option(text, value));
  cause.setAttribute('aria-label', data.words.console.cause);
  list.append(element);
  return { element, cause, buttons: element.querySelectorAll('button'), incident: null };
}

function drawRow(row, incident, data, click) {
  const words = data.words, language = data.language, part = (name) => row.element.querySelector(`.${name}`);
  const flags = [fill(words.console.level, { level: roman(incident.level) }), incident.drill && words.console.drill, incident.is_over && words.console.over, incident.no_data && words.console.no_data];
  row.incident = incident;
  setData(row.element, 'status', incident.status);
  setData(row.element, 'id', incident.id);
  setText(part('word'), flags.filter(Boolean).join(' · '));
  setText(part('what'), incident.title[language] ?? incident.title.en ?? '');
  const why = incident.why[language] ?? incident.why.en ?? '';
  setText(part('why'), incident.is_over ? fill(words.console.was, { why }) : why);
  setText(part('owner'), incident.owner ? fill(words.console.owner, { who: incident.owner }) : '');
  setText(part('not-told'), incident.not_told.length ? fill(words.console.not_told, { channels: incident.not_told.join(', ') }) : '');
  const told = incident.contributors.map((one) => fill(words.console.share, { value: one.title[language] ?? one.value, percent: percent(Math.min(one.share_ratio, 1), 0, words) }));
  setText(part('parts'), told.join(' · '));
  const send = (action) => { for (const button of row.buttons) button.disabled = true; click(row.incident, action, row.cause.value); };
  setText(part('acknowledge'), words.console.acknowledge);
  setText(part('close'), words.console.close);
  part('acknowledge').hidden = incident.owner !== null;
  part('closing').hidden = !incident.may_close;
  part('acknowledge').onclick = () => send('acknowledge');
  part('closing').onsubmit = (event) => { event.preventDefault(); send('close'); };
}

function drawTimes(row, now, words) {
  const { incident, element } = row, leftS = incident.acknowledge_by === null ? null : (incident.acknowledge_by - now) / 1000;
  setText(element.querySelector('.since'), fill(words.console.since, { age: duration((now - incident.opened_at) / 1000, words) }));
  setData(element, 'overdue', leftS !== null && leftS < 0);
  const template = leftS !== null && leftS < 0 ? words.console.overdue : words.console.left;
  setText(element.querySelector('.due'), leftS === null ? '' : fill(template, { age: duration(Math.abs(leftS), words) }));
}
