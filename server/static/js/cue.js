// A tone on the side whose drop is above the limit: silent inside, and never more often than each
// three seconds. It is one variable, chosen by the person; no tone without a press of the button.

const EVERY_MS = 3000;
const N_LOOKED_AT = 5; // strides of a side
const N_ABOVE = 3; // of these, before it is worth a tone
const TONE_S = 0.18;
const PITCH_HZ = { left: 440, right: 554 };
const KEY = "hiplevel-cue-limit";

export class Cue {
  constructor(button, picker) {
    this.button = button;
    this.picker = picker;
    this.audio = null;
    this.isOn = false;
    this.last_ms = -EVERY_MS;
    picker.value = window.localStorage.getItem(KEY) ?? "5";
    picker.addEventListener("change", () => window.localStorage.setItem(KEY, picker.value));
    button.addEventListener("click", () => this.toggle());
  }

  get limit_deg() {
    return Number(this.picker.value);
  }

  toggle() {
    this.isOn = !this.isOn;
    this.button.setAttribute("aria-pressed", String(this.isOn));
    this.button.querySelector("span").textContent = this.isOn ? "Tone on" : "Tone off";
    // Browsers let a page make sound only after a press.
    if (this.isOn) this.audio ??= new AudioContext();
  }

  // Whether a side is outside: most of its last strides are above the limit.
  isOutside(log, side) {
    const latest = log.bySide[side].slice(-N_LOOKED_AT);
    const n = latest.filter((one) => one.drop_excursion_deg > this.limit_deg).length;
    return latest.length >= N_ABOVE && n >= N_ABOVE;
  }

  // A stance has come: returns the side that was played, or null.
  heard(log, side, now_ms = performance.now()) {
    if (!this.isOn || !(side in PITCH_HZ) || !this.isOutside(log, side)) return null;
    if (now_ms - this.last_ms < EVERY_MS) return null;
    this.last_ms = now_ms;
    this.play(side);
    return side;
  }

  play(side) {
    const { audio } = this;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const pan = audio.createStereoPanner();
    pan.pan.value = side === "left" ? -1 : 1;
    tone.frequency.value = PITCH_HZ[side];
    const now_s = audio.currentTime;
    gain.gain.setValueAtTime(0, now_s);
    gain.gain.linearRampToValueAtTime(0.25, now_s + 0.02);
    gain.gain.linearRampToValueAtTime(0, now_s + TONE_S);
    tone.connect(gain).connect(pan).connect(audio.destination);
    tone.start(now_s);
    tone.stop(now_s + TONE_S);
  }
}
