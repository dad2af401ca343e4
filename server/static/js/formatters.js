// What the charts' options name with "@": axis labels and tooltips.
import { clock, degrees, number } from "./words.js";

const SIDES = { left: ["●", "Left"], right: ["▲", "Right"] };

function minutes(seconds) {
  if (seconds % 60 !== 0) return clock(seconds);
  return seconds === 0 ? "0" : `${seconds / 60} min`;
}

function element(className, ...content) {
  const one = document.createElement("span");
  one.className = className;
  one.append(...content);
  return one;
}

// Elements with classes, since the page's policy forbids styles inside of markup.
function card(title, rows) {
  const whole = element("tip", element("tip-title", title));
  for (const { className, mark, word, text } of rows) {
    whole.append(element(`tip-mark ${className}`, mark), element("", word), element("tip-value", text));
  }
  return whole;
}

function sideRow(side, text) {
  const [mark, word] = SIDES[side];
  return { className: side === "left" ? "tl" : "tr", mark, word, text };
}

// valueAt(side, x) reads the line of a side nearest to x: the two feet never strike at one time.
function sidesTooltip(title, asText) {
  return (points, valueAt) => {
    const x = points[0].axisValue ?? points[0].value[0];
    const found = Object.keys(SIDES).map((side) => [side, valueAt(side, x)]);
    const known = found.filter(([, value]) => value !== null);
    if (!known.length) return "";
    const rows = known.map(([side, value]) => sideRow(side, asText(value, false)));
    if (known.length === 2) {
      const text = asText(known[1][1] - known[0][1], true);
      rows.push({ className: "quiet", mark: "◆", word: "Right minus left", text });
    }
    return card(title(x), rows);
  };
}

const asDegrees = (value, signed) => degrees(value, signed);
const asMilliseconds = (value, signed) => `${number(value, 0, signed)} ms`;

// Each takes the object that names it, where it needs more than the value.
export const formatters = {
  minutes: () => minutes,
  degrees: (label) => (value) => `${number(value, label.decimals)}°`,
  plain: (label) => (value) => number(value, label.decimals),
  whole: () => (value) => number(value),
  percent: () => (value) => (value === 0 || value === 100 ? `${value} %` : `${value}`),
  labels: (label) => (value) => label.labels[value] ?? "",
  drop_at_time: () => sidesTooltip(clock, asDegrees),
  contact_at_time: () => sidesTooltip(clock, asMilliseconds),
  cadence_at_time: () => (points) => {
    const point = points.find((one) => one.value?.[1] !== null && one.value?.[1] !== undefined);
    if (!point) return "";
    const text = `${number(point.value[1])} spm`;
    return card(clock(point.value[0]), [{ className: "", mark: "", word: "Cadence", text }]);
  },
  drop_in_cycle: () =>
    sidesTooltip((x) => `${number(x)} % of the gait cycle`, asDegrees),
  drop_in_bin: (tooltip) =>
    sidesTooltip((x) => tooltip.labels[Math.round(x)] ?? "", asDegrees),
  drop_on_day: (tooltip) =>
    sidesTooltip((x) => tooltip.labels[Math.floor(x)] ?? "", asDegrees),
  value_on_day: (tooltip) => (point) => {
    const [x, value] = point.value;
    const text = `${number(value, tooltip.decimals, tooltip.isSigned)}${tooltip.unit}`;
    return card(tooltip.labels[Math.floor(x)] ?? "", [{ className: "", mark: "", word: "", text }]);
  },
  stances_in_bin: () => (points) => {
    const rows = points.map((point) => sideRow(point.seriesId, number(Math.abs(point.value))));
    return card(`from ${points[0].name}`, rows);
  },
};
