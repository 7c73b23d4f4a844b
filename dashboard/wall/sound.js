// One short tone for the gravest alert that nobody owns, again every 15 s until somebody does, a limited number of times.

// Asked for by sound=on in the address; quiet at night; m switches it off and on. The sign says which it is.
function sounding(root, address, words) {
  const sign = root.querySelector('.sound-sign'), wanted = address.get('sound') === 'on';
  const state = { audio: null, silenced: false, level: 0, newest: 0, times: 0, at: -Infinity, quiet: false };
  sign.hidden = !wanted;
  const show = () => {
    const kind = state.silenced ? 'silenced' : state.quiet ? 'quiet' : state.audio && state.audio.state === 'running' ? 'on' : 'blocked';
    setData(sign, 'sound', kind);
    setText(sign, words.wall[`sound_${kind}`]);
  };
  const wake = () => {
    state.audio ??= new AudioContext();
    state.audio.resume().then(show, show);
  };
  const pressed = (event) => {
    if (event.key === 'm' && !event.composedPath()[0].closest?.('dialog')) state.silenced = !state.silenced;
    wake();
    show();
  };
  if (wanted) {
    wake();
    show();
    addEventListener('keydown', pressed);
    addEventListener('pointerdown', wake);
  }
  return {
    hear(sounds, quiet) {
      if (!wanted) return;
      const [level, newest] = sounds[0] ?? [0, 0], now = performance.now();
      // An alert nobody has heard yet sounds at once, and has its own number of times.
      if (level !== state.level || newest > state.newest) Object.assign(state, { level, newest, times: 0, at: -Infinity });
      state.quiet = quiet;
      show();
      if (!level || quiet || state.silenced || state.audio?.state !== 'running') return;
      if (state.times >= MOST_TIMES || now - state.at < AGAIN_MS) return;
      state.times += 1;
      state.at = now;
      setData(root, 'sounded', Number(root.dataset.sounded || 0) + 1);
      play(state.audio, TONES[level] ?? TONES[3]);
    },
    stop() {
      removeEventListener('keydown', pressed);
      removeEventListener('pointerdown', wake);
      state.audio?.close();
    },
  };
}
