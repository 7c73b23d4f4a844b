// What a person may ask for beside the list: a notification of the browser and a tone for alerts of level I and II that nobody owns.
// Kept in this browser for each person; a tab that nobody looks at goes on listening while either is on.

const NOTICES_KEY = 'pulse-notices', MOST_AT_ONCE = 3, LONGEST_BODY = 240, UNHEARD_S = 60;

function placeNotices(view) {
  const { root } = view;
  const notices = { told: new Set(), shown: new Map(), wanted: {}, me: null, unheard: false };
  const tones = callingTones(root), bell = root.querySelector('.bell'), horn = root.querySelector('.horn');

  notices.keeps = () => notices.wanted.bell === true || notices.wanted.horn === true;
  notices.draw = () => {
    const state = bellState(notices.wanted.bell);
    drawSwitch(bell, state === 'on', view.words.console[`bell_${state}`], view.words.console[`bell_${state}_why`] ?? '');
    drawSwitch(horn, notices.wanted.horn === true, view.words.console[`horn_${hornState(notices.wanted.horn, tones)}`], '');
  };
  notices.belongTo = (me) => {
    Object.assign(notices, { me, ...readNotices(me) });
    if (notices.wanted.horn) tones.wake();
    notices.draw();
  };
  // What waits for somebody and was not told here before; once somebody owns it, it may be told again when they give it up.
  notices.look = (rows) => {
    const waiting = new Map([...rows.values()].filter(isGrave).map((row) => [keyOf(row), row]));
    for (const key of notices.told) if (!waiting.has(key)) forget(notices, key);
    const fresh = [...waiting].filter(([key]) => !notices.told.has(key));
    for (const [key] of fresh) notices.told.add(key);
    if (notices.keeps()) saveNotices(notices);
    if (fresh.length && bellState(notices.wanted.bell) === 'on') tell(view, notices, fresh);
    if (notices.wanted.horn) tones.hear(fresh.map(([, row]) => row.level), [...waiting.values()].some((row) => row.level === 1));
  };
  // Whoever relies on being called must learn that nothing would call them.
  notices.listen = (ageS) => {
    tones.again();
    const unheard = ageS !== null && ageS > UNHEARD_S;
    if (unheard && !notices.unheard && bellState(notices.wanted.bell) === 'on') show(fill(view.words.console.silent, { age: age(ageS, view.words) }), '', 'silent', view);
    notices.unheard = unheard;
  };
  bell.onclick = async () => {
    const isOn = bellState(notices.wanted.bell) === 'on';
    // The question of the browser comes up only here, on a click.
    if (!isOn && bellState(true) === 'asks') await Notification.requestPermission();
    set(notices, 'bell', !isOn);
    notices.draw();
    if (bellState(notices.wanted.bell) === 'on') show(view.words.console.bell_hello, view.words.console.bell_hello_why, 'hello', view);
  };
  horn.onclick = async () => {
    set(notices, 'horn', !notices.wanted.horn);
    if (notices.wanted.horn) await tones.wake();
    tones.hear(notices.wanted.horn ? [2] : [], false);
    notices.look(view.held.rows);
    notices.draw();
  };
  notices.stop = () => { tones.stop(); for (const one of notices.shown.values()) one.close(); };
  notices.belongTo(view.me);
  return notices;
}

function isGrave(row) {
  return row.level <= 2 && row.owner === null && !row.is_over && !row.drill && !row.muted;
}

function keyOf(row) {
  return `${row.id}/${row.level}`;
}

// off, on; asks: the browser wants to be asked first; blocked: it refuses; impossible: it has none, or not without https.
function bellState(wanted) {
  if (typeof Notification === 'undefined' || !window.isSecureContext) return 'impossible';
  if (Notification.permission === 'denied') return 'blocked';
  if (!wanted) return 'off';
  return Notification.permission === 'granted' ? 'on' : 'asks';
}

function hornState(wanted, tones) {
  if (!wanted) return 'off';
  return tones.mayPlay() ? 'on' : 'blocked';
}

function tell(view, notices, fresh) {
  const { words, data } = view;
  if (fresh.length > MOST_AT_ONCE) { show(fill(words.console.bell_many, { n: fresh.length }), '', 'many', view); return; }
  for (const [key, row] of fresh) {
    const title = `${roman(row.level)} · ${saidIn(row.title, data.language)}`;
    const shown = show(title, saidIn(row.why, data.language), key, view, row);
    if (shown) notices.shown.set(key, shown);
  }
}

// Text only. The tag lets several tabs of one browser show it once.
function show(title, body, tag, view, row = null) {
  try {
    const notification = new Notification(title, {
      body: body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY - 1)}…` : body,
      tag: `pulse-${tag}`, lang: view.data.language, requireInteraction: row?.level === 1,
    });
    notification.onclick = () => { window.focus(); if (row) showAlert(view, row.id); notification.close(); };
    return notification;
  } catch {
    // Browsers of phones have the name, but not without a worker.
    return null;
  }
}

function forget(notices, key) {
  notices.told.delete(key);
  notices.shown.get(key)?.close();
  notices.shown.delete(key);
}

function set(notices, name, isOn) {
  notices.wanted[name] = isOn;
  saveNotices(notices);
}

function drawSwitch(button, isOn, word, why) {
  button.setAttribute('aria-pressed', String(isOn));
  setText(button, word);
  if (button.title !== why) button.title = why;
}

function keptNotices() {
  try {
    return JSON.parse(localStorage.getItem(NOTICES_KEY)) ?? {};
  } catch {
    return {};
  }
}

function readNotices(me) {
  const { bell = false, horn = false, told = [] } = keptNotices()[me] ?? {};
  return { wanted: { bell, horn }, told: new Set(told) };
}

function saveNotices(notices) {
  try {
    localStorage.setItem(NOTICES_KEY, JSON.stringify({ ...keptNotices(), [notices.me]: { ...notices.wanted, told: [...notices.told] } }));
  } catch {
    // A browser that keeps nothing forgets it with the tab.
  }
}
