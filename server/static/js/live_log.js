// The stances of a session in their order, each once, whatever the connection did meanwhile.

const N_MEAN = 5; // strides, as for the cues
const N_CADENCE = 8; // stances

export class LiveLog {
  constructor() {
    this.sessionId = null;
    this.clear();
  }

  clear() {
    this.stances = [];
    this.bySide = { left: [], right: [] };
  }

  get lastNumber() {
    return this.stances.length ? this.stances.at(-1).number : 0;
  }

  // Another session begins at 1 again.
  follow(sessionId) {
    if (this.sessionId !== null && sessionId !== this.sessionId) this.clear();
    this.sessionId = sessionId;
  }

  // False for a stance that is known already.
  add(stance) {
    if (stance.number <= this.lastNumber) return false;
    this.stances.push(stance);
    const isCounted = stance.valid && stance.drop_excursion_deg !== null;
    if (isCounted && stance.side in this.bySide) this.bySide[stance.side].push(stance);
    return true;
  }

  last(side) {
    return this.bySide[side].at(-1) ?? null;
  }

  mean(side) {
    const latest = this.bySide[side].slice(-N_MEAN);
    if (!latest.length) return null;
    return latest.reduce((sum, one) => sum + one.drop_excursion_deg, 0) / latest.length;
  }

  cadence() {
    const known = this.stances.slice(-N_CADENCE).filter((one) => one.cadence_spm !== null);
    if (!known.length) return null;
    return known.reduce((sum, one) => sum + one.cadence_spm, 0) / known.length;
  }
}
