// The question before a run is deleted. Focus starts on Cancel.
import { call } from "./api.js";

export function askBeforeDelete(onDeleted) {
  const dialog = document.getElementById("delete-dialog");
  const problem = document.getElementById("delete-problem");
  const confirm = dialog.querySelector("[data-confirm]");
  let runId = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-delete]");
    if (!button) return;
    runId = button.dataset.delete;
    document.getElementById("delete-name").textContent = button.dataset.name;
    problem.hidden = true;
    dialog.showModal();
    dialog.querySelector("[data-close]").focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  confirm.addEventListener("click", async () => {
    confirm.disabled = true;
    try {
      await call("DELETE", `/api/v1/runs/${encodeURIComponent(runId)}`);
      dialog.close();
      onDeleted(runId);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      confirm.disabled = false;
    }
  });
}
