// The list of runs.
import { call } from "./api.js";
import { askBeforeDelete } from "./delete.js";
import { acceptRecordings } from "./imports.js";
import { showKeptToast, toast } from "./toast.js";

const LOOK_AGAIN_MS = 3000;

// Puts the server's list in place of the page's, and leaves the rows of the imports alone.
async function refresh() {
  const response = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const veil = document.getElementById("dropveil");
  for (const old of document.querySelectorAll(".week, .empty, main > .pager")) old.remove();
  for (const one of fresh.querySelectorAll(".week, .empty, main > .pager")) veil.before(document.adoptNode(one));
  const head = document.querySelector(".pagehead");
  const freshHead = fresh.querySelector(".pagehead");
  const sub = head.querySelector(".sub");
  const freshSub = freshHead.querySelector(".sub");
  if (sub) sub.remove();
  if (freshSub) head.querySelector("h1").after(document.adoptNode(freshSub));
  head.dataset.runs = freshHead.dataset.runs;
}

// Runs also come from the command line, and the demo's come one by one.
async function lookAgain() {
  if (document.visibilityState === "hidden") return;
  try {
    const { total } = await call("GET", "/api/v1/runs?limit=1");
    if (String(total) !== document.querySelector(".pagehead").dataset.runs) await refresh();
  } catch {
    // The server is away; the next look may find it.
  }
}

acceptRecordings(async (answers) => {
  const done = answers.filter((answer) => answer !== null);
  if (done.length) await refresh();
});
askBeforeDelete(async () => {
  await refresh();
  document.getElementById("main").focus();
  toast("The run is deleted.");
});
showKeptToast();
window.setInterval(lookAgain, LOOK_AGAIN_MS);
document.documentElement.dataset.ready = "true";
