// From a sensor in the hand to a run: pair, place, stand still, ten steps.
import { call } from "./api.js";
import { endRun, holdControl } from "./control.js";
import { LiveLog } from "./live_log.js";
import { LiveStream } from "./live_stream.js";
import { NearList } from "./sensor_near.js";
import { openStored } from "./sensor_sync.js";
import { number } from "./words.js";

const byId = (id) => document.getElementById(id);
const page = byId("sensor");
const STEPS = ["pair", "place", "still", "steps"];
const SAY = {
  pair: ["Wake your sensor.", "Shake it or press its button. It appears below within a few seconds."],
  place: ["Put the sensor on.", "Back of the pelvis, in the middle, tight."],
  still: ["Stand still for 5 seconds.", "This sets your own zero for level. Feet under the hips, weight even, look ahead."],
  steps: ["Walk ten steps.", "They tell left from right, and which way round the sensor sits."],
  ready: ["Ready to run.", "Zero, left and right are found."],
};
let chosen = null;
let stream = null;
let isLinkProblem = false;
let recorded_s = 0;
const SHORT_S = 60; // a longer run is not thrown away without a question

function show(step) {
  page.dataset.step = step;
  const at = step === "ready" ? STEPS.length : STEPS.indexOf(step);
  page.querySelectorAll(".stepper li").forEach((item, k) => {
    item.className = k < at ? "done" : k === at ? "now" : "";
    if (k === at) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  for (const part of page.querySelectorAll("[data-for]")) {
    part.hidden = part.dataset.for !== (step === "ready" ? "steps" : step);
  }
  const [say, lead] = SAY[step];
  byId("say").textContent = say;
  byId("lead").textContent = lead;
  byId("spoken").textContent = say;
  if (step === "pair") near.open();
  else near.close();
}

function tellProblem(words) {
  byId("problem-words").textContent = words;
  byId("problem").hidden = !words;
}

const near = new NearList(byId("near"), {
  heard(n) {
    byId("nothing").hidden = n > 0;
  },
  problem: tellProblem,
  pair,
});

async function pair(sensor, button) {
  button.disabled = true;
  const before = button.textContent;
  button.textContent = "Pairing";
  tellProblem("");
  try {
    await call("POST", "/api/v1/sensors", { address: sensor.address });
    use(sensor.address, sensor.name);
  } catch (error) {
    tellProblem(error.message);
  } finally {
    button.disabled = false;
    button.textContent = before;
  }
}

function use(address, name) {
  chosen = address;
  byId("chosen-name").textContent = name;
  tellProblem("");
  show("place");
  byId("placed").focus();
}

byId("placed").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  tellProblem("");
  try {
    const started = await call("POST", "/api/v1/live", { sensor: chosen });
    holdControl(started.control, started.control_number);
    follow();
  } catch (error) {
    tellProblem(error.message);
  } finally {
    button.disabled = false;
  }
});

// The check is part of the run: standing still at its beginning is the run's zero.
function follow() {
  stream?.close();
  show("still");
  byId("facts").hidden = false;
  const log = new LiveLog();
  stream = new LiveStream(log, {
    stance() {},
    state: showState,
    link(isUp) {
      if (!isUp) tellProblem("The server does not answer. Trying again.");
    },
    end(state) {
      showState(state);
      byId("facts").hidden = true;
      tellProblem(state.reason ?? "");
      show("pair");
    },
    isGone: (state) => state.session_id === null,
    gone() {
      show("pair");
    },
  });
  stream.open();
}

const LINK_WORDS = {
  connecting: "Connecting",
  streaming: "Connected",
  lost: "Looking for it",
  stopping: "Ending",
  stopped: "Ended",
};

function showState(state) {
  const { link, wear } = state;
  if (!link) return;
  byId("link-state").textContent = LINK_WORDS[link.state];
  byId("delay").textContent = link.delay_ms === null ? "–" : `${number(link.delay_ms)} ms`;
  byId("lost").textContent = link.n_refilled ? `${number(link.n_lost)}, ${number(link.n_refilled)} fetched` : number(link.n_lost);
  byId("battery").textContent = link.battery_percent === null ? "–" : `${link.battery_percent} %`;
  if (link.state === "lost") {
    tellProblem(link.reason ?? "");
    isLinkProblem = true;
  } else if (isLinkProblem && state.state === "running") {
    // Only what the link said is taken back: an answer to a press stays until the next one.
    tellProblem("");
    isLinkProblem = false;
  }
  recorded_s = state.position_s ?? 0;
  if (state.state === "running" && wear) showWear(wear, link);
  else if (state.state === "running") byId("still-words").textContent = LINK_WORDS[link.state];
}

function showWear(wear, link) {
  const of_s = Number(page.dataset.still);
  byId("ring").style.setProperty("--share", `${(100 * wear.still_s) / of_s}`);
  byId("still-s").textContent = number(wear.still_s, 1);
  const isStill = wear.still_s > 0;
  byId("still-pill").className = `pill ${isStill ? "ok" : "watch"}`;
  byId("still-words").textContent = link.state !== "streaming" ? LINK_WORDS[link.state] : isStill ? "Still" : "Moving";
  byId("still-hint").textContent = isStill ? "Good. Keep standing." : "Feet under the hips, weight even, look ahead.";
  byId("axis").textContent = wear.axis_up ?? "–";
  byId("tilt").textContent = wear.tilt_deg === null ? "–" : `${number(wear.tilt_deg, 1)}°`;
  const step = wear.is_ready ? "ready" : wear.has_stood ? "steps" : "still";
  if (page.dataset.step !== step) show(step);
  byId("tensteps").querySelectorAll("li").forEach((item, k) => item.classList.toggle("on", k < wear.n_steps));
  byId("go").hidden = !wear.is_ready;
  byId("skip").hidden = wear.is_ready;
  if (wear.is_ready) byId("steps-hint").textContent = "Ten steps with a sure side. The run is being recorded already.";
}

page.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.back) show(button.dataset.back);
  if (button.dataset.use) use(button.dataset.use, button.dataset.name);
  if (button.dataset.runs) openStored(button.dataset.runs, tellProblem);
  if ("cancel" in button.dataset) await cancel(button);
  if (button.dataset.forget) await forget(button);
});

async function cancel(button) {
  const minutes = Math.round(recorded_s / 60);
  const question = `Throw this run away? ${minutes} min have been recorded.`;
  if (recorded_s > SHORT_S && !window.confirm(question)) return;
  button.disabled = true;
  try {
    await endRun({ keep: false });
  } catch (error) {
    tellProblem(error.message);
  }
  button.disabled = false;
}

async function forget(button) {
  button.disabled = true;
  try {
    const { by_hand } = await call("DELETE", `/api/v1/sensors/${encodeURIComponent(button.dataset.forget)}`);
    button.closest("[data-known]").remove();
    if (by_hand) tellProblem(by_hand);
  } catch (error) {
    tellProblem(error.message);
    button.disabled = false;
  }
}

if (page.dataset.step === "still") follow();
else show("pair");
document.documentElement.dataset.ready = "true";
