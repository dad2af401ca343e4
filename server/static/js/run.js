// A run's page: charts, Chart and Table switch, replay, edit, delete.
import { call } from "./api.js";
import { drawCharts } from "./charts.js";
import { askBeforeDelete } from "./delete.js";
import { StanceZoom } from "./stances.js";
import { showKeptToast, toastOnNextPage } from "./toast.js";
import { switchViews } from "./views.js";

function showProblem(id, error) {
  const note = document.getElementById(id);
  note.textContent = error.message;
  note.hidden = false;
}

function replay() {
  const button = document.querySelector("[data-replay]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await call("POST", "/api/v1/live", { run_id: button.dataset.replay, speed: 1 });
      window.location.assign("/live");
    } catch (error) {
      button.disabled = false;
      showProblem("problem", error);
    }
  });
}

function edit() {
  const dialog = document.getElementById("edit-dialog");
  const form = document.getElementById("edit-form");
  document.querySelector("[data-open=edit-dialog]").addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const title = form.elements.title.value.trim();
    const distance = form.elements.distance_km.value.trim().replace(",", ".");
    const distance_km = Number(distance);
    const isWrong = distance !== "" && !(distance_km > 0 && distance_km < 1000);
    form.elements.distance_km.setAttribute("aria-invalid", String(isWrong));
    if (isWrong) {
      showProblem("edit-problem", { message: "Give the distance in kilometres, such as 5.4." });
      return;
    }
    const changes = {};
    if (title) changes.title = title;
    // Only what was changed: the shown distance is rounded.
    const field = form.elements.distance_km;
    if (field.value !== field.defaultValue) changes.distance_m = distance === "" ? null : distance_km * 1000;
    try {
      await call("PATCH", `/api/v1/runs/${form.dataset.run}`, changes);
      toastOnNextPage("The run is saved.");
      window.location.reload();
    } catch (error) {
      showProblem("edit-problem", error);
    }
  });
}

switchViews();
replay();
edit();
askBeforeDelete(() => {
  toastOnNextPage("The run is deleted.");
  window.location.assign("/runs");
});
showKeptToast();
await drawCharts((box) => {
  if (box.box.closest("#stances")) new StanceZoom(box);
});
document.documentElement.dataset.ready = "true";
