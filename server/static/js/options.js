// Turns the server's options, which name presets, tokens and functions, into ECharts options.
import { formatters } from "./formatters.js";
import { renderers } from "./marks.js";
import { token } from "./theme.js";

function preset(presets, path) {
  return path.split(".").reduce((level, key) => level[key], presets);
}

function merge(under, over) {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const both = isPlain(merged[key]) && isPlain(value);
    merged[key] = both ? merge(merged[key], value) : value;
  }
  return merged;
}

function isPlain(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function resolve(node, presets) {
  if (Array.isArray(node)) {
    // Rows of numbers are the bulk of the data and hold nothing to resolve.
    if (typeof node[0] === "number" || (Array.isArray(node[0]) && typeof node[0][0] === "number")) return node;
    return node.map((item) => resolve(item, presets));
  }
  if (!isPlain(node)) return node;
  const { preset: name, ...own } = node;
  const whole = name ? merge(preset(presets, name), own) : own;
  const resolved = {};
  for (const [key, value] of Object.entries(whole)) {
    if (key === "renderItem" || (typeof value === "string" && value.startsWith("@"))) continue;
    resolved[key] =
      typeof value === "string" && value.startsWith("$") ? token(value.slice(1)) : resolve(value, presets);
  }
  for (const [key, value] of Object.entries(whole)) {
    if (typeof value !== "string" || !value.startsWith("@")) continue;
    const table = key === "renderItem" ? renderers : formatters;
    resolved[key] = table[value.slice(1)](resolved);
  }
  return resolved;
}

// On a narrow screen plots have less room at their sides, and no labels at the ends of lines.
export function fit(option, width, compact) {
  if (width >= compact.below_px) return option;
  const grid = { ...option.grid, left: compact.grid.left, right: option.narrowRight ?? compact.grid.right };
  const series = option.series.map((one) => {
    const isDots = one.id.endsWith("-stances");
    const data = isDots ? one.data.filter((_, i) => i % compact.stances_every === 0) : one.data;
    return { ...one, data, endLabel: { show: compact.end_label } };
  });
  return { ...option, grid, series };
}

// The value of a line at the x nearest to the one given; null in a gap.
function nearestIn(series) {
  return (side, x) => {
    const line = series.find((one) => one.id === side);
    let best = null;
    for (const point of line?.data ?? []) {
      if (best === null || Math.abs(point[0] - x) < Math.abs(best[0] - x)) best = point;
    }
    return best?.[1] ?? null;
  };
}

export function withTooltip(option) {
  if (!option.tooltip) return option;
  const valueAt = nearestIn(option.series);
  const { formatter } = option.tooltip;
  return { ...option, tooltip: { ...option.tooltip, formatter: (points) => formatter(points, valueAt) } };
}
