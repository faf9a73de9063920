// What a verdict sounds and feels like; iPhones do not vibrate, so that the sound says the same.
const TONES = {
  admit: [{ from: 880, to: 1320, ms: 120 }],
  already: [{ from: 440, to: 440, ms: 140 }, { from: 440, to: 440, ms: 140, after: 220 }],
  refuse: [{ from: 330, to: 180, ms: 350 }],
  ask: [{ from: 1046, to: 1046, ms: 90 }],
};
const TOUCHES = { admit: 80, already: [150, 80, 150], refuse: 300, ask: 40 };
const LOUDNESS = 0.4;

let audio;

// Browsers let a page sound only after a tap or a key.
export function allowSound() {
  audio ??= new AudioContext();
  audio.resume();
}

export function signal(look) {
  navigator.vibrate?.(TOUCHES[look] ?? 0);
  if (audio) for (const tone of TONES[look] ?? []) play(tone);
}

function play({ from, to, ms, after = 0 }) {
  const start = audio.currentTime + after / 1000;
  const end = start + ms / 1000;
  const voice = audio.createOscillator();
  const volume = audio.createGain();
  voice.frequency.setValueAtTime(from, start);
  voice.frequency.linearRampToValueAtTime(to, end);
  volume.gain.setValueAtTime(LOUDNESS, start);
  volume.gain.setValueAtTime(LOUDNESS, end - 0.02);
  volume.gain.linearRampToValueAtTime(0, end);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(end);
}
