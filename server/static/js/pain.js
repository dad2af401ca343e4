// The pain page: check in, complete, delete, and answer the questions.
import { call } from "./api.js";
import { showKeptToast, toast, toastOnNextPage } from "./toast.js";

const PAIN = "/api/v1/pain";
const byId = (id) => document.getElementById(id);
const form = byId("check-in");

function tell(error) {
  byId("problem-words").textContent = error.message;
  byId("problem").hidden = false;
  byId("problem").scrollIntoView({ block: "center" });
}

// Runs one change; the page shows what went wrong, and what was chosen stays.
async function change(work) {
  byId("problem").hidden = true;
  try {
    return await work();
  } catch (error) {
    tell(error);
    return null;
  }
}

async function store(entry) {
  const stored = await change(() => call("POST", PAIN, entry));
  if (!stored) return;
  toastOnNextPage("Check-in saved");
  window.location.reload();
}

function showSite() {
  const chosen = form.elements.site.value;
  for (const one of document.querySelectorAll(".site")) one.classList.toggle("on", one.dataset.site === chosen);
}

function level(name) {
  const { value } = form.elements[name];
  return value === "" ? null : Number(value);
}

form.addEventListener("change", showSite);
for (const one of document.querySelectorAll(".site")) {
  one.addEventListener("click", () => {
    form.elements.site.value = one.dataset.site;
    showSite();
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  store({
    site: form.elements.site.value || null,
    side: form.elements.side.value || null,
    before: level("before"),
    worst: level("worst"),
    next_morning: level("next_morning"),
    limp: form.elements.limp.value === "yes",
    note: form.elements.note.value,
  });
});
byId("no-pain").addEventListener("click", () => store({}));

byId("morning")?.addEventListener("change", async (event) => {
  const address = `${PAIN}/${encodeURIComponent(event.currentTarget.dataset.entry)}`;
  const stored = await change(() => call("PATCH", address, { next_morning: Number(event.target.value) }));
  if (!stored) return;
  toastOnNextPage("Morning noted");
  window.location.reload();
});

for (const button of document.querySelectorAll("[data-forget]")) {
  button.addEventListener("click", async () => {
    const done = await change(() => call("DELETE", `${PAIN}/${encodeURIComponent(button.dataset.forget)}`).then(() => true));
    if (!done) return;
    toastOnNextPage("Check-in deleted");
    window.location.reload();
  });
}

function showAdvice(advice) {
  const [first] = advice.suggestions;
  const card = byId("clinician");
  const isReferred = first.action === "see_clinician";
  if (isReferred) {
    byId("care-title").textContent = first.title;
    byId("care-why").textContent = first.why;
    byId("care-away").textContent = first.goes_away;
  }
  if (isReferred && card.hidden) {
    card.hidden = false;
    card.scrollIntoView({ block: "center" });
  }
  card.hidden = !isReferred;
}

for (const radio of document.querySelectorAll("[data-flag]")) {
  radio.addEventListener("change", async () => {
    const answers = { [radio.name]: radio.value === "yes" };
    const advice = await change(() => call("POST", `${PAIN}/red-flags`, { answers }));
    if (!advice) {
      radio.checked = false;
      return;
    }
    byId("answered").textContent = "Last answered today.";
    showAdvice(advice);
    toast("Answer saved");
  });
}

showSite();
showKeptToast();
document.documentElement.dataset.ready = "";
