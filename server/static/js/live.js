// The live page: what is shown follows from the log of stances alone.
import { call } from "./api.js";
import { endRun } from "./control.js";
import { Cue } from "./cue.js";
import { LiveLog } from "./live_log.js";
import { lossWords, noteBeat, offerControl, showLink } from "./live_sensor.js";
import { LiveStream } from "./live_stream.js";
import { drawStrip } from "./live_strip.js";
import { clock, degrees, number } from "./words.js";

const TILT_FACTOR = 2; // the caption says so
// The shown side changes only when the other is clearly larger: two even sides would flicker.
const CHANGE_SIDE_DEG = 0.3;
const N_FIRST = 2; // stances of each side before a number is shown
const STILL_AFTER_S = 5;
const SIDE_WORDS = { left: "Left", right: "Right" };

const byId = (id) => document.getElementById(id);
const page = byId("main");
const isSensor = page.dataset.source === "sensor";
const log = new LiveLog();
const cue = new Cue(byId("tone"), byId("band"));
let shownSide = null;
let session = null; // the last state, and when it was heard
let isFrame = false;
let isLinked = true;
let lostAt_ms = 0;
let endProblem = "";

function position() {
  if (!session) return 0;
  // Without a connection nobody knows how far it has been played: the clock stands still.
  const now_ms = isLinked ? performance.now() : lostAt_ms;
  const since_s = Math.max(0, Math.min(3, (now_ms - session.heard_ms) / 1000));
  const played_s = session.position_s + (session.state === "running" ? since_s * session.speed : 0);
  return session.duration_s === null ? played_s : Math.min(played_s, session.duration_s);
}

function chooseSide() {
  const left = log.mean("left");
  const right = log.mean("right");
  if (left === null || right === null) return left === null ? "right" : "left";
  const larger = right > left ? "right" : "left";
  if (shownSide === null || Math.abs(right - left) > CHANGE_SIDE_DEG) return larger;
  return shownSide;
}

function say(state, words, caption) {
  if (page.dataset.state !== state) byId("spoken").textContent = words;
  page.dataset.state = state;
  byId("say-words").textContent = words;
  byId("caption").textContent = caption;
}

function blank() {
  byId("big").textContent = "–";
  delete page.dataset.side;
  byId("tilt").style.setProperty("--tilt", "0deg");
}

function showNumbers() {
  shownSide = chooseSide();
  page.dataset.side = shownSide;
  const last = log.last(shownSide);
  const sign = shownSide === "left" ? 1 : -1;
  byId("tilt").style.setProperty("--tilt", `${(sign * TILT_FACTOR * last.drop_excursion_deg).toFixed(1)}deg`);
  byId("big").textContent = degrees(log.mean(shownSide));
  const caption = `${shownSide} stance, last 5 strides; the latest ${degrees(last.drop_excursion_deg)}`;
  say("going", `${SIDE_WORDS[shownSide]} drop`, caption);
}

function showState() {
  const counted = Math.min(log.bySide.left.length, log.bySide.right.length);
  const last = log.stances.at(-1);
  if (!isLinked) {
    const lost_s = Math.round((performance.now() - lostAt_ms) / 1000);
    blank();
    const tried = endProblem || "The server does not answer. Trying again.";
    say("lost", "No signal", `${tried} ${lost_s} s so far.`);
  } else if (session?.link?.state === "lost") {
    blank();
    say("lost", "No signal", lossWords(session.link));
  } else if (session?.state === "saving") {
    blank();
    say("saving", "Saving", "The run is being stored and analysed. You may leave this page.");
  } else if (session?.has_gyroscope === false) {
    blank();
    say("no-drop", "No drop", "This recording has no gyroscope: cadence only.");
  } else if (counted < N_FIRST) {
    blank();
    say("waiting", "Waiting for first strides", "Numbers come once you are moving, after about ten strides.");
  } else if (stillFor(last) > STILL_AFTER_S) {
    blank();
    say("still", "No strides", `for ${Math.round(stillFor(last))} s. Numbers come back with the next ones.`);
  } else {
    showNumbers();
  }
}

// Seconds of the recording since the last stance was heard of.
function stillFor(last) {
  return position() - last.heardAt_s;
}

function draw() {
  isFrame = false;
  if (page.dataset.state === "over") return;
  showState();
  drawFigures();
}

function drawFigures() {
  const cadence = log.cadence();
  byId("cadence").textContent = cadence === null ? "–" : number(cadence);
  for (const side of ["left", "right"]) {
    const mean = log.mean(side);
    byId(side).textContent = mean === null ? "–" : degrees(mean);
  }
  byId("count").textContent = number(log.stances.length);
  drawStrip(byId("strip"), log.stances);
}

// A backlog of many stances is drawn once.
function drawSoon() {
  if (isFrame) return;
  isFrame = true;
  window.requestAnimationFrame(draw);
}

function showPosition() {
  byId("clock").textContent = clock(position());
  if (!isSensor && session?.duration_s > 0) byId("progress").value = position() / session.duration_s;
}

function tick() {
  showPosition();
  drawSoon();
}

// The last word of the page; nothing changes any more.
function finish(title, detail) {
  stream.close();
  window.clearInterval(ticking);
  showPosition();
  drawFigures();
  blank();
  say("over", title, detail);
  byId("link").className = "pill";
  byId("link-words").textContent = title;
  byId("after").hidden = false;
  byId("end").hidden = false;
  byId("end").disabled = false;
  byId("end").lastChild.textContent = "Close";
}

// A server that was started again knows nothing of this session.
function isGone(state) {
  return state.session_id === null || (log.sessionId !== null && state.session_id !== log.sessionId);
}

function finishGone() {
  log.clear();
  session = null;
  if (!isSensor) byId("progress").value = 0;
  finish("Gone", isSensor ? "The server was started again. What came is stored as a run." : "This replay is gone. Start it again.");
}

const SENSOR_WORDS = {
  ended: ["Saved", "The run is stored."],
  stopped: ["Cancelled", "Nothing was kept."],
  failed: ["Not started", ""],
};
const OVER_WORDS = {
  ended: ["Finished", "The recording is over."],
  stopped: ["Ended", "The replay was ended."],
  failed: ["Stopped", "The server could not go on with this recording. The run itself is safe."],
};

function finishAs(state) {
  session = { ...state, heard_ms: performance.now() };
  const [title, detail] = (isSensor ? SENSOR_WORDS : OVER_WORDS)[state.state];
  if (isSensor && state.run_id) byId("open-run").href = `/runs/${state.run_id}`;
  byId("open-run").hidden = !state.run_id;
  const shown = `${number(log.stances.length)} stances were shown.`;
  finish(title, isSensor ? `${detail} ${state.reason ?? shown}`.trim() : `${detail} ${shown}`);
}

const stream = new LiveStream(log, {
  stance(stance) {
    stance.heardAt_s = position();
    cue.heard(log, stance.side);
    drawSoon();
  },
  state(state) {
    session = { ...state, heard_ms: performance.now() };
    endProblem = "";
    byId("zero").hidden = state.zero !== "run_mean";
    byId("slip").hidden = state.slip_deg === null;
    if (state.slip_deg !== null) byId("slip").textContent = `The sensor slipped by ${number(state.slip_deg)}° and was re-aligned: tighten it`;
    if (isSensor && state.link) showLink(state);
    drawSoon();
  },
  beat: noteBeat,
  link(isUp) {
    if (isUp === isLinked && byId("link").classList.contains("ok") === isUp) return;
    if (!isUp && isLinked) lostAt_ms = performance.now();
    isLinked = isUp;
    if (isSensor && isUp) {
      drawSoon();
      return;
    }
    byId("link").className = `pill ${isUp ? "ok" : "stop"}`;
    byId("link-words").textContent = isUp ? "Connected" : "No signal";
    showPosition(); // at the moment of the loss, not at the next tick
    drawSoon();
  },
  end: finishAs,
  isGone,
  gone: finishGone,
});

byId("end").addEventListener("click", async () => {
  if (stream.isOver) {
    window.location.assign("/runs");
    return;
  }
  try {
    if (isSensor) {
      byId("end").disabled = true;
      await endRun();
      return;
    }
    const state = await call("DELETE", "/api/v1/live");
    if (!stream.isOver) finishAs(state);
  } catch (error) {
    byId("end").disabled = false;
    if (stream.isOver) return;
    if (error.status === 404) {
      // Over already, or of a server that was started again: there is nothing left to end.
      window.location.assign("/live");
      return;
    }
    endProblem = `Not ended: ${error.title.toLowerCase()}. Trying again.`;
    byId("spoken").textContent = endProblem;
    byId("caption").textContent = endProblem;
  }
});

// A screen that goes dark is of no use beside a treadmill.
async function keepAwake() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // Low battery or a setting forbids it; the page works all the same.
  }
}
document.addEventListener("visibilitychange", keepAwake);
keepAwake();
new ResizeObserver(drawSoon).observe(byId("strip"));
if (isSensor) offerControl((words) => say("lost", "Not taken over", words));
const ticking = window.setInterval(tick, 250);
stream.open();
document.documentElement.dataset.ready = "true";
