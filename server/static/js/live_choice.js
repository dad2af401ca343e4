// The choice of a run to replay; a session that somebody else starts is shown at once.
import { call } from "./api.js";

const problem = document.getElementById("problem");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-replay]");
  if (!button) return;
  button.disabled = true;
  const speed = Number(document.querySelector("input[name=speed]:checked").value);
  try {
    await call("POST", "/api/v1/live", { run_id: button.dataset.replay, speed });
    window.location.reload();
  } catch (error) {
    button.disabled = false;
    problem.textContent = error.message;
    problem.hidden = false;
  }
});

// The stream waits while there is no session, and says nothing of one that is over.
const LOOK_AGAIN_MS = 4000;
window.setInterval(async () => {
  if (document.visibilityState === "hidden") return;
  try {
    const { state } = await call("GET", "/api/v1/live");
    if (state === "running") window.location.reload();
  } catch {
    // The server is away; the next look may find it.
  }
}, LOOK_AGAIN_MS);
document.documentElement.dataset.ready = "true";
