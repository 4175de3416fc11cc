/** Start of the page. Its parts are on `window.loligoLab`, for tests and for curious users. */
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./view/page.css";
import { engine } from "./engine/engine";
import { curve, otherCurve } from "./panels/FrequencyPanel";
import { cursor, experiment, models, overlayRun, run, setting, start } from "./state/store";
import { pythonOf } from "./takeaway/python";
import { Page } from "./view/Page";

/** Current values, read-only. */
const hook = {
  engine,
  models,
  get setting() { return setting.peek(); },
  get experiment() { return experiment.peek(); },
  get run() { return run.peek(); },
  get overlayRun() { return overlayRun.peek(); },
  get cursor() { return cursor.peek(); },
  get frequencies() { return curve.peek(); },
  get otherFrequencies() { return otherCurve.peek(); },
  get python() { return pythonOf(setting.peek().conditions, experiment.peek().model); },
};

const place = document.getElementById("lab");
if (place) {
  if (models.length === 0) place.textContent = "This page contains no model yet: `loligo lab --export` writes one that does.";
  else {
    Object.assign(window, { loligoLab: hook });
    start();
    render(<Page />, place);
  }
}
