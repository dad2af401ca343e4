// The theme of the moment: the system's, unless data-theme on <html> forces one.

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

export function themeName() {
  const forced = document.documentElement.dataset.theme;
  if (forced === "light" || forced === "dark") return forced;
  return systemIsDark.matches ? "dark" : "light";
}

export function onThemeChange(callback) {
  systemIsDark.addEventListener("change", callback);
  new MutationObserver(callback).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

export function isPrinting() {
  return "printing" in document.documentElement.dataset;
}

// Charts are canvases: for paper they are drawn again in the light theme, and back afterwards.
let themeBefore;
window.addEventListener("beforeprint", () => {
  themeBefore = document.documentElement.dataset.theme;
  document.documentElement.dataset.printing = "";
  document.documentElement.dataset.theme = "light";
});
window.addEventListener("afterprint", () => {
  delete document.documentElement.dataset.printing;
  if (themeBefore === undefined) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = themeBefore;
});

// The value of a design token, such as "ink-3".
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function reducedMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
