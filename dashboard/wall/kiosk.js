// What a screen does that nobody touches for weeks: moves a little, dims at night, loads anew at night, tells the server that it lives.

const ORBIT = [[0, 0], [4, 0], [4, 4], [0, 4], [-4, 4], [-4, 0], [-4, -4], [0, -4]], ORBIT_MS = 60000;
const BEAT_MS = 30000, POINTER_MS = 3000, NIGHTLY_HOUR = 4, NIGHTLY_JITTER_MS = 45 * 60000, OLD_PAGE_MS = 12 * 3600000;

function standing(root, feed, frameNow, data, sound) {
  const opened = performance.now(), night = hoursOf(data.night), stage = root.querySelector('.stage');
  let step = 0, leaving = 0;
  const orbit = setInterval(() => {
    step = (step + 1) % ORBIT.length;
    setStyle(stage, 'transform', `translate(${ORBIT[step][0]}px, ${ORBIT[step][1]}px)`);
  }, ORBIT_MS);
  const look = () => {
    const frame = frameNow(), now = feed.now();
    if (!frame || now === null) return;
    const minutes = minutesOf(now, frame.zone), dark = night !== null && within(minutes, night);
    setData(root, 'night', dark ? 'on' : '');
    sound.hear(frame.sounds, dark);
    if (!leaving && performance.now() - opened > OLD_PAGE_MS && Math.floor(minutes / 60) === NIGHTLY_HOUR && feed.link() === 'stream') {
      leaving = setTimeout(() => reloadIfThere(() => { leaving = 0; }), Math.random() * NIGHTLY_JITTER_MS);
    }
  };
  const beat = () => tellServer(root, frameNow(), data, opened);
  const looking = setInterval(look, 1000), beating = setInterval(beat, BEAT_MS), first = setTimeout(beat, 3000);
  const pointer = watchPointer(root);
  return {
    stop() {
      for (const timer of [orbit, looking, beating]) clearInterval(timer);
      clearTimeout(first);
      clearTimeout(leaving);
      pointer();
    },
  };
}

// The heartbeat; one that is lost is made good by the next.
function tellServer(root, frame, data, opened) {
  const told = {
    screen: screenName(), layout: data.layout.name, language: data.language, fresh: root.dataset.fresh, build: data.build,
    width: innerWidth, height: innerHeight, ratio: devicePixelRatio, page_age_s: Math.round((performance.now() - opened) / 1000),
    seq: frame ? frame.seq : null, at: frame ? frame.at : null,
  };
  fetch(data.beat, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(told) }).catch(() => {});
}

// A name of its own for this screen, kept by its browser; the same screen is the same line in the fleet.
function screenName() {
  const kept = localStorage.getItem('pulse_screen');
  if (kept) return kept;
  const name = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  localStorage.setItem('pulse_screen', name);
  return name;
}

// "22:00-06:00" in minutes after midnight; null for none.
function hoursOf(written) {
  return written && written.split('-').map((time) => time.split(':').reduce((hours, minutes) => hours * 60 + Number(minutes), 0));
}
function within(minutes, [from, until]) {
  return from <= until ? minutes >= from && minutes < until : minutes >= from || minutes < until;
}

const formats = new Map();
function timeOf(at, zone, language) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: zone }));
  }
  return formats.get(zone).format(at);
}
function hourOf(at, zone, language) {
  return timeOf(at, zone, language).slice(0, 5);
}
function minutesOf(at, zone) {
  const [hours, minutes] = timeOf(at, zone, 'en').split(':');
  return hours * 60 + +minutes;
}

// Nobody touches a wall; where somebody does move a mouse, cursor and links show for three seconds.
function watchPointer(root) {
  let timer = 0;
  const moved = () => {
    root.dataset.pointer = 'on';
    clearTimeout(timer);
    timer = setTimeout(() => { root.dataset.pointer = ''; }, POINTER_MS);
  };
  root.addEventListener('pointermove', moved);
  root.addEventListener('focusin', moved);
  return () => { clearTimeout(timer); root.removeEventListener('pointermove', moved); root.removeEventListener('focusin', moved); };
}
