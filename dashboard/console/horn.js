// The tones of a console: one for what is new, and again every 15 s while an alert of level I has no owner.

function callingTones(root) {
  const state = { audio: null, times: 0, at: -Infinity, isCalling: false };
  const tones = {
    mayPlay: () => state.audio?.state === 'running',
    wake: async () => {
      state.audio ??= new AudioContext();
      // A browser that has not been touched yet lets this wait: whoever asks goes on without it.
      await Promise.race([state.audio.resume(), new Promise((go) => setTimeout(go, 200))]);
    },
    // `levels` are those of new alerts; `isCalling` says whether one of level I waits.
    hear: (levels, isCalling) => {
      if (levels.length || !isCalling) state.times = 0;
      state.isCalling = isCalling;
      if (levels.length) sound(Math.min(...levels));
    },
    again: () => {
      if (state.isCalling && state.times < MOST_TIMES && performance.now() - state.at >= AGAIN_MS) sound(1);
    },
    stop: () => { removeEventListener('pointerdown', touched); removeEventListener('keydown', touched); state.audio?.close(); },
  };
  function sound(level) {
    if (!tones.mayPlay()) return;
    state.times += 1;
    state.at = performance.now();
    setData(root, 'sounded', Number(root.dataset.sounded || 0) + 1);
    play(state.audio, TONES[level] ?? TONES[3]);
  }
  const touched = () => { if (state.audio && !tones.mayPlay()) tones.wake(); };
  addEventListener('pointerdown', touched);
  addEventListener('keydown', touched);
  return tones;
}
