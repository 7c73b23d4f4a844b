// The tones of wall and console: short, one figure for each level.

const TONES = { 1: [880, 660, 880], 2: [660, 880], 3: [520] }, AGAIN_MS = 15000, MOST_TIMES = 40, TONE_S = 0.18, LOUDNESS = 0.25;

function play(audio, tones) {
  tones.forEach((hertz, index) => {
    const from = audio.currentTime + index * TONE_S * 1.2, tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
    volume.gain.linearRampToValueAtTime(0, from + TONE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + TONE_S);
  });
}
