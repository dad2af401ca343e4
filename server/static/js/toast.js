// A short word that something was done; never for errors.

const SHOWN_MS = 6000;

export function toast(text) {
  const one = document.createElement("div");
  one.className = "toast";
  one.textContent = text;
  document.getElementById("toasts").append(one);
  window.setTimeout(() => one.remove(), SHOWN_MS);
}

const KEPT = "toast";

// For what ends with a new page: the word waits for it.
export function toastOnNextPage(text) {
  window.sessionStorage.setItem(KEPT, text);
}

export function showKeptToast() {
  const text = window.sessionStorage.getItem(KEPT);
  window.sessionStorage.removeItem(KEPT);
  if (text) toast(text);
}
