// The list of runs.
import { askBeforeDelete } from "./delete.js";
import { acceptRecordings } from "./imports.js";
import { toast } from "./toast.js";

// Puts the server's list in place of the page's, and leaves the rows of the imports alone.
async function refresh() {
  const response = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const veil = document.getElementById("dropveil");
  for (const old of document.querySelectorAll(".week, .empty, main > .pager")) old.remove();
  for (const one of fresh.querySelectorAll(".week, .empty, main > .pager")) veil.before(document.adoptNode(one));
  const sub = document.querySelector(".pagehead .sub");
  const freshSub = fresh.querySelector(".pagehead .sub");
  if (sub && freshSub) sub.replaceWith(document.adoptNode(freshSub));
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
document.documentElement.dataset.ready = "true";
