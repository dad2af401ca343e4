// The sensors that are heard now, each with bars for its signal; loudest first, without jumping.

const FORGET_AFTER_MS = 8000;
const RETRY_MS = 3000;
// dBm from which a bar is lit: hardly there, a room away, near, beside the computer.
const BARS_DBM = [-95, -82, -70, -58];
const BAR_WORDS = ["very weak", "weak", "fair", "good", "very good"];

export class NearList {
  // on: { pair(sensor), problem(words), heard(n) }
  constructor(list, on) {
    this.list = list;
    this.on = on;
    this.rows = new Map();
    this.source = null;
    this.isOpen = false;
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.listen();
    this.sweeping = window.setInterval(() => this.sweep(), 1000);
  }

  close() {
    this.isOpen = false;
    this.source?.close();
    this.source = null;
    window.clearInterval(this.sweeping);
  }

  listen() {
    if (!this.isOpen) return;
    const source = new EventSource("/api/v1/sensors/near/events");
    this.source = source;
    source.addEventListener("sensor", (event) => this.heard(JSON.parse(event.data)));
    source.addEventListener("problem", (event) => this.on.problem(JSON.parse(event.data).detail));
    source.addEventListener("error", () => {
      source.close();
      if (source === this.source) window.setTimeout(() => this.listen(), RETRY_MS);
    });
  }

  heard(sensor) {
    let row = this.rows.get(sensor.address);
    if (!row) {
      row = this.newRow(sensor);
      this.rows.set(sensor.address, row);
      this.list.append(row.element);
    }
    row.heard_ms = performance.now();
    const n = BARS_DBM.filter((limit) => sensor.rssi_dbm >= limit).length;
    row.bars.querySelectorAll("i").forEach((bar, k) => bar.classList.toggle("on", k < n));
    row.bars.setAttribute("aria-label", `Signal ${BAR_WORDS[n]}`);
    const battery = sensor.battery_percent === null ? "" : `, battery ${sensor.battery_percent} %`;
    row.words.textContent = `${sensor.label}${battery}${sensor.is_known ? ", paired before" : ""}`;
    this.on.heard(this.rows.size);
  }

  newRow(sensor) {
    const element = document.createElement("li");
    element.className = "row";
    const bars = document.createElement("span");
    bars.className = "bars";
    bars.setAttribute("role", "img");
    for (let k = 0; k < BARS_DBM.length; k += 1) bars.append(document.createElement("i"));
    const grow = document.createElement("div");
    grow.className = "grow";
    const name = document.createElement("b");
    name.textContent = sensor.name;
    const words = document.createElement("p");
    words.className = "quiet small";
    grow.append(name, words);
    const button = document.createElement("button");
    button.className = "btn primary";
    button.type = "button";
    button.textContent = sensor.is_known ? "Use" : "Pair";
    button.setAttribute("aria-label", `${button.textContent} ${sensor.name}`);
    button.addEventListener("click", () => this.on.pair(sensor, button));
    element.append(bars, grow, button);
    return { element, bars, words, heard_ms: 0 };
  }

  sweep() {
    for (const [address, row] of this.rows) {
      if (performance.now() - row.heard_ms < FORGET_AFTER_MS) continue;
      row.element.remove();
      this.rows.delete(address);
    }
    this.on.heard(this.rows.size);
  }
}
