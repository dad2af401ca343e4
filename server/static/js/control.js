// Who controls a sensor's run: the browser tab that started it, until another takes over.
import { call } from "./api.js";

const KEY = "hiplevel-control";

export function holdControl(secret, number) {
  window.sessionStorage.setItem(KEY, JSON.stringify({ secret, number }));
}

export function heldControl() {
  try {
    return JSON.parse(window.sessionStorage.getItem(KEY)) ?? null;
  } catch {
    return null;
  }
}

// Whether this tab controls the session that a state tells of.
export function isInControl(state) {
  return heldControl()?.number === state.control_number;
}

export async function takeControl() {
  const { control } = await call("POST", "/api/v1/live/control");
  const state = await call("GET", "/api/v1/live");
  holdControl(control, state.control_number);
}

export function endRun({ keep = true } = {}) {
  return call("DELETE", `/api/v1/live?keep=${keep}`, undefined, { "X-Hiplevel-Control": heldControl()?.secret ?? "" });
}
