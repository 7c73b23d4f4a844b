// A wall at a past minute: somebody at a desk moves it with a slider, arrows or keys. It has no stream, no sound and no heartbeat.

const MINUTE_MS = 60000, TEN = 10;
const NO_SOUND = { hear() {}, stop() {} }, NO_KIOSK = { stop() {} }, NO_DOOR = { stop() {} };

// What stands in for the stream: `now()` is the instant of the Board that is shown, so that no age goes on.
function lookBack(root, data, take) {
  const words = data.words, bar = root.querySelector('.past'), find = (name) => bar.querySelector(`.past-${name}`);
  const state = { told: null, asking: null, frame: null, refusal: '', unclear: '' };
  bar.hidden = false;
  for (const part of bar.querySelectorAll('[data-label]')) part.setAttribute('aria-label', words.wall[part.dataset.label.slice(5)]);
  const say = (text) => setText(find('how'), text);
  async function ask(at) {
    state.asking?.abort();
    const asking = state.asking = new AbortController();
    say(words.wall.past_loading);
    try {
      const answer = await fetch(`${data.past.source}&at=${encodeURIComponent(at)}`, { cache: 'no-store', signal: asking.signal });
      if (answer.ok) show(await answer.json());
      else refuse(answer, (await answer.text()).trim());
    } catch (fault) {
      if (fault.name !== 'AbortError') say(words.wall.past_lost);
    }
  }
  // A right that is over takes the picture with it; a minute that is not there leaves the one before, or shows the nearest that is.
  function refuse(answer, text) {
    const nearest = answer.headers.get('X-Pulse-Nearest');
    if (nearest && !state.told && !state.unclear) {
      state.unclear = text;
      ask(nearest);
      return;
    }
    state.unclear = '';
    if ((answer.headers.get('X-Pulse-Answer') ?? '').startsWith('door.')) state.refusal = text;
    setData(root, 'nothing', state.frame ? '' : 'yes');
    say(text);
  }
  function show(told) {
    Object.assign(state, { told, frame: told.frame, refusal: '' });
    const slider = find('slider');
    Object.assign(slider, { min: told.first, max: told.last, value: told.minute });
    find('when').value = told.written.slice(0, 16);
    slider.setAttribute('aria-valuetext', told.written);
    setText(find('at'), told.written.replace('T', ' '));
    const how = told.how ? words.wall[`past_${told.how}`] : words.wall.past_nothing;
    say(!state.unclear ? how : told.frame ? state.unclear : `${state.unclear} · ${how}`);
    state.unclear = '';
    setData(root, 'nothing', told.frame ? '' : 'yes');
    for (const step of bar.querySelectorAll('.past-step')) step.disabled = step.dataset.step > 0 && told.minute >= told.newest;
    keepAddress(told.written);
    for (const link of root.querySelectorAll('[data-past=yes]')) link.href = `console?${new URLSearchParams({ at: told.written, lang: data.language })}`;
    if (told.frame) take({ ...told.frame, sounds: [] });
  }
  const move = (minutes) => { if (state.told) ask(Math.min(state.told.newest, state.told.minute + minutes * MINUTE_MS)); };
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].closest?.('dialog, input')) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'n') leave();
    else if (step) { event.preventDefault(); move(event.shiftKey ? step * TEN : step); }
  };
  find('slider').addEventListener('input', (event) => ask(event.target.value));
  find('when').addEventListener('change', (event) => { if (event.target.value) ask(event.target.value); });
  bar.addEventListener('submit', (event) => { event.preventDefault(); if (find('when').value) ask(find('when').value); });
  for (const step of bar.querySelectorAll('.past-step')) step.addEventListener('click', (event) => move(Number(step.dataset.step) * (event.shiftKey ? TEN : 1)));
  find('now').addEventListener('click', leave);
  addEventListener('keydown', pressed);
  ask(data.past.at);
  return {
    now: () => (state.frame ? state.frame.at : null),
    link: () => 'past',
    down: () => [],
    refusal: () => state.refusal,
    stop() { state.asking?.abort(); removeEventListener('keydown', pressed); },
  };
}

function keepAddress(written) {
  const address = new URLSearchParams(location.search);
  address.set('at', written);
  history.replaceState(history.state, '', `?${address}`);
}
function leave() {
  const address = new URLSearchParams(location.search);
  address.delete('at');
  location.search = address.toString();
}

// From the live wall: t, or the button beside the links, opens the minute before.
function openingPast(root, feed, data) {
  const button = root.querySelector('.look-back');
  const open = () => {
    const now = feed.now();
    if (now === null) return;
    const address = new URLSearchParams(location.search);
    address.set('at', `${new Date(now - MINUTE_MS).toISOString().slice(0, 16)}Z`);
    location.search = address.toString();
  };
  const pressed = (event) => { if (event.key === 't' && !event.composedPath()[0].closest?.('dialog, input')) open(); };
  // Type for people far away leaves no room for one more link: there the key is the way.
  const fit = () => {
    const head = button.closest('header');
    button.hidden = false;
    button.hidden = head.scrollHeight > head.clientHeight + 1;
  };
  const room = new ResizeObserver(fit);
  room.observe(root);
  button.addEventListener('click', open);
  addEventListener('keydown', pressed);
  return { stop() { room.disconnect(); button.removeEventListener('click', open); removeEventListener('keydown', pressed); } };
}
