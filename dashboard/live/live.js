// What wall and console share: a stream with a fallback, the server's clock, and text that is patched, never replaced.

const BEAT_S = 1, MISSED_BEATS = 3, SILENCE_S = 40, POLL_MS = 2000, REOPEN_MS = 5000, HIDDEN_MS = 10000;

// Opens `urls.stream`; polls `urls.snapshot` (where there is one) while the stream is broken.
// Calls `take(frame)` for each new frame, `gone()` where the server says that there is no such stream any more;
// `now()` is the server's time, however wrong this machine's clock is; `keeps()` says whether it listens in a tab nobody looks at too.
function follow(urls, take, gone = () => {}, keeps = () => false) {
  let source = null, poller = 0, reopener = 0, opened = 0, heard = performance.now(), offset = null, link = 'connecting', stopped = false, down = [], refusal = '';

  function keepClock(serverMs, fresh) {
    const found = serverMs - performance.now();
    // The message that travelled fastest tells the clock best; a new connection starts over.
    offset = offset === null || fresh ? found : Math.max(offset, found);
    heard = performance.now();
  }
  function receive(text) {
    const frame = JSON.parse(text);
    if (!frame) return;
    heard = performance.now();
    if (link === 'stream' && offset !== null) keepClock(frame.sent, false);
    take(frame);
  }
  function open() {
    if (stopped) return;
    if (source) source.close();
    opened = heard = performance.now();
    source = new EventSource(urls.stream);
    let first = true;
    source.addEventListener('clock', (event) => {
      keepClock(Number(event.data), first);
      first = false;
      link = 'stream';
      refusal = '';
      halt();
    });
    source.addEventListener('down', (event) => { down = JSON.parse(event.data); });
    source.onmessage = (event) => receive(event.data);
    source.onerror = () => { source.close(); lose(); };
  }
  function lose() {
    link = 'down';
    if (!reopener) reopener = setInterval(open, REOPEN_MS);
    if (!poller && urls.snapshot) poller = setInterval(poll, POLL_MS);
  }
  function halt() {
    clearInterval(poller); clearInterval(reopener);
    poller = reopener = 0;
  }
  async function poll() {
    try {
      const answer = await fetch(urls.snapshot, { cache: 'no-store' });
      if (stopped) return;
      // A proxy before a server that is away says 404 too.
      const said = answer.headers.get('X-Pulse-Answer') ?? '';
      if (said === 'answer.no_layout') gone();
      // Once refused a screen stays dark until it is let in, whatever else goes wrong meanwhile.
      if (answer.ok) refusal = '';
      else if (said.startsWith('door.')) refusal ||= (await answer.text()).trim();
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (stopped || link === 'stream' || link === 'hidden') return;
      keepClock(Number(answer.headers.get('X-Pulse-Now')), link !== 'poll');
      link = 'poll';
      receive(text);
    } catch {
      if (link !== 'stream' && link !== 'hidden') link = 'down';
    }
  }
  const watch = setInterval(() => {
    if (link === 'stream' && performance.now() - heard > SILENCE_S * 1000) { source.close(); lose(); }
  }, 5000);
  // A browser has six connections to a server: a tab nobody looks at leaves its own to the others.
  let hiding = 0;
  const looked = () => {
    clearTimeout(hiding);
    if (document.hidden && !keeps()) hiding = setTimeout(() => { halt(); if (source) source.close(); link = 'hidden'; }, HIDDEN_MS);
    else if (link === 'hidden') open();
  };
  document.addEventListener('visibilitychange', looked);
  open();
  return {
    now: () => (offset === null ? null : performance.now() + offset),
    link: () => link,
    down: () => down,
    refusal: () => refusal,
    stop() { stopped = true; clearTimeout(hiding); document.removeEventListener('visibilitychange', looked); halt(); clearInterval(watch); if (source) source.close(); },
  };
}

// live: beats arrive; stale: three beats are missing; offline: there is no connection either.
function freshness(ageS, link) {
  if (ageS === null) return link === 'down' ? 'offline' : 'waiting';
  if (ageS <= MISSED_BEATS * BEAT_S + 0.5) return 'live';
  return link === 'down' ? 'offline' : 'stale';
}

// Changes the text inside a text node that stays; no node is added or removed once there is one.
function setText(element, text) {
  const value = String(text);
  if (!element.firstChild) element.append(document.createTextNode(value));
  else if (element.firstChild.data !== value) element.firstChild.data = value;
}
function setData(element, name, value) {
  const text = value === null || value === undefined ? '' : String(value);
  if (element.dataset[name] !== text) element.dataset[name] = text;
}
function setStyle(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}
function nameWords(root, words) {
  for (const element of root.querySelectorAll('[data-word]')) {
    const [table, key] = element.dataset.word.split('.');
    setText(element, words[table][key]);
  }
}

// A process that died too often stays down, or alerts are told too late: nobody sees it in the numbers, so it is said.
function drawDown(root, told, words) {
  const banner = root.querySelector('.down');
  const names = told.filter((one) => !one.startsWith('late_'));
  const texts = told.filter((one) => one.startsWith('late_')).map((one) => lateText(one, words));
  if (names.length) texts.unshift(fill(words.live.down, { names: names.map((name) => words.live[`process_${name}`] ?? name).join(', ') }));
  banner.hidden = !texts.length;
  if (texts.length) setText(banner, texts.join(' '));
}
function lateText(told, words) {
  const end = told.indexOf(':');
  return fill(words.live[told.slice(0, end)], { time: told.slice(end + 1) });
}

const NEVER = '—';
function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
function number(value) {
  return value === null || value === undefined ? NEVER : String(value);
}
function percent(ratio, digits, words) {
  if (ratio === 'na') return words.unit.not_applicable;
  if (ratio === null || ratio === undefined) return NEVER;
  return ratio === 1 ? '100 %' : `${(ratio * 100).toFixed(digits)} %`;
}
// Seconds below a minute, m:ss below an hour, then hours, then days.
function duration(seconds, words) {
  if (seconds === null || seconds === undefined) return NEVER;
  const whole = Math.floor(Math.abs(seconds)), sign = seconds < 0 && whole > 0 ? '−' : '';
  if (whole < 60) return sign + fill(words.unit.seconds, { s: whole });
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  if (whole < 86400) return sign + fill(words.unit.hours, { h: Math.floor(whole / 3600), m: String(Math.floor(whole / 60) % 60).padStart(2, '0') });
  return sign + fill(words.unit.days, { d: Math.floor(whole / 86400), h: Math.floor(whole / 3600) % 24 });
}
function age(seconds, words) {
  if (seconds === null || seconds === undefined) return NEVER;
  return seconds < 10 ? fill(words.unit.seconds, { s: Math.max(0, seconds).toFixed(1) }) : duration(seconds, words);
}
function roman(level) {
  return ['', 'I', 'II', 'III'][level] || String(level);
}

// On a page of people the component wears the page's theme, which is the visitor's system's choice: it is told by how bright the ground is.
function wearTheme(root) {
  const ground = getComputedStyle(root).getPropertyValue('--st-background-color').trim(), parts = /^#(..)(..)(..)$/.exec(ground);
  const bright = parts && (0.2126 * parseInt(parts[1], 16) + 0.7152 * parseInt(parts[2], 16) + 0.0722 * parseInt(parts[3], 16)) > 128;
  setData(root, 'theme', bright ? 'light' : 'dark');
}
