// Four sounds, told apart with eyes shut: done (one high note), look (two equal notes), refused (a low buzz, twice),
// send on (three rising notes); and the tick of a code that the camera read. Made here, so that nothing is loaded.

const NOTES = {
  good: [[1046, 0, 0.12, "sine"]],
  warn: [[740, 0, 0.1, "sine"], [740, 0.16, 0.1, "sine"]],
  stop: [[174, 0, 0.18, "square"], [147, 0.24, 0.3, "square"]],
  send: [[523, 0, 0.09, "triangle"], [659, 0.1, 0.09, "triangle"], [880, 0.2, 0.16, "triangle"]],
  read: [[1568, 0, 0.07, "sine"]],
};
const LOUDNESS = { sine: 0.25, square: 0.08, triangle: 0.28 };
const MEMORY = "tongjie.sounds";
let context;

export const soundsOn = () => localStorage.getItem(MEMORY) !== "off";
export const setSounds = (on) => localStorage.setItem(MEMORY, on ? "on" : "off");

/** Browsers let sounds begin only while somebody presses something; Safari keeps them shut until then. */
export function wakeSounds() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

export function play(tone) {
  if (!soundsOn() || !NOTES[tone]) return;
  wakeSounds();
  for (const [pitch, start, length, shape] of NOTES[tone]) {
    const at = context.currentTime + start;
    const note = new OscillatorNode(context, { type: shape, frequency: pitch });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS[shape], at + 0.012);
    volume.gain.setValueAtTime(LOUDNESS[shape], at + length - 0.03);
    volume.gain.linearRampToValueAtTime(0, at + length);
    note.connect(volume).connect(context.destination);
    note.start(at);
    note.stop(at + length);
  }
  document.documentElement.dataset.lastSound = tone;
}
