// The Trends page: charts over many runs, Chart and Table switch.
import { drawCharts } from "./charts.js";
import { switchViews } from "./views.js";

switchViews();
await drawCharts(() => {});
document.documentElement.dataset.ready = "true";
