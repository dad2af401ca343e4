// The Chart and Table switch of a chart's card.

// htmx fetches the table; here only what is shown changes.
export function switchViews() {
  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-view]");
    if (!control) return;
    const card = control.closest("section");
    const { view } = control.dataset;
    const wasPressed = control.getAttribute("aria-pressed") === "true";
    const isTable = view === "table" || (view === "toggle" && !wasPressed);
    for (const other of card.querySelectorAll("[data-view]")) {
      const isOn = other.dataset.view === "chart" ? !isTable : isTable;
      other.setAttribute("aria-pressed", String(isOn));
    }
    card.querySelector(".view-chart").hidden = isTable;
    card.querySelector(".view-table").hidden = !isTable;
    for (const beside of card.querySelectorAll(".legend, .ends")) beside.hidden = isTable;
  });
  // A link that acts as a button answers the space bar as well.
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches("a[role=button]")) return;
    event.preventDefault();
    event.target.click();
  });
}
