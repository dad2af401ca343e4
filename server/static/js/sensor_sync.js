// Runs that a sensor measured on its own: listed, fetched with progress, erased when safe.
import { call } from "./api.js";
import { clock } from "./words.js";

const byId = (id) => document.getElementById(id);
const LOOK_MS = 500;
let address = null;
let looking = 0;
let tellProblem = () => {};

const path = (part) => `/api/v1/sensors/${encodeURIComponent(address)}/${part}`;

export async function openStored(of, tell) {
  address = of;
  tellProblem = tell;
  byId("stored").hidden = false;
  byId("stored").scrollIntoView({ block: "nearest" });
  await list();
}

async function guarded(button, act) {
  button.disabled = true;
  tellProblem("");
  try {
    await act();
  } catch (error) {
    tellProblem(error.message);
  } finally {
    button.disabled = false;
  }
}

function say(pill, words) {
  byId("stored-words").textContent = pill;
  byId("sync-words").textContent = words;
}

async function list() {
  say("Asking", "");
  byId("sync").hidden = true;
  byId("log").hidden = true;
  let runs;
  try {
    runs = await call("GET", path("runs"));
  } catch (error) {
    say("Not reached", error.message);
    return;
  }
  byId("stored-runs").replaceChildren(...runs.map(row));
  byId("sync").hidden = runs.length === 0;
  byId("sync").dataset.what = "fetch";
  byId("sync").lastChild.textContent = "Fetch all";
  byId("log").hidden = runs.some((run) => !run.is_closed);
  say(runs.length === 1 ? "1 run" : `${runs.length} runs`, runs.length ? "" : "Nothing waits on the sensor.");
}

function row(run) {
  const item = document.createElement("li");
  item.className = "row";
  const grow = document.createElement("div");
  grow.className = "grow";
  const title = document.createElement("b");
  const began = run.started_at === null ? null : new Date(run.started_at);
  title.textContent = began === null ? "A run of unknown date" : began.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const words = document.createElement("p");
  words.className = "quiet small";
  const state = run.is_closed ? "" : ", being measured";
  words.textContent = `${clock(run.duration_s)}, ${(run.n_bytes / 1e6).toFixed(1)} MB${state}`;
  grow.append(title, words);
  item.append(grow);
  return item;
}

function showProgress(status) {
  const bar = byId("sync-progress");
  bar.hidden = status.state !== "running";
  bar.value = status.n_runs ? (status.n_done + status.share) / status.n_runs : 0;
  if (status.state === "running") {
    const of = status.n_runs ? `${Math.min(status.n_done + 1, status.n_runs)} of ${status.n_runs} runs` : "the sensor answers";
    say("Fetching", `Fetching, ${of}. ${status.problem ?? "You may leave this page."}`);
    return;
  }
  window.clearInterval(looking);
  byId("sync").disabled = false;
  if (status.state === "failed") {
    say("Not finished", `${status.problem} What came is kept; the next try goes on from there.`);
    return;
  }
  if (status.state === "done") {
    const stored = status.run_ids.length === 1 ? "1 run is stored" : `${status.run_ids.length} runs are stored`;
    const before = status.n_held ? ` ${status.n_held} more were here already.` : "";
    const compared = status.run_ids.length ? `${stored}, checksums compared.` : "Nothing new on the sensor.";
    say("Done", `${compared}${before}`);
    byId("sync").hidden = status.n_erasable === 0;
    byId("sync").dataset.what = "erase";
    byId("sync").lastChild.textContent = "Erase them from the sensor";
  }
}

async function look() {
  try {
    showProgress(await call("GET", "/api/v1/sensors/sync"));
  } catch {
    // The server is away; the next look may find it.
  }
}

byId("sync").addEventListener("click", (event) => {
  const button = event.currentTarget;
  guarded(button, async () => {
    if (button.dataset.what === "erase") {
      await call("DELETE", path("runs"));
      await list();
      return;
    }
    showProgress(await call("POST", path("sync")));
    window.clearInterval(looking);
    looking = window.setInterval(look, LOOK_MS);
  });
});

byId("log").addEventListener("click", (event) =>
  guarded(event.currentTarget, async () => {
    await call("POST", path("runs"), {});
    await list();
    byId("sync-words").textContent = "The sensor measures on its own now. Walk away; fetch the run when you are back.";
  }),
);
