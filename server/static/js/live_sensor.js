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
  put("delay-words", link.delay_ms === null ? "" : `delay ${number(link.delay_ms)} ms`);
  const n = link.n_received + link.n_lost;
  const lost_percent = n ? (100 * link.n_lost) / n : 0;
  const fetched = link.n_refilled ? `, ${number(link.n_refilled)} samples fetched` : "";
  put("loss-words", link.n_lost || link.n_refilled ? `${number(lost_percent, 1)} % missing${fetched}` : "nothing lost");
  byId("watching").hidden = isInControl(state) || state.state !== "running";
  byId("end").hidden = !isInControl(state) && state.state === "running";
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
