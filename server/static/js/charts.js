// Draws every chart of the page: <div class="plotbox" data-chart="address of its options">.
import { init, registerTheme } from "../vendor/echarts.min.js";
import { fit, resolve, withTooltip } from "./options.js";
import { isPrinting, onThemeChange, reducedMotion, themeName } from "./theme.js";

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const PIXELS_PER_TIME_LABEL = 120;
const PIXELS_PER_TIME_LABEL_NARROW = 64;
const NARROW_PX = 640;

let themes = null;

async function loadThemes() {
  const response = await fetch(new URL("./echarts-theme.json", import.meta.url));
  themes = await response.json();
  registerTheme("light", themes.light);
  registerTheme("dark", themes.dark);
}

export function timeStep(range_s, width) {
  const pixels = width < NARROW_PX ? PIXELS_PER_TIME_LABEL_NARROW : PIXELS_PER_TIME_LABEL;
  const room = Math.max(2, Math.floor(width / pixels));
  return TIME_STEPS_S.find((step) => range_s / step <= room) ?? TIME_STEPS_S.at(-1);
}

export class ChartBox {
  constructor(box) {
    this.box = box;
    this.address = box.dataset.chart;
    this.chart = null;
    this.answer = null;
    this.range = null; // what is shown of a time axis, [start_s, end_s]
    this.keyboardIndex = -1;
  }

  // Asks the server for the options; parameters is a plain object of query values.
  async load(parameters = {}) {
    const address = new URL(this.address, window.location.href);
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    this.box.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(`${response.status}`);
      this.answer = await response.json();
      this.draw();
    } catch (error) {
      console.error(`${address.pathname}:`, error);
      this.box.classList.add("failed");
      this.box.textContent = "This chart could not be loaded. Reload the page, or open its table.";
    } finally {
      this.box.removeAttribute("aria-busy");
    }
  }

  draw() {
    if (!this.answer) return;
    const theme = themeName();
    if (this.chart && this.theme !== theme) {
      this.chart.dispose();
      this.chart = null;
    }
    if (!this.chart) {
      this.chart = init(this.box, theme, { renderer: "canvas" });
      this.theme = theme;
      this.box.dispatchEvent(new CustomEvent("chart-made", { detail: this }));
    }
    const width = this.box.clientWidth;
    let option = resolve(this.answer.option, themes.presets[theme]);
    option = withTooltip(fit(option, document.documentElement.clientWidth, themes.compact));
    if (reducedMotion() || isPrinting()) option.animation = false;
    this.placeTimeLabels(option, width);
    this.chart.setOption(option, { replaceMerge: ["series"] });
    this.box.dataset.drawn = "true";
  }

  placeTimeLabels(option, width) {
    if (!option.xAxis?.isTime) return;
    const [start, end] = this.range ?? [option.xAxis.min, option.xAxis.max];
    if (this.range && !option.dataZoom) Object.assign(option.xAxis, { min: start, max: end });
    option.xAxis.interval = timeStep(end - start, width);
  }

  // Arrow keys walk the tooltip along the first series that has one.
  step(direction) {
    const series = this.chart.getOption().series;
    const seriesIndex = series.findIndex((one) => one.id === this.answer.keyboard_series);
    if (seriesIndex < 0) return;
    const count = series[seriesIndex].data.length;
    const stride = Math.max(1, Math.round(count / 100));
    this.keyboardIndex = Math.min(count - 1, Math.max(0, this.keyboardIndex + direction * stride));
    this.chart.dispatchAction({ type: "showTip", seriesIndex, dataIndex: this.keyboardIndex });
  }
}

function listen(chartBox) {
  const { box } = chartBox;
  box.tabIndex = 0;
  box.addEventListener("keydown", (event) => {
    if (!chartBox.chart) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      chartBox.step(event.key === "ArrowRight" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Escape") {
      chartBox.chart.dispatchAction({ type: "hideTip" });
    }
  });
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (!chartBox.chart || box.clientWidth === 0 || box.clientWidth === width) return;
    width = box.clientWidth;
    chartBox.chart.resize();
    chartBox.draw();
  }).observe(box);
}

// Zooming one chart over time zooms the others with it.
function link(boxes) {
  document.addEventListener("time-range", ({ detail }) => {
    for (const one of boxes) {
      if (one === detail.source || !one.answer?.option.xAxis?.isTime) continue;
      one.range = detail.range;
      one.draw();
    }
  });
}

// onBox is called with each box before it is drawn.
export async function drawCharts(onBox) {
  const boxes = [...document.querySelectorAll(".plotbox[data-chart]")].map((box) => new ChartBox(box));
  if (!boxes.length) return boxes;
  await loadThemes();
  boxes.forEach(listen);
  boxes.forEach(onBox);
  link(boxes);
  onThemeChange(() => boxes.forEach((one) => one.draw()));
  await Promise.all(boxes.map((one) => one.load()));
  return boxes;
}
