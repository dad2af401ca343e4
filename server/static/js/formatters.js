// What the charts' options name with "@": axis labels and tooltips.
import { clock, degrees, number } from "./words.js";
import { token } from "./theme.js";

const SIDES = { left: ["●", "Left"], right: ["▲", "Right"] };

function minutes(seconds) {
  if (seconds % 60 !== 0) return clock(seconds);
  return seconds === 0 ? "0" : `${seconds / 60} min`;
}

// Written for ECharts' rich text, so that the page needs no inline style.
function lines(title, sides, difference) {
  const rows = sides.map(({ side, text }) => `{${side}|${SIDES[side][0]}} ${SIDES[side][1]}  {b|${text}}`);
  if (difference !== null) rows.push(`{quiet|◆ Right − left}  {b|${difference}}`);
  return [`{quiet|${title}}`, ...rows].join("\n");
}

export function richStyles() {
  return {
    left: { color: token("left"), fontSize: 12 },
    right: { color: token("right"), fontSize: 12 },
    quiet: { color: token("ink-3"), fontSize: 12, lineHeight: 20 },
    b: { color: token("ink"), fontWeight: 600, fontSize: 13, lineHeight: 20 },
  };
}

function sidesTooltip(title, asText) {
  return (points) => {
    const found = { left: null, right: null };
    for (const point of points) {
      const value = point.value?.[1];
      if (point.seriesId in found && value !== null && value !== undefined) found[point.seriesId] = value;
    }
    const sides = Object.keys(SIDES)
      .filter((side) => found[side] !== null)
      .map((side) => ({ side, text: asText(found[side], false) }));
    if (!sides.length) return "";
    const difference = sides.length === 2 ? asText(found.right - found.left, true) : null;
    return lines(title(points[0]), sides, difference);
  };
}

const axisSeconds = (point) => clock(point.axisValue ?? point.value[0]);
const asDegrees = (value, signed) => degrees(value, signed);
const asMilliseconds = (value, signed) => `${number(value, 0, signed)} ms`;

// Each takes the object that names it, where it needs more than the value.
export const formatters = {
  minutes: () => minutes,
  degrees: (label) => (value) => `${number(value, label.decimals)}°`,
  whole: () => (value) => number(value),
  percent: () => (value) => (value === 0 || value === 100 ? `${value} %` : `${value}`),
  labels: (label) => (value) => label.labels[value] ?? "",
  drop_at_time: () => sidesTooltip(axisSeconds, asDegrees),
  contact_at_time: () => sidesTooltip(axisSeconds, asMilliseconds),
  cadence_at_time: () => (points) => {
    const point = points.find((one) => one.value?.[1] !== null && one.value?.[1] !== undefined);
    return point ? `{quiet|${axisSeconds(point)}}\n{b|${number(point.value[1])} spm}` : "";
  },
  drop_in_cycle: () =>
    sidesTooltip((point) => `${number(point.axisValue)} % of the gait cycle`, asDegrees),
  drop_in_bin: (tooltip) =>
    sidesTooltip((point) => tooltip.labels[Math.round(point.value[0])] ?? "", asDegrees),
  stances_in_bin: () => (points) => {
    const rows = points
      .filter((point) => point.seriesId in SIDES)
      .map((point) => ({ side: point.seriesId, text: number(Math.abs(point.value)) }));
    return lines(points[0].axisValueLabel ?? points[0].name, rows, null);
  },
};
