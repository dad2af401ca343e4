// A short word that something was done; never for errors.

const SHOWN_MS = 6000;

export function toast(text) {
  const one = document.createElement("div");
  one.className = "toast";
  one.textContent = text;
  document.getElementById("toasts").append(one);
  window.setTimeout(() => one.remove(), SHOWN_MS);
}
