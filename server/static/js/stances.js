// Zoom of the chart of every stance: slider, From and To fields, drag over the plot, double tap.
// Each asks the server again, for the detail of the range that is shown.
import { clock, readClock } from "./words.js";

const WAIT_MS = 180; // until a slider has come to rest
const MIN_DRAG_PX = 8;
const MIN_RANGE_S = 2;

export class StanceZoom {
  constructor(chartBox) {
    this.chartBox = chartBox;
    this.box = chartBox.box;
    const card = this.box.closest("section");
    this.from = card.querySelector("input[name=from]");
    this.to = card.querySelector("input[name=to]");
    this.wholeButton = card.querySelector("[data-whole]");
    this.wholeRunWords = card.querySelector("[data-whole-run]");
    this.smoothing = card.querySelector(".smoothing");
    this.whole_s = Number(this.box.dataset.durationS);
    this.window = Number(this.smoothing.dataset.windowStrides);
    this.timer = 0;
    this.listen();
  }

  listen() {
    this.box.addEventListener("chart-made", () => this.chartMade());
    this.from.addEventListener("change", () => this.readFields());
    this.to.addEventListener("change", () => this.readFields());
    this.wholeButton.addEventListener("click", () => this.show(0, this.whole_s));
    this.box.addEventListener("dblclick", () => this.show(0, this.whole_s));
    this.smoothing.addEventListener("click", (event) => this.smooth(event.target.closest("button")));
    this.addBrush();
  }

  chartMade() {
    this.chartBox.chart.on("datazoom", () => {
      const [zoom] = this.chartBox.chart.getOption().dataZoom;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.show(zoom.startValue, zoom.endValue), WAIT_MS);
    });
  }

  smooth(button) {
    if (!button) return;
    for (const other of this.smoothing.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", "true");
    this.window = Number(button.value);
    const [start_s, end_s] = this.chartBox.range ?? [0, this.whole_s];
    this.ask(start_s, end_s);
  }

  readFields() {
    const start_s = readClock(this.from.value);
    const end_s = readClock(this.to.value);
    for (const [field, value] of [[this.from, start_s], [this.to, end_s]]) {
      field.setAttribute("aria-invalid", String(value === null));
    }
    if (start_s === null || end_s === null) return;
    this.show(Math.min(start_s, end_s), Math.max(start_s, end_s));
  }

  show(start_s, end_s) {
    const start = Math.max(0, Math.min(start_s, this.whole_s - MIN_RANGE_S));
    const end = Math.min(this.whole_s, Math.max(end_s, start + MIN_RANGE_S));
    const isWhole = start < 0.5 && end > this.whole_s - 0.5;
    this.chartBox.range = isWhole ? null : [start, end];
    // The sentence above the plot is about the whole run, whatever part is shown.
    this.wholeRunWords.hidden = isWhole;
    this.wholeButton.hidden = isWhole;
    this.from.value = clock(start);
    this.to.value = clock(end);
    const detail = { source: this.chartBox, range: this.chartBox.range };
    document.dispatchEvent(new CustomEvent("time-range", { detail }));
    this.ask(start, end);
  }

  async ask(start_s, end_s) {
    const whole = this.chartBox.range === null;
    const range = whole ? {} : { start_s: start_s.toFixed(2), end_s: end_s.toFixed(2) };
    await this.chartBox.load({ window_strides: this.window, ...range });
  }

  // A drag with the mouse over the plot chooses a range; fingers keep scrolling the page.
  addBrush() {
    const veil = document.createElement("div");
    veil.className = "brush";
    veil.hidden = true;
    this.box.after(veil);
    let startX = null;
    const seconds = (x) => this.chartBox.chart.convertFromPixel({ xAxisIndex: 0 }, x);
    const place = (x) => {
      veil.style.setProperty("--from", `${Math.min(startX, x)}px`);
      veil.style.setProperty("--width", `${Math.abs(x - startX)}px`);
    };
    this.box.addEventListener("pointerdown", (event) => {
      const { chart } = this.chartBox;
      if (!chart || event.pointerType === "touch" || event.button !== 0) return;
      const x = event.clientX - this.box.getBoundingClientRect().left;
      const y = event.clientY - this.box.getBoundingClientRect().top;
      if (!chart.containPixel({ gridIndex: 0 }, [x, y])) return;
      startX = x;
    });
    window.addEventListener("pointermove", (event) => {
      if (startX === null) return;
      const x = event.clientX - this.box.getBoundingClientRect().left;
      veil.hidden = Math.abs(x - startX) < MIN_DRAG_PX;
      place(x);
    });
    window.addEventListener("pointerup", (event) => {
      if (startX === null) return;
      const x = event.clientX - this.box.getBoundingClientRect().left;
      const [first, second] = [seconds(startX), seconds(x)];
      const isDrag = Math.abs(x - startX) >= MIN_DRAG_PX;
      startX = null;
      veil.hidden = true;
      if (isDrag) this.show(Math.min(first, second), Math.max(first, second));
    });
  }
}
