// What the Live page shows of a sensor's link, and who controls its run.
import { isInControl, takeControl } from "./control.js";
import { number } from "./words.js";

const byId = (id) => document.getElementById(id);
const LOW_BATTERY_PERCENT = 15;
const PILLS = {
  connecting: ["", "Connecting"],
  streaming: ["ok", "Connected"],
  lost: ["stop", "No signal"],
  stopping: ["watch", "Fetching the rest"],
  stopped: ["", "Ended"],
};

function put(id, words) {
  byId(id).textContent = words;
  byId(id).hidden = !words;
}

export function showLink(state) {
  const { link } = state;
  const [kind, words] = state.state === "saving" ? ["watch", "Saving"] : PILLS[link.state];
  byId("link").className = `pill ${kind}`;
  byId("link-words").textContent = words;
  const battery = link.battery_percent;
  put("battery-words", battery === null ? "" : `battery ${battery} %${battery <= LOW_BATTERY_PERCENT ? ", low" : ""}`);
  const n = link.n_received + link.n_lost;
  const lost_percent = n ? (100 * link.n_lost) / n : 0;
  const fetched = link.n_refilled ? `, ${number(link.n_refilled)} samples fetched` : "";
  put("loss-words", link.n_lost || link.n_refilled ? `${number(lost_percent, 1)} % missing${fetched}` : "nothing lost");
  byId("watching").hidden = isInControl(state) || state.state !== "running";
  byId("end").hidden = !isInControl(state) && state.state === "running";
}

// The delay from the sensor's sample to this screen: both clocks are this computer's where the page
// and the server are on the same one.
const N_DELAYS = 50;
const delays_ms = [];

export function noteBeat(beat) {
  window.requestAnimationFrame(() => {
    delays_ms.push(Date.now() - beat.sampled_at_ms);
    if (delays_ms.length > N_DELAYS) delays_ms.shift();
    const sorted = [...delays_ms].sort((a, b) => a - b);
    put("delay-words", `delay ${number(sorted[Math.floor(sorted.length / 2)])} ms`);
    byId("delay-words").dataset.p95 = String(Math.round(sorted[Math.floor(0.95 * sorted.length)]));
  });
}

// What is said in place of a number while the sensor is away.
export function lossWords(link) {
  const safe = link.has_memory ? "Data on the sensor is safe; it will be fetched." : "These seconds are a gap.";
  return `${link.reason ?? "Looking for the sensor."} ${safe}`;
}

export function offerControl(onProblem) {
  byId("take").addEventListener("click", async () => {
    try {
      await takeControl();
      byId("watching").hidden = true;
      byId("end").hidden = false;
    } catch (error) {
      onProblem(error.message);
    }
  });
}
