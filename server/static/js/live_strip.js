// The last stances as marks: circle left, triangle right, hollow where a stance does not count.

const SVG = "http://www.w3.org/2000/svg";
const SLOT_PX = 26;
const HEIGHT = 124;
const MARGIN = 16;
const SPAN_MIN_DEG = 4;
const LABEL_PX = 30;

function node(name, attributes, text) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, String(value));
  if (text) one.textContent = text;
  return one;
}

function markOf(stance, x, y) {
  const kind = `pt ${stance.side === "left" ? "l" : "r"}${stance.valid ? "" : " hollow"}`;
  if (stance.side === "left") return node("circle", { class: kind, cx: x, cy: y, r: 7 });
  return node("path", { class: kind, d: `M${x} ${y - 8}l8 14.500h-16z` });
}

export function drawStrip(svg, stances) {
  const width = svg.clientWidth;
  const n = Math.max(4, Math.floor((width - LABEL_PX) / SLOT_PX));
  const shown = stances.filter((one) => one.drop_excursion_deg !== null && one.side !== "unknown").slice(-n);
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const marks = [];
  if (shown.length) {
    const drops = shown.map((one) => one.drop_excursion_deg);
    const middle = (Math.min(...drops) + Math.max(...drops)) / 2;
    const span = Math.max(SPAN_MIN_DEG, Math.max(...drops) - Math.min(...drops));
    const low = Math.floor(middle - span / 2);
    const high = Math.ceil(middle + span / 2);
    const y = (drop) => HEIGHT - MARGIN - ((drop - low) / (high - low)) * (HEIGHT - 2 * MARGIN);
    const step = high - low > 6 ? 4 : 2;
    for (let line = Math.ceil(low / step) * step; line <= high; line += step) {
      marks.push(node("path", { class: "grid-l", d: `M${LABEL_PX} ${y(line)}H${width}` }));
      marks.push(node("text", { x: LABEL_PX - 8, y: y(line) + 4, "text-anchor": "end" }, `${line}°`.replace("-", "\u2212")));
    }
    const first = width - SLOT_PX * (shown.length - 0.5);
    shown.forEach((one, i) => marks.push(markOf(one, first + i * SLOT_PX, y(one.drop_excursion_deg))));
  }
  svg.replaceChildren(...marks);
}
